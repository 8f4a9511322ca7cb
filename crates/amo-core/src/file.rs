//! Files: whose they are, what changes them, and the answer to a part.

mod filter;
mod upload_answer;

pub use filter::EntityFileFilter;
pub use upload_answer::UploadAnswer;

use serde::Serialize;

use crate::resource::fill_first;
use crate::{
    Author, CatalogId, CompanyId, ContactId, CustomerId, ElementId, EntityFile, Extra, FileAuthor,
    FileAuthorType, FileUuid, FileVersionUuid, LeadId, Scope,
};

/// The entity that files are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileOwner {
    /// A lead.
    Lead(LeadId),
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
    /// A customer.
    Customer(CustomerId),
    /// An element of a catalog; not documented.
    Element(CatalogId, ElementId),
}

macro_rules! owners {
    ($($variant:ident($id:ty),)*) => {$(
        impl From<$id> for FileOwner {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        }
    )*};
}

owners! {
    Lead(LeadId),
    Contact(ContactId),
    Company(CompanyId),
    Customer(CustomerId),
}

impl Scope for FileOwner {
    fn fill(&self, template: &str) -> String {
        let (entity, id) = match *self {
            Self::Lead(id) => ("leads", id.get()),
            Self::Contact(id) => ("contacts", id.get()),
            Self::Company(id) => ("companies", id.get()),
            Self::Customer(id) => ("customers", id.get()),
            Self::Element(catalog, id) => {
                // An element lies one level deeper.
                let deeper = template.replacen("{entity}", "catalogs/{catalog_id}", 1);
                let filled = fill_first(&deeper, catalog);
                return fill_first(&filled, id);
            }
        };
        fill_first(&fill_first(template, entity), id)
    }
}

/// Names a file of the drive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileRef {
    uuid: FileUuid,
}

impl From<FileUuid> for FileRef {
    fn from(uuid: FileUuid) -> Self {
        Self { uuid }
    }
}

/// Names a file that is attached to an entity, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityFileRef {
    file_uuid: FileUuid,
}

impl From<FileUuid> for EntityFileRef {
    fn from(file_uuid: FileUuid) -> Self {
        Self { file_uuid }
    }
}

impl From<EntityFile> for EntityFileRef {
    fn from(file: EntityFile) -> Self {
        Self { file_uuid: file.file_uuid }
    }
}

/// What changes a file: one thing at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[must_use = "nothing is changed until this is sent"]
pub enum FileChange {
    /// Another name.
    #[serde(rename = "name")]
    Name(String),
    /// Another version is put in use.
    #[serde(rename = "version_uuid")]
    Version(FileVersionUuid),
}

impl FileAuthor {
    /// Somebody of the account.
    pub fn internal(author: Author) -> Self {
        let kind = Some(FileAuthorType::Internal);
        Self { id: Some(author), kind, extra: Extra::default() }
    }
}
