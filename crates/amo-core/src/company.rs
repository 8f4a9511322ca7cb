//! Companies.

use crate::entity::entity;
use crate::filter::filter;
use crate::model::model;
use crate::open_enum::{open_enum, query_names};
use crate::reference::{ContactReference, ElementReference, Links, Reference};
use crate::writable::writable;
use crate::{
    AccountId, Author, CompanyId, CustomFields, Customer, GroupId, Lead, Tag, Timestamp, UserId,
};

model! {
    /// A company as amoCRM returns it: <https://www.amocrm.ru/developers/content/crm_platform/companies-api>.
    pub struct Company {
        /// The id.
        pub id: CompanyId,
        /// The name.
        pub name: Option<String>,
        /// Who is responsible for the company.
        pub responsible_user_id: Option<UserId>,
        /// The group of the responsible user.
        pub group_id: Option<GroupId>,
        /// Who created the company.
        pub created_by: Option<Author>,
        /// Who changed it last.
        pub updated_by: Option<Author>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it was changed last.
        pub updated_at: Option<Timestamp>,
        /// When the next task for it is due.
        pub closest_task_at: Option<Timestamp>,
        /// Whether it is in the recycle bin.
        pub is_deleted: Option<bool>,
        /// Whether it belongs to an incoming lead that is not accepted yet.
        pub is_unsorted: Option<bool>,
        /// The custom fields, phones and e-mail addresses among them.
        pub custom_fields_values: CustomFields,
        /// The account.
        pub account_id: Option<AccountId>,
        /// The addresses of the company.
        pub links: Links = "_links",
        /// What comes with the company, by what was asked for.
        pub embedded: CompanyEmbedded = "_embedded",
    }
}

model! {
    /// What comes with a company.
    pub struct CompanyEmbedded {
        /// The tags.
        pub tags: Option<Vec<Tag>>,
        /// The contacts; only with [`CompanyWith::Contacts`].
        pub contacts: Option<Vec<ContactReference>>,
        /// The leads; only with [`CompanyWith::Leads`].
        pub leads: Option<Vec<Reference<Lead>>>,
        /// The customers; only with [`CompanyWith::Customers`].
        pub customers: Option<Vec<Reference<Customer>>>,
        /// The elements of catalogs; only with [`CompanyWith::CatalogElements`].
        pub catalog_elements: Option<Vec<ElementReference>>,
    }
}

open_enum! {
    /// What can be asked for besides companies.
    pub enum CompanyWith {
        /// The contacts of the company.
        Contacts = "contacts",
        /// The leads of the company.
        Leads = "leads",
        /// The customers of the company.
        Customers = "customers",
        /// The elements of catalogs that the company is linked with.
        CatalogElements = "catalog_elements",
        /// Only companies in the recycle bin.
        OnlyDeleted = "only_deleted",
    }
}

open_enum! {
    /// What companies can be ordered by.
    pub enum CompanyOrder {
        /// When they were changed last.
        UpdatedAt = "updated_at",
        /// Their ids.
        Id = "id",
    }
}

query_names!(CompanyWith, CompanyOrder);

filter! {
    /// Which companies are wanted.
    pub struct CompanyFilter {
        /// With one of these ids.
        list id: CompanyId,
        /// With one of these names.
        list name: String,
        /// Created by one of these.
        list created_by: Author,
        /// Changed last by one of these.
        list updated_by: Author,
        /// One of these users is responsible.
        list responsible_user_id: UserId,
        /// Created in this time.
        range created_at: Timestamp,
        /// Changed last in this time.
        range updated_at: Timestamp,
        /// With the next task due in this time.
        range closest_task_at: Timestamp,
    }
}

writable! {
    /// What creates a company.
    new NewCompany;
    /// What changes a company.
    patch CompanyPatch;
    of Company;
    members {
        /// The name.
        name: String,
        /// Who is responsible for the company.
        responsible_user_id: UserId,
        /// Who is said to have created the company.
        created_by: Author,
        /// Who is said to have changed it last.
        updated_by: Author,
        /// When it is said to have been created.
        created_at: Timestamp,
        /// When it is said to have been changed last.
        updated_at: Timestamp,
    }
    clearable {}
    read_only { id, group_id, closest_task_at, is_deleted, is_unsorted, account_id, }
    linked { contacts, leads, customers, catalog_elements, }
}

entity! {
    Company: "company", "companies", Companies;
    with CompanyWith, filter CompanyFilter, order CompanyOrder;
    new NewCompany, patch CompanyPatch;
}
