//! The custom fields of one kind of entity, as they were when they were read.

use std::collections::HashMap;
use std::fmt;

use amo_core::{
    AddressPart, CategoryNode, CustomField, CustomFieldId, CustomFieldsOf, EnumId, EnumOption,
    Field, FieldKind, FieldType,
};

use super::lookup::{Called, LookupError, find};

/// The custom fields of a kind of entity, as they were when they were read.
#[derive(Clone, Debug)]
pub struct Fields {
    of: CustomFieldsOf,
    list: Vec<CustomField>,
    by_id: HashMap<CustomFieldId, usize>,
}

/// One option of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choosable<'a> {
    pub(super) id: EnumId,
    pub(super) text: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

impl Fields {
    pub(super) fn new(of: CustomFieldsOf, list: Vec<CustomField>) -> Self {
        let by_id = list.iter().enumerate().map(|(place, field)| (field.id, place)).collect();
        Self { of, list, by_id }
    }

    /// Whose fields they are.
    pub fn of(&self) -> CustomFieldsOf {
        self.of
    }

    /// All of them, in the server's order.
    pub fn iter(&self) -> std::slice::Iter<'_, CustomField> {
        self.list.iter()
    }

    /// The field with this id.
    pub fn by_id(&self, id: CustomFieldId) -> Option<&CustomField> {
        self.list.get(*self.by_id.get(&id)?)
    }

    /// The field with this code.
    pub fn by_code(&self, code: &str) -> Option<&CustomField> {
        self.iter().find(|field| field.code.as_deref() == Some(code))
    }

    /// The field that a name or a code means: the one with this code, else the one with this name, else
    /// the one with this name in upper or lower case.
    ///
    /// # Errors
    /// If there is none, or if several have the name; the error lists them.
    pub fn find(&self, name: &str) -> Result<&CustomField, LookupError> {
        find(|| format!("custom field of {}", Whose(self.of)), name, &self.list, called)
    }

    /// A typed handle of the field that a name or a code means, by its id.
    ///
    /// # Errors
    /// As of [`find`](Self::find), and if the field is of another type.
    pub fn field<K: FieldKind>(&self, name: &str) -> Result<Field<K>, LookupError> {
        let field = self.find(name)?;
        match &field.field_type {
            Some(found) if *found != K::TYPE => Err(LookupError::WrongType {
                field: self.describe(field),
                expected: K::TYPE,
                found: found.clone(),
            }),
            _ => Ok(Field::from(field.id)),
        }
    }

    /// The option of a field that a text or a code means; of a category the node.
    ///
    /// # Errors
    /// If there is no such field or option, or there are several.
    pub fn option(&self, field: &str, option: &str) -> Result<EnumId, LookupError> {
        let field = self.find(field)?;
        let options = options(field).unwrap_or_default();
        let what = || format!("option of the {}", self.describe(field));
        find(what, option, &options, Choosable::called).map(|option| option.id)
    }

    /// What the field is called in errors.
    pub(super) fn describe(&self, field: &CustomField) -> String {
        format!("custom field {} of {}", called(field), Whose(self.of))
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a CustomField;
    type IntoIter = std::slice::Iter<'a, CustomField>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

pub(super) fn called(field: &CustomField) -> Called<'_> {
    Called { id: field.id.get(), code: field.code.as_deref(), name: field.name.as_deref() }
}

impl Choosable<'_> {
    pub(super) fn called(&self) -> Called<'_> {
        Called { id: self.id.get(), code: self.code, name: self.text }
    }
}

/// The options that values of the field can name; `None` if it has none, or does not say them.
pub(super) fn options(field: &CustomField) -> Option<Vec<Choosable<'_>>> {
    match field.field_type.as_ref()? {
        FieldType::Category => Some(field.nested.as_ref()?.iter().filter_map(node).collect()),
        FieldType::SmartAddress => Some(address_parts()),
        kind => {
            // Phones and the like have the code in the place of the text.
            let by_text = *kind == FieldType::Multitext;
            let options = field.enums.as_ref()?.iter();
            Some(options.filter_map(|one| choosable(one, by_text)).collect())
        }
    }
}

fn choosable(option: &EnumOption, by_text: bool) -> Option<Choosable<'_>> {
    let text = option.value.as_deref();
    let code = option.code.as_deref().or(text.filter(|_| by_text));
    Some(Choosable { id: option.id?, text, code })
}

fn node(node: &CategoryNode) -> Option<Choosable<'_>> {
    Some(Choosable { id: node.id?, text: node.value.as_deref(), code: None })
}

/// The same in all accounts; the docs number them so.
fn address_parts() -> Vec<Choosable<'static>> {
    use AddressPart::{AddressLine1, AddressLine2, City, Country, State, Zip};

    const PARTS: [AddressPart; 6] = [AddressLine1, AddressLine2, City, State, Zip, Country];
    let parts = PARTS.iter().zip(1..);
    let part = |(part, id): (&'static AddressPart, i64)| Choosable {
        id: EnumId::new(id),
        text: Some(part.as_str()),
        code: Some(part.as_str()),
    };
    parts.map(part).collect()
}

/// A kind of entity, in words.
pub(super) struct Whose(pub(super) CustomFieldsOf);

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            CustomFieldsOf::Leads => "leads",
            CustomFieldsOf::Contacts => "contacts",
            CustomFieldsOf::Companies => "companies",
            CustomFieldsOf::Customers => "customers",
            CustomFieldsOf::Segments => "segments",
            CustomFieldsOf::Catalog(id) => return write!(f, "the catalog {id}"),
        })
    }
}
