//! `filter[…]` of the list of files.

use super::period::period;
use super::store::{File, Stamp};
use crate::account::Account;
use crate::call::Call;
use crate::reply::Reply;

/// Which files are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Deleted ones only.
    deleted: bool,
    /// Deleted ones too.
    also_deleted: bool,
    uuids: Option<Vec<String>>,
    name: Option<String>,
    extensions: Vec<String>,
    term: Option<String>,
    source: Option<i64>,
    size: Range,
    unit: Option<i64>,
    date: Range,
    date_type: Option<DateType>,
    preset: Option<String>,
    created_by: Vec<i64>,
    updated_by: Vec<i64>,
}

#[derive(Debug, Clone, Copy)]
enum DateType {
    Created,
    Updated,
}

/// Both ends belong to it.
#[derive(Debug, Default, Clone, Copy)]
struct Range {
    from: Option<i64>,
    to: Option<i64>,
}

impl Range {
    fn holds(self, value: i64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }

    fn is_open(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// Reads the filters; unknown ones are refused, as in other lists.
pub(super) fn read(call: &Call<'_>) -> Result<Wanted, Reply> {
    // That `with=deleted` shows deleted files beside the others is a guess.
    let also_deleted = call.query.with().any(|word| word == "deleted");
    let mut wanted = Wanted { also_deleted, ..Wanted::default() };
    for leaf in call.query.below("filter") {
        let name = leaf.path.join("][");
        let refused = || {
            Reply::bad_request(&format!("filter[{name}] is not supported with `{}`", leaf.value))
        };
        let text = || leaf.value.to_lowercase();
        let number = || leaf.value.trim().parse::<i64>().map_err(|_| refused());
        match leaf.path.as_slice() {
            ["uuid"] | ["uuid", _] => wanted
                .uuids
                .get_or_insert_default()
                .extend(leaf.value.split(',').map(|uuid| uuid.trim().to_owned())),
            ["name"] => wanted.name = Some(text()),
            ["extensions"] | ["extensions", _] => wanted.extensions.push(text()),
            ["term"] => wanted.term = Some(text()),
            ["source_id"] => wanted.source = Some(number()?),
            // Whatever the value.
            ["deleted"] => wanted.deleted = true,
            ["size", "from"] => wanted.size.from = Some(number()?),
            ["size", "to"] => wanted.size.to = Some(number()?),
            ["size", "unit"] => wanted.unit = Some(number()?),
            ["date", "from"] => wanted.date.from = Some(number()?),
            ["date", "to"] => wanted.date.to = Some(number()?),
            ["date", "date_preset"] => wanted.preset = Some(leaf.value.to_owned()),
            ["date", "type"] => {
                wanted.date_type = Some(match leaf.value {
                    "created_at" => DateType::Created,
                    "updated_at" => DateType::Updated,
                    _ => return Err(refused()),
                });
            }
            ["created_by"] | ["created_by", _] => wanted.created_by.push(number()?),
            ["updated_by"] | ["updated_by", _] => wanted.updated_by.push(number()?),
            _ => return Err(refused()),
        }
    }
    wanted.settle(call.now)?;
    Ok(wanted)
}

impl Wanted {
    /// Works out what depends on several filters or on the time.
    fn settle(&mut self, now: i64) -> Result<(), Reply> {
        if let Some(preset) = &self.preset {
            let known = period(preset, now);
            let (from, to) =
                known.ok_or_else(|| Reply::bad_request("filter[date][date_preset] is unknown"))?;
            self.date = Range { from: Some(from), to: Some(to) };
        }
        if self.date_type.is_none() && !self.date.is_open() {
            return Err(Reply::bad_request("filter[date][type] is missing"));
        }
        let unit = self.unit.unwrap_or(1);
        for end in [&mut self.size.from, &mut self.size.to] {
            *end = end.map(|size| size.saturating_mul(unit));
        }
        Ok(())
    }

    /// Is this file wanted? That a name must be the whole of it, with its extension or without, in
    /// capitals or not, is a guess.
    pub(super) fn fits(&self, file: &File, account: &Account) -> bool {
        let version = &file.current;
        let name = version.name.to_lowercase();
        let extension = version.extension.to_lowercase();
        let is_deleted = file.deleted.is_some();
        let size = i64::try_from(version.bytes.len()).unwrap_or(i64::MAX);
        let by = |users: &[i64], stamp: &Stamp| users.is_empty() || users.contains(&stamp.user);
        let date = match self.date_type {
            None => true,
            Some(DateType::Created) => self.date.holds(file.created.at),
            Some(DateType::Updated) => self.date.holds(file.updated.at),
        };
        (is_deleted == self.deleted || (is_deleted && self.also_deleted))
            && self.uuids.as_ref().is_none_or(|uuids| uuids.contains(&file.uuid))
            && self.name.as_ref().is_none_or(|wanted| {
                *wanted == name || *wanted == format!("{name}.{extension}")
            })
            && (self.extensions.is_empty() || self.extensions.contains(&extension))
            // Nothing that is uploaded here comes from a source.
            && self.source.is_none()
            && self.size.holds(size)
            && date
            && by(&self.created_by, &file.created)
            && by(&self.updated_by, &file.updated)
            && self.term.as_ref().is_none_or(|term| {
                name.contains(term) || is_attached_to(file, term, account)
            })
    }
}

/// Is it attached to an entity with this in its name?
fn is_attached_to(file: &File, term: &str, account: &Account) -> bool {
    account.drive.attached.iter().filter(|one| one.file_uuid == file.uuid).any(|one| {
        let entity = account.entity(one.to.0, one.to.1);
        entity.is_some_and(|entity| entity.text("name").to_lowercase().contains(term))
    })
}
