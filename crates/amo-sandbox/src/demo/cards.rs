//! The cards that a builder asks for: companies, contacts, leads, customers.
//!
//! What tests lean on goes by the number of a card: its status, its telephone number, who is
//! responsible. All else falls as the dice of the card do. Of every ten cards the eighth has all of
//! its fields filled, so that a large account stays small.

use serde_json::{Value, json};

use super::dice::Dice;
use super::seed::Seeding;
use super::{customers, goods, people, words};
use crate::demo;
use crate::entity::Kind;

/// A card before it is added: it says what a request would say.
pub(super) struct Draft {
    pub(super) members: Vec<(&'static str, Value)>,
    pub(super) fields: Vec<Value>,
    pub(super) tags: Vec<&'static str>,
}

/// A field by its code, or by its id where that is a number.
pub(super) fn field(named: impl Into<Value>, value: impl Into<Value>) -> Value {
    filled(named, json!({"value": value.into()}))
}

/// The same for a value that is not all in `value`.
pub(super) fn filled(named: impl Into<Value>, value: Value) -> Value {
    let named = named.into();
    let key = if named.is_string() { "field_code" } else { "field_id" };
    let values = Value::Array(vec![value]);
    json!({key: named, "values": values})
}

pub(super) fn is_full(number: usize) -> bool {
    number % 10 == 7
}

/// The id of one of so many, where there are any.
fn one_of(first: i64, count: usize, number: usize) -> Option<i64> {
    first.checked_add_unsigned(number.checked_rem(count)? as u64)
}

pub(super) fn fill(seeding: &mut Seeding<'_>) {
    let settings = seeding.settings;
    let a_company = |number| one_of(demo::FIRST_COMPANY, settings.companies, number);
    let a_contact = |number| one_of(demo::FIRST_CONTACT, settings.contacts, number);
    for number in 0..settings.companies {
        seeding.card(Kind::Companies, number, company);
    }
    for number in 0..settings.contacts {
        let (id, _) = seeding.card(Kind::Contacts, number, contact);
        seeding.link((Kind::Contacts, id), Kind::Companies, a_company(number));
    }
    for number in 0..settings.leads {
        let (id, mut dice) = seeding.card(Kind::Leads, number, lead);
        seeding.link((Kind::Leads, id), Kind::Contacts, a_contact(number));
        seeding.link((Kind::Leads, id), Kind::Companies, a_company(number));
        goods::sell(&mut seeding.account, settings.catalog_elements, id, number, &mut dice);
    }
    customers::begin(seeding);
    for number in 0..settings.customers {
        let (id, mut dice) = seeding.card(Kind::Customers, number, customers::draft);
        seeding.link((Kind::Customers, id), Kind::Contacts, a_contact(number));
        seeding.link((Kind::Customers, id), Kind::Companies, a_company(number));
        customers::finish(seeding, id, number, &mut dice);
    }
}

fn phone(number: usize, code: &str) -> Value {
    filled("PHONE", json!({"value": people::phone(number), "enum_code": code}))
}

fn email(name: &str, number: usize) -> Value {
    let address = format!("{name}{}@example.test", number + 1);
    filled("EMAIL", json!({"value": address, "enum_code": "WORK"}))
}

fn contact(dice: &mut Dice, number: usize, _: &Seeding<'_>) -> Draft {
    let person = people::person(dice);
    let members = vec![
        ("first_name", Value::from(person.first_name)),
        ("last_name", Value::from(person.last_name)),
    ];
    let position = field("POSITION", person.position);
    let mut fields = vec![phone(number, "MOB"), email("contact", number), position];
    if is_full(number) {
        let interests = [demo::INTEREST_CHAIRS, demo::INTEREST_TABLES, demo::INTEREST_LAMPS];
        let count = dice.between(1, 3) as usize;
        let interests: Vec<Value> =
            interests.iter().take(count).map(|id| json!({"enum_id": id})).collect();
        let level = dice.pick(&[demo::LEVEL_GOLD, demo::LEVEL_SILVER, demo::LEVEL_BRONZE]);
        // Between 20 and 60 years ago.
        let birthday = demo::EPOCH - dice.between(20 * 365, 60 * 365) * 24 * 3600;
        fields.extend([
            field(demo::CONTACT_COMMENT, words::comment(dice)),
            filled("LEVEL", json!({"enum_id": level})),
            field(demo::CONTACT_BIRTHDAY, birthday),
            field(demo::CONTACT_NEWS, dice.one_in(2)),
            json!({"field_id": demo::CONTACT_INTERESTS, "values": interests}),
            field("SCORE", dice.between(0, 100)),
        ]);
    }
    let tags = if number.is_multiple_of(5) { vec!["vip"] } else { Vec::new() };
    Draft { members, fields, tags }
}

fn company(dice: &mut Dice, number: usize, _: &Seeding<'_>) -> Draft {
    let name = people::company(dice);
    let web = format!("https://company{}.example.test", number + 1);
    let mut fields = vec![email("office", number), field("WEB", web)];
    if is_full(number) {
        let (street, city) = (people::street(dice), people::city(dice));
        let country = if dice.is_russian { "RU" } else { "GB" };
        let requisites = json!({"name": name, "entity_type": 1,
            "vat_id": format!("{:010}", number + 1), "address": format!("{city}, {street}"),
            "director": people::full_name(dice)});
        fields.extend([
            phone(number, "WORK"),
            field("ADDRESS", format!("{city}, {street}")),
            json!({"field_id": demo::COMPANY_LOCATION, "values": [
                {"value": street, "enum_code": "address_line_1"},
                {"value": city, "enum_code": "city"},
                {"value": country, "enum_code": "country"},
            ]}),
            field(demo::COMPANY_REQUISITES, requisites),
            field(demo::COMPANY_WAREHOUSE, people::street(dice)),
        ]);
    }
    Draft { members: vec![("name", name.into())], fields, tags: Vec::new() }
}

fn lead(dice: &mut Dice, number: usize, seeding: &Seeding<'_>) -> Draft {
    const STATUSES: [i64; 5] = [
        demo::STATUS_FIRST,
        demo::STATUS_TALKS,
        demo::STATUS_CONTRACT,
        demo::STATUS_WON,
        demo::STATUS_LOST,
    ];
    let status = STATUSES[number % STATUSES.len()];
    let price = dice.between(2, 900) * 500;
    let mut members = vec![
        ("name", Value::from(words::lead(dice))),
        ("price", price.into()),
        ("status_id", status.into()),
    ];
    if [demo::STATUS_WON, demo::STATUS_LOST].contains(&status) {
        members.push(("closed_at", dice.updated_at.into()));
    }
    if status == demo::STATUS_LOST {
        let reason = dice.pick(&[demo::LOSS_REASON_PRICE, demo::LOSS_REASON_NO_NEED]);
        members.push(("loss_reason_id", reason.into()));
    }
    let mut fields = vec![field("ORDER_NUMBER", format!("A-{:06}", number + 1))];
    if is_full(number) {
        fields.extend(details(dice, number, price, seeding));
    }
    let mut tags = Vec::new();
    if number.is_multiple_of(4) {
        tags.push("b2b");
    }
    if number % 10 == 9 {
        tags.push(dice.word(&["тендер", "срочно"], &["tender", "urgent"]));
    }
    Draft { members, fields, tags }
}

/// The fields of a lead that is filled whole.
fn details(dice: &mut Dice, number: usize, price: i64, seeding: &Seeding<'_>) -> Vec<Value> {
    const DAY: i64 = 24 * 3600;
    let channel = dice.pick(&[demo::CHANNEL_SITE, demo::CHANNEL_PHONE, demo::CHANNEL_SHOP]);
    let payment = dice.pick(&[demo::PAYMENT_CARD, demo::PAYMENT_CASH]);
    let delivery = dice.created_at + dice.between(5, 60) * DAY;
    let meeting = dice.created_at + dice.between(1, 5) * DAY;
    let link = format!("https://shop.example.test/orders/{}", number + 1);
    let mut fields = vec![
        filled(demo::LEAD_CHANNEL, json!({"enum_id": channel})),
        field(demo::LEAD_DELIVERY_DAY, delivery),
        field(demo::LEAD_MEETING, meeting),
        field(demo::LEAD_ORDER_LINK, link),
        field(demo::LEAD_WISHES, words::wish(dice)),
        filled(demo::LEAD_PAYMENT, json!({"enum_id": payment})),
        field("UTM_SOURCE", dice.pick(&["yandex", "google", "newsletter", "vk"])),
        field("UTM_MEDIUM", dice.pick(&["cpc", "email", "organic"])),
        field("UTM_CAMPAIGN", dice.pick(&["autumn", "offices", "new-year"])),
        field(demo::LEAD_BUDGET, price + dice.between(0, 20) * 1000),
    ];
    if let Some(uuid) = seeding.file(number / 10) {
        fields.push(field(demo::LEAD_CONTRACT, json!({"file_uuid": uuid})));
    }
    if let Some(chain) = goods::chain(seeding.settings.catalog_elements, number / 10) {
        fields.push(json!({"field_id": demo::LEAD_GOODS, "values": chain}));
    }
    fields
}
