//! The customers of the demo account: what they are like, what they have bought, and in which
//! segments they are.

use serde_json::{Value, json};

use super::cards::{Draft, field, filled, is_full};
use super::dice::Dice;
use super::seed::Seeding;
use super::{people, words};
use crate::builder::CustomersMode;
use crate::demo;
use crate::entity::Entity;
use crate::record::count_purchase;

const DAY: i64 = 24 * 3600;

/// Who buys for others too.
fn is_wholesale(number: usize) -> bool {
    number.is_multiple_of(5)
}

/// The segments, in the mode of segments: they were there before the first customer.
pub(super) fn begin(seeding: &mut Seeding<'_>) {
    if !has_segments(seeding) {
        return;
    }
    let at = demo::EPOCH - demo::EPOCH % DAY - 365 * DAY;
    for (id, name, color) in [
        (demo::SEGMENT_WHOLESALE, "Wholesale", "247ba0"),
        (demo::SEGMENT_REGULARS, "Regulars", "0c7c59"),
        (demo::SEGMENT_NOT_BOUGHT, "Not bought yet", "e14945"),
    ] {
        let mut segment = Entity::new(id);
        segment.set("name", name);
        segment.set("color", color);
        segment.set("created_at", at);
        segment.set("updated_at", at);
        seeding.record(("customer_segments", ""), segment, (at, demo::ADMIN));
    }
}

fn has_segments(seeding: &Seeding<'_>) -> bool {
    let is_by_segments = seeding.account.customers_mode == CustomersMode::Segments;
    is_by_segments && seeding.settings.customers > 0
}

pub(super) fn draft(dice: &mut Dice, number: usize, seeding: &Seeding<'_>) -> Draft {
    let statuses = seeding.account.records.of("customer_statuses", "");
    let status = number.checked_rem(statuses.len()).and_then(|place| statuses.iter().nth(place));
    let mut members = vec![
        ("name", Value::from(people::full_name(dice))),
        ("next_date", (demo::EPOCH + dice.between(-20, 60) * DAY).into()),
        ("next_price", (dice.between(2, 90) * 500).into()),
        ("periodicity", dice.pick(&[30, 60, 90]).into()),
    ];
    members.extend(status.map(|status| ("status_id", status.id.into())));
    let mut fields = vec![field("LOYALTY_CARD", format!("C-{:06}", number + 1))];
    if is_full(number) {
        fields.extend(details(dice));
    }
    let tags = if is_wholesale(number) { vec!["vip"] } else { Vec::new() };
    Draft { members, fields, tags }
}

/// What a customer has bought: nothing to three times.
fn purchases(seeding: &mut Seeding<'_>, customer: i64, dice: &mut Dice) {
    for _ in 0..dice.between(0, 3) {
        let mut purchase = seeding.account.records.draft("transactions");
        let price = Value::from(dice.between(2, 90) * 500);
        let at = dice.between(dice.created_at, demo::EPOCH);
        for (name, value) in [
            ("price", price.clone()),
            ("comment", words::product(dice).into()),
            ("completed_at", at.into()),
            ("customer_id", customer.into()),
            ("created_by", demo::ADMIN.into()),
            ("updated_by", demo::ADMIN.into()),
            ("created_at", at.into()),
            ("updated_at", at.into()),
            ("is_deleted", false.into()),
        ] {
            purchase.set(name, value);
        }
        seeding.record(("transactions", ""), purchase, (at, demo::ADMIN));
        seeding.account.with_customer(customer, |customer| count_purchase(customer, &price, 1));
    }
}

/// The fields of a customer that is filled whole.
fn details(dice: &mut Dice) -> Vec<Value> {
    let tier = dice.pick(&[demo::TIER_BASE, demo::TIER_PLUS, demo::TIER_PREMIUM]);
    let rooms = [demo::ROOM_OFFICE, demo::ROOM_MEETING, demo::ROOM_KITCHEN];
    let count = dice.between(1, 3) as usize;
    let rooms: Vec<Value> = rooms.iter().take(count).map(|id| json!({"enum_id": id})).collect();
    vec![
        field(demo::CUSTOMER_DISCOUNT, dice.pick(&[3, 5, 7, 10])),
        filled(demo::CUSTOMER_TIER, json!({"enum_id": tier})),
        // Up to five years before the account knew him.
        field(demo::CUSTOMER_SINCE, dice.created_at - dice.between(0, 5 * 365) * DAY),
        field(demo::CUSTOMER_DELIVERY, people::street(dice)),
        field(demo::CUSTOMER_REMINDERS, dice.one_in(2)),
        field(demo::CUSTOMER_PREFERENCES, words::comment(dice)),
        json!({"field_id": demo::CUSTOMER_ROOMS, "values": rooms}),
        field(demo::CUSTOMER_CREDIT, dice.between(1, 20) * 10_000),
    ]
}

/// What he has bought, and the segments that fit him then.
pub(super) fn finish(seeding: &mut Seeding<'_>, id: i64, number: usize, dice: &mut Dice) {
    purchases(seeding, id, dice);
    if !has_segments(seeding) {
        return;
    }
    seeding.account.with_customer(id, |customer| {
        let bought = customer.int("purchases_count").unwrap_or_default();
        let fits = [
            (demo::SEGMENT_WHOLESALE, is_wholesale(number)),
            (demo::SEGMENT_REGULARS, bought >= 2),
            (demo::SEGMENT_NOT_BOUGHT, bought == 0),
        ];
        let own = fits.into_iter().filter(|(_, fits)| *fits).map(|(id, _)| id);
        customer.set("segments", own.collect::<Vec<i64>>());
    });
}
