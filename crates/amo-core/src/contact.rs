//! Contacts: people.

use crate::entity::entity;
use crate::filter::filter;
use crate::model::model;
use crate::open_enum::{open_enum, query_names};
use crate::reference::{ElementReference, Links, Reference};
use crate::writable::writable;
use crate::{
    AccountId, Author, Company, ContactId, CustomFields, Customer, GroupId, Lead, Tag, Timestamp,
    UserId,
};

model! {
    /// A contact as amoCRM returns it: <https://www.amocrm.ru/developers/content/crm_platform/contacts-api>.
    pub struct Contact {
        /// The id.
        pub id: ContactId,
        /// The whole name.
        pub name: Option<String>,
        /// The first name, maybe empty.
        pub first_name: Option<String>,
        /// The last name, maybe empty.
        pub last_name: Option<String>,
        /// Who is responsible for the contact.
        pub responsible_user_id: Option<UserId>,
        /// The group of the responsible user.
        pub group_id: Option<GroupId>,
        /// Who created the contact.
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
        /// The addresses of the contact.
        pub links: Links = "_links",
        /// What comes with the contact, by what was asked for.
        pub embedded: ContactEmbedded = "_embedded",
    }
}

model! {
    /// What comes with a contact.
    pub struct ContactEmbedded {
        /// The tags.
        pub tags: Option<Vec<Tag>>,
        /// The company; a contact has at most one.
        pub companies: Option<Vec<Reference<Company>>>,
        /// The leads; only with [`ContactWith::Leads`].
        pub leads: Option<Vec<Reference<Lead>>>,
        /// The customers; only with [`ContactWith::Customers`].
        pub customers: Option<Vec<Reference<Customer>>>,
        /// The elements of catalogs; only with [`ContactWith::CatalogElements`].
        pub catalog_elements: Option<Vec<ElementReference>>,
        /// The profiles in social networks; only with [`ContactWith::SocialProfiles`]. Their form
        /// is not documented.
        pub social_profiles: Option<Vec<serde_json::Value>>,
    }
}

open_enum! {
    /// What can be asked for besides contacts.
    pub enum ContactWith {
        /// The leads of the contact.
        Leads = "leads",
        /// The customers of the contact.
        Customers = "customers",
        /// The elements of catalogs that the contact is linked with.
        CatalogElements = "catalog_elements",
        /// The profiles in social networks.
        SocialProfiles = "social_profiles",
        /// Only contacts in the recycle bin.
        OnlyDeleted = "only_deleted",
    }
}

open_enum! {
    /// What contacts can be ordered by.
    pub enum ContactOrder {
        /// When they were changed last.
        UpdatedAt = "updated_at",
        /// Their ids.
        Id = "id",
    }
}

query_names!(ContactWith, ContactOrder);

filter! {
    /// Which contacts are wanted.
    pub struct ContactFilter {
        /// With one of these ids.
        list id: ContactId,
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
    /// What creates a contact.
    ///
    /// ```
    /// use amo_core::{NewContact, NewCustomFields, UserId};
    /// use amo_core::field::{EMAIL, PHONE};
    ///
    /// let contact = NewContact::new()
    ///     .first_name("Oleg")
    ///     .responsible_user_id(UserId::new(12))
    ///     .custom_fields(
    ///         NewCustomFields::new()
    ///             .add(PHONE, ("+70000000002", "WORK"))
    ///             .add(EMAIL, ("o.petrov@example.test", "WORK")),
    ///     )
    ///     .tag("vip");
    /// # let _ = contact;
    /// ```
    new NewContact;
    /// What changes a contact.
    patch ContactPatch;
    of Contact;
    members {
        /// The whole name. Set either this or first and last name.
        name: String,
        /// The first name; an empty text empties it.
        first_name: String,
        /// The last name; an empty text empties it.
        last_name: String,
        /// Who is responsible for the contact.
        responsible_user_id: UserId,
        /// Who is said to have created the contact.
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
    linked { companies, leads, customers, catalog_elements, social_profiles, }
}

entity! {
    Contact: "contact", "contacts", Contacts;
    with ContactWith, filter ContactFilter, order ContactOrder;
    new NewContact, patch ContactPatch;
}
