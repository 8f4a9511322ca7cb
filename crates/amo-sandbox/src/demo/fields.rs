//! The custom fields of the demo account.

use std::collections::BTreeMap;

use crate::demo;
use crate::entity::Kind;
use crate::fields::value::address_parts;
use crate::fields::{EnumOption, FieldDefinition, FieldType};

/// Id, name, code, type, options.
type Row = (i64, &'static str, Option<&'static str>, FieldType, &'static [Choice]);
/// Id, text, code.
type Choice = (i64, &'static str, Option<&'static str>);

const CONTACTS: &[Row] = &[
    (demo::CONTACT_PHONE, "Phone", Some("PHONE"), FieldType::Multitext, CONTACT_PHONES),
    (demo::CONTACT_EMAIL, "Email", Some("EMAIL"), FieldType::Multitext, CONTACT_EMAILS),
    (demo::CONTACT_POSITION, "Position", Some("POSITION"), FieldType::Text, &[]),
    (demo::CONTACT_COMMENT, "Comment", None, FieldType::Text, &[]),
    (demo::CONTACT_LEVEL, "Level", Some("LEVEL"), FieldType::Select, LEVELS),
    (demo::CONTACT_BIRTHDAY, "Birthday", None, FieldType::Birthday, &[]),
    (demo::CONTACT_NEWS, "News", None, FieldType::Checkbox, &[]),
    (demo::CONTACT_INTERESTS, "Interests", None, FieldType::Multiselect, INTERESTS),
    (demo::CONTACT_SCORE, "Score", Some("SCORE"), FieldType::Numeric, &[]),
];

const COMPANIES: &[Row] = &[
    (demo::COMPANY_PHONE, "Phone", Some("PHONE"), FieldType::Multitext, COMPANY_PHONES),
    (demo::COMPANY_EMAIL, "Email", Some("EMAIL"), FieldType::Multitext, COMPANY_EMAILS),
    (demo::COMPANY_WEB, "Web", Some("WEB"), FieldType::Url, &[]),
    (demo::COMPANY_ADDRESS, "Address", Some("ADDRESS"), FieldType::Textarea, &[]),
    (demo::COMPANY_LOCATION, "Location", None, FieldType::SmartAddress, &[]),
    (demo::COMPANY_REQUISITES, "Requisites", None, FieldType::LegalEntity, &[]),
    (demo::COMPANY_WAREHOUSE, "Warehouse", None, FieldType::Streetaddress, &[]),
];

const LEADS: &[Row] = &[
    (demo::LEAD_ORDER_NUMBER, "Order number", Some("ORDER_NUMBER"), FieldType::Text, &[]),
    (demo::LEAD_CHANNEL, "Channel", None, FieldType::Select, CHANNELS),
    (demo::LEAD_DELIVERY_DAY, "Delivery day", None, FieldType::Date, &[]),
    (demo::LEAD_MEETING, "Meeting", None, FieldType::DateTime, &[]),
    (demo::LEAD_ORDER_LINK, "Order link", None, FieldType::Url, &[]),
    (demo::LEAD_WISHES, "Wishes", None, FieldType::Textarea, &[]),
    (demo::LEAD_PAYMENT, "Payment", None, FieldType::Radiobutton, PAYMENTS),
    (demo::LEAD_UTM_SOURCE, "utm_source", Some("UTM_SOURCE"), FieldType::TrackingData, &[]),
    (demo::LEAD_UTM_MEDIUM, "utm_medium", Some("UTM_MEDIUM"), FieldType::TrackingData, &[]),
    (demo::LEAD_UTM_CAMPAIGN, "utm_campaign", Some("UTM_CAMPAIGN"), FieldType::TrackingData, &[]),
    (demo::LEAD_BUDGET, "Budget", None, FieldType::Monetary, &[]),
    (demo::LEAD_CONTRACT, "Contract", None, FieldType::File, &[]),
];

const CUSTOMERS: &[Row] = &[
    (demo::CUSTOMER_CARD, "Loyalty card", Some("LOYALTY_CARD"), FieldType::Text, &[]),
    (demo::CUSTOMER_DISCOUNT, "Discount", None, FieldType::Numeric, &[]),
    (demo::CUSTOMER_TIER, "Tier", None, FieldType::Select, TIERS),
    (demo::CUSTOMER_SINCE, "Customer since", None, FieldType::Date, &[]),
    (demo::CUSTOMER_DELIVERY, "Delivery address", None, FieldType::Streetaddress, &[]),
    (demo::CUSTOMER_REMINDERS, "Reminders", None, FieldType::Checkbox, &[]),
    (demo::CUSTOMER_PREFERENCES, "Preferences", None, FieldType::Textarea, &[]),
    (demo::CUSTOMER_ROOMS, "Rooms", None, FieldType::Multiselect, ROOMS),
    (demo::CUSTOMER_CREDIT, "Credit limit", None, FieldType::Monetary, &[]),
];

const CONTACT_PHONES: &[Choice] = &[
    (demo::PHONE_WORK, "WORK", None),
    (7302, "WORKDD", None),
    (demo::PHONE_MOB, "MOB", None),
    (7304, "FAX", None),
    (7305, "HOME", None),
    (7306, "OTHER", None),
];
const CONTACT_EMAILS: &[Choice] =
    &[(demo::EMAIL_WORK, "WORK", None), (demo::EMAIL_PRIV, "PRIV", None), (7313, "OTHER", None)];
const LEVELS: &[Choice] = &[
    (demo::LEVEL_GOLD, "Gold", Some("gold")),
    (demo::LEVEL_SILVER, "Silver", Some("silver")),
    (demo::LEVEL_BRONZE, "Bronze", None),
];
const INTERESTS: &[Choice] = &[
    (demo::INTEREST_CHAIRS, "Chairs", None),
    (demo::INTEREST_TABLES, "Tables", Some("tables")),
    (demo::INTEREST_LAMPS, "Lamps", None),
];
const COMPANY_PHONES: &[Choice] = &[
    (demo::COMPANY_PHONE_WORK, "WORK", None),
    (7342, "WORKDD", None),
    (7343, "MOB", None),
    (7344, "FAX", None),
    (7345, "HOME", None),
    (7346, "OTHER", None),
];
const COMPANY_EMAILS: &[Choice] =
    &[(demo::COMPANY_EMAIL_WORK, "WORK", None), (7352, "PRIV", None), (7353, "OTHER", None)];
const CHANNELS: &[Choice] = &[
    (demo::CHANNEL_SITE, "Site", Some("site")),
    (demo::CHANNEL_PHONE, "Phone", None),
    (demo::CHANNEL_SHOP, "Shop", None),
];
const PAYMENTS: &[Choice] =
    &[(demo::PAYMENT_CARD, "Card", Some("card")), (demo::PAYMENT_CASH, "Cash", None)];
const TIERS: &[Choice] = &[
    (demo::TIER_BASE, "Base", Some("base")),
    (demo::TIER_PLUS, "Plus", None),
    (demo::TIER_PREMIUM, "Premium", Some("premium")),
];
const ROOMS: &[Choice] = &[
    (demo::ROOM_OFFICE, "Office", None),
    (demo::ROOM_MEETING, "Meeting room", None),
    (demo::ROOM_KITCHEN, "Kitchen", None),
];
/// The codes of fields that every account has from the start.
const PREDEFINED: [&str; 5] = ["PHONE", "EMAIL", "POSITION", "WEB", "ADDRESS"];

pub(super) fn definitions() -> BTreeMap<String, Vec<FieldDefinition>> {
    let kinds = [
        (Kind::Contacts, CONTACTS),
        (Kind::Companies, COMPANIES),
        (Kind::Leads, LEADS),
        (Kind::Customers, CUSTOMERS),
    ];
    kinds
        .into_iter()
        .map(|(kind, rows)| {
            (kind.name().to_owned(), rows.iter().zip(1..).map(definition).collect())
        })
        .collect()
}

fn definition((row, place): (&Row, i64)) -> FieldDefinition {
    let (id, name, code, field_type, options) = *row;
    let options = options.iter().zip(1..).map(|((id, value, code), sort)| EnumOption {
        id: *id,
        value: (*value).to_owned(),
        code: code.map(str::to_owned),
        sort,
        parent: None,
    });
    let options = match field_type {
        FieldType::SmartAddress => address_parts(),
        _ => options.collect(),
    };
    let mut more = BTreeMap::new();
    if field_type == FieldType::Monetary {
        more.insert("currency", "RUB".into());
    }
    FieldDefinition {
        more,
        code: code.map(str::to_owned),
        sort: place * 10,
        options,
        is_predefined: code.is_some_and(|code| PREDEFINED.contains(&code)),
        ..FieldDefinition::new(id, name, field_type)
    }
}
