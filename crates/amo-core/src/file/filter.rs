//! Filters of files that their tables do not say.

use crate::{
    Between, EntityFileId, FileDate, FileDatePreset, FileFilter, FileUuid, Query, QueryPart,
    Timestamp,
};

impl FileFilter {
    /// One of these files.
    pub fn uuid(mut self, files: impl IntoIterator<Item = FileUuid>) -> Self {
        let files: Vec<String> = files.into_iter().map(|file| file.to_string()).collect();
        if files.is_empty() {
            self.pairs.empty.get_or_insert_with(|| "filter[uuid]".to_owned());
        } else {
            self.pairs.one("[uuid]", files.join(","));
        }
        self
    }

    /// Deleted ones.
    pub fn deleted(mut self) -> Self {
        self.pairs.one("[deleted]", 1);
        self
    }

    /// With a size from one number of bytes to another.
    pub fn size(mut self, bytes: impl Into<Between<i64>>) -> Self {
        self.pairs.range("[size]", bytes);
        self
    }

    /// Uploaded or changed in this time.
    pub fn date(mut self, date: FileDate, time: impl Into<Between<Timestamp>>) -> Self {
        self.pairs.one("[date][type]", date);
        self.pairs.range("[date]", time);
        self
    }

    /// Uploaded or changed in this time, counted from now by the server.
    pub fn date_preset(mut self, date: FileDate, time: FileDatePreset) -> Self {
        self.pairs.one("[date][type]", date);
        self.pairs.one("[date][date_preset]", time);
        self
    }
}

/// Which files of an entity are wanted. This list is not paged by number: the next page is what is
/// before the smallest link of this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a filter does nothing until a list is asked with it"]
pub struct EntityFileFilter {
    before: Option<EntityFileId>,
}

impl EntityFileFilter {
    /// All of them.
    pub const fn new() -> Self {
        Self { before: None }
    }

    /// Those whose link has a smaller id than this one.
    pub fn before(mut self, link: EntityFileId) -> Self {
        self.before = Some(link);
        self
    }
}

impl QueryPart for EntityFileFilter {
    fn write(&self, query: &mut Query) {
        if let Some(before) = self.before {
            query.push("before_id", before);
        }
    }
}
