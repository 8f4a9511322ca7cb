//! The account: what it is called, which parts are switched on, its groups and kinds of tasks.

use std::collections::BTreeMap;

use crate::model::model;
use crate::open_enum::{open_enum, query_names};
use crate::reference::Links;
use crate::{AccountId, Author, CatalogId, GroupId, TaskTypeId, Timestamp, UserId};

model! {
    /// An account as `GET /api/v4/account` returns it:
    /// <https://www.amocrm.ru/developers/content/crm_platform/account-info>.
    pub struct Account {
        /// The id.
        pub id: AccountId,
        /// The name.
        pub name: Option<String>,
        /// The first part of the account's host.
        pub subdomain: Option<String>,
        /// The user whose token is used.
        pub current_user_id: Option<UserId>,
        /// The country of the account's settings, `RU`.
        pub country: Option<String>,
        /// The currency, `RUB`.
        pub currency: Option<String>,
        /// The sign of the currency.
        pub currency_symbol: Option<String>,
        /// How customers are worked with.
        pub customers_mode: Option<CustomersMode>,
        /// Whether incoming leads are switched on.
        pub is_unsorted_on: Option<bool>,
        /// Whether loss reasons are switched on.
        pub is_loss_reason_enabled: Option<bool>,
        /// Whether the bot of typical questions is switched on.
        pub is_helpbot_enabled: Option<bool>,
        /// Whether it is a technical account.
        pub is_technical_account: Option<bool>,
        /// Whether filters of leads, contacts, companies and customers are heeded; only with
        /// [`AccountWith::IsApiFilterEnabled`].
        pub is_api_filter_enabled: Option<bool>,
        /// How contacts are called: 1 is first name, last name, 2 is last name, first name.
        pub contact_name_display_order: Option<i64>,
        /// The account's id at the chats; only with [`AccountWith::AmojoId`].
        pub amojo_id: Option<String>,
        /// The account's UUID; only with [`AccountWith::Uuid`].
        pub uuid: Option<String>,
        /// The version of the account; only with [`AccountWith::Version`].
        pub version: Option<i64>,
        /// The host of the account's files; only with [`AccountWith::DriveUrl`].
        pub drive_url: Option<String>,
        /// How bills are made; only with [`AccountWith::InvoicesSettings`].
        pub invoices_settings: Option<InvoicesSettings>,
        /// What users call the kinds of entities: by kind, then by language; only with
        /// [`AccountWith::EntityNames`].
        pub entity_names: Option<BTreeMap<String, BTreeMap<String, EntityName>>>,
        /// The version of the features for phones.
        pub mobile_feature_version: Option<i64>,
        /// When the account was created; no longer documented.
        pub created_at: Option<Timestamp>,
        /// When it was changed last; no longer documented.
        pub updated_at: Option<Timestamp>,
        /// Who created it; no longer documented.
        pub created_by: Option<Author>,
        /// Who changed it last; no longer documented.
        pub updated_by: Option<Author>,
        /// The addresses of the account.
        pub links: Links = "_links",
        /// What comes with the account, by what was asked for.
        pub embedded: AccountEmbedded = "_embedded",
    }
}

model! {
    /// What comes with an account.
    pub struct AccountEmbedded {
        /// What users may do in chats; only with [`AccountWith::AmojoRights`].
        pub amojo_rights: Option<AmojoRights>,
        /// The groups of users; only with [`AccountWith::UsersGroups`].
        pub users_groups: Option<Vec<Group>>,
        /// The kinds of tasks; only with [`AccountWith::TaskTypes`].
        pub task_types: Option<Vec<TaskType>>,
        /// How times are written; only with [`AccountWith::DatetimeSettings`].
        pub datetime_settings: Option<DatetimeSettings>,
    }
}

model! {
    /// What users may do in chats.
    pub struct AmojoRights {
        /// Whether they may write to each other.
        pub can_direct: Option<bool>,
        /// Whether they may make groups.
        pub can_create_groups: Option<bool>,
    }
}

model! {
    /// A group (department) of users.
    pub struct Group {
        /// The id; the default group is [`GroupId::DEFAULT`].
        pub id: GroupId,
        /// The name.
        pub name: Option<String>,
        /// The UUID.
        pub uuid: Option<String>,
    }
}

model! {
    /// A kind of task.
    pub struct TaskType {
        /// The id.
        pub id: TaskTypeId,
        /// The name.
        pub name: Option<String>,
        /// The colour.
        pub color: Option<String>,
        /// The icon.
        pub icon_id: Option<i64>,
        /// The code of a kind that every account has: `FOLLOW_UP`, `MEETING`.
        pub code: Option<String>,
    }
}

model! {
    /// How the account writes times.
    pub struct DatetimeSettings {
        /// A date with a time.
        pub date_pattern: Option<String>,
        /// A date.
        pub short_date_pattern: Option<String>,
        /// A time.
        pub short_time_pattern: Option<String>,
        /// A date, in another notation.
        pub date_format: Option<String> = "date_format" | "date_formant",
        /// A time, in another notation.
        pub time_format: Option<String>,
        /// The time zone, `Europe/Moscow`.
        pub timezone: Option<String>,
        /// How far it is from UTC, `+03:00`.
        pub timezone_offset: Option<String>,
    }
}

model! {
    /// How bills are made.
    pub struct InvoicesSettings {
        /// The language of bills.
        pub lang: Option<String>,
        /// The catalog of bills.
        pub invoices_catalog_id: Option<CatalogId>,
    }
}

model! {
    /// What users call a kind of entity in one language.
    pub struct EntityName {
        /// The grammatical gender.
        pub gender: Option<String>,
        /// The plural by case; languages without cases have `default`.
        pub plural_form: Option<BTreeMap<String, String>>,
        /// The singular by case.
        pub singular_form: Option<BTreeMap<String, String>>,
    }
}

open_enum! {
    /// How an account works with customers.
    pub enum CustomersMode {
        /// The tariff has no customers.
        Unavailable = "unavailable",
        /// Switched off.
        Disabled = "disabled",
        /// By segments.
        Segments = "segments",
        /// By periods between purchases.
        Periodicity = "periodicity",
        /// By segments that fill themselves; deprecated by amoCRM.
        Dynamic = "dynamic",
    }
}

open_enum! {
    /// What can be asked for besides the account.
    pub enum AccountWith {
        /// The account's id at the chats.
        AmojoId = "amojo_id",
        /// What users may do in chats.
        AmojoRights = "amojo_rights",
        /// The groups of users.
        UsersGroups = "users_groups",
        /// The kinds of tasks.
        TaskTypes = "task_types",
        /// The version of the account.
        Version = "version",
        /// What users call the kinds of entities.
        EntityNames = "entity_names",
        /// How times are written.
        DatetimeSettings = "datetime_settings",
        /// The host of the account's files.
        DriveUrl = "drive_url",
        /// Whether filters are heeded.
        IsApiFilterEnabled = "is_api_filter_enabled",
        /// How bills are made.
        InvoicesSettings = "invoices_settings",
        /// The account's UUID; not documented as something to ask for.
        Uuid = "uuid",
    }
}

query_names!(AccountWith);
