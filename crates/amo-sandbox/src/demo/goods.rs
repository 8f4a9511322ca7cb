//! The catalogs that a builder asks for by their elements: sections and series of goods, products,
//! suppliers, bills.
//!
//! Elements come in tens, each of a section, a series, a supplier, six products and a bill, so that
//! what one of them names stands before it in its own ten.

use serde_json::{Value, json};

use super::cards::{Draft, field, filled};
use super::dice::Dice;
use super::seed::Seeding;
use super::{people, words};
use crate::account::Account;
use crate::demo;
use crate::entity::{Entity, Kind};
use crate::fields::{EnumOption, FieldDefinition, FieldType, value};
use crate::flaws::Flaws;
use crate::record::furnish_catalog;

/// The place of the first product in its ten, and how many there are.
const PRODUCTS: (usize, usize) = (3, 6);

pub(super) fn fill(seeding: &mut Seeding<'_>) {
    let count = seeding.settings.catalog_elements;
    if count == 0 {
        return;
    }
    for (place, (id, kind, name)) in [
        (demo::CATALOG_SECTIONS, "regular", "Sections"),
        (demo::CATALOG_SERIES, "regular", "Series"),
        (demo::CATALOG_SUPPLIERS, "suppliers", "Suppliers"),
        (demo::CATALOG_PRODUCTS, "products", "Products"),
        (demo::CATALOG_BILLS, "invoices", "Bills"),
    ]
    .into_iter()
    .enumerate()
    {
        catalog(&mut seeding.account, place, id, kind, name);
    }
    seeding.account.has_products = true;
    define(&mut seeding.account);
    for number in 0..count {
        element(seeding, number);
        seeding.forget(number);
    }
}

fn catalog(account: &mut Account, place: usize, id: i64, kind: &str, name: &str) {
    let mut catalog = Entity::new(id);
    catalog.set("name", name);
    catalog.set("type", kind);
    for name in ["created_by", "updated_by"] {
        catalog.set(name, demo::ADMIN);
    }
    for name in ["created_at", "updated_at"] {
        catalog.set(name, demo::EPOCH);
    }
    furnish_catalog(account, &mut catalog, place);
    account.records.keep("catalogs", "", catalog);
}

/// The fields that need catalogs, and the groups of products.
fn define(account: &mut Account) {
    let more = |field: FieldDefinition, name, value| {
        let mut field = FieldDefinition { sort: 200, ..field };
        field.more.insert(name, value);
        field
    };
    let keeper = FieldDefinition::new(demo::SECTION_KEEPER, "Keeper", FieldType::LinkedEntity);
    let keeper = more(keeper, "search_in", json!("contacts_and_companies"));
    account.fields.entry(owner(demo::CATALOG_SECTIONS)).or_default().push(keeper);
    let goods = FieldDefinition::new(demo::LEAD_GOODS, "Goods", FieldType::ChainedList);
    let lists = json!([
        {"title": "Section", "catalog_id": demo::CATALOG_SECTIONS, "parent_catalog_id": null},
        {"title": "Series", "catalog_id": demo::CATALOG_SERIES,
            "parent_catalog_id": demo::CATALOG_SECTIONS},
    ]);
    let goods = more(goods, "chained_lists", lists);
    account.fields.entry(Kind::Leads.name().to_owned()).or_default().push(goods);
    let products = account.fields.entry(owner(demo::CATALOG_PRODUCTS)).or_default();
    let group = products.iter_mut().find(|field| field.field_type == FieldType::Category);
    if let Some(group) = group {
        let node = |((id, value, parent), sort): ((i64, &str, Option<i64>), i64)| EnumOption {
            id,
            value: value.to_owned(),
            code: None,
            sort,
            parent,
        };
        let nodes = [
            (demo::GROUP_FURNITURE, "Furniture", None),
            (demo::GROUP_SEATS, "Seats", Some(demo::GROUP_FURNITURE)),
            (demo::GROUP_LIGHT, "Light", None),
        ];
        group.options = nodes.into_iter().zip(1..).map(node).collect();
    }
}

fn owner(catalog: i64) -> String {
    format!("catalogs/{catalog}")
}

fn id_of(number: usize) -> i64 {
    demo::FIRST_ELEMENT.saturating_add_unsigned(number as u64)
}

fn element(seeding: &mut Seeding<'_>, number: usize) {
    let mut dice = Dice::of(seeding.settings, Kind::Elements, number);
    let (catalog, draft) = match number % 10 {
        0 => (demo::CATALOG_SECTIONS, section(&mut dice)),
        1 => (demo::CATALOG_SERIES, plain(words::series(&mut dice), Vec::new())),
        2 => (demo::CATALOG_SUPPLIERS, supplier(&mut dice, number)),
        9 => (demo::CATALOG_BILLS, bill(&mut dice, number, &seeding.account)),
        _ => (demo::CATALOG_PRODUCTS, product(&mut dice, number)),
    };
    let mut element = Entity::new(id_of(number));
    let fixed = [
        ("catalog_id", catalog),
        ("created_by", demo::ADMIN),
        ("updated_by", demo::ADMIN),
        ("created_at", dice.created_at),
        ("updated_at", dice.updated_at),
    ];
    let fixed = fixed.into_iter().map(|(name, value)| (name, Value::from(value)));
    for (name, value) in draft.members.into_iter().chain(fixed) {
        element.set(name, value);
    }
    let account = &mut seeding.account;
    let mut flaws = Flaws::default();
    let definitions = account.fields_named(&owner(catalog));
    element.fields = value::check(&Value::Array(draft.fields), definitions, account, &mut flaws);
    debug_assert!(flaws.is_empty(), "{flaws:?}");
    account.records.keep("elements", &catalog.to_string(), element);
}

fn plain(name: impl Into<Value>, fields: Vec<Value>) -> Draft {
    Draft { members: vec![("name", name.into())], fields, tags: Vec::new() }
}

fn section(dice: &mut Dice) -> Draft {
    let name = words::section(dice);
    plain(name, vec![field(demo::SECTION_KEEPER, json!({"name": people::full_name(dice)}))])
}

fn supplier(dice: &mut Dice, number: usize) -> Draft {
    let name = people::company(dice);
    let address = format!("{}, {}", people::city(dice), people::street(dice));
    let fields = vec![
        field("SUPPLIER_VAT_ID", format!("{:010}", number + 1)),
        field("SUPPLIER_LEGAL_ADDRESS", address),
        field("SUPPLIER_DIRECTOR_NAME", people::full_name(dice)),
        field("SUPPLIER_PHONE", people::phone(number)),
    ];
    plain(name, fields)
}

fn product(dice: &mut Dice, number: usize) -> Draft {
    let group = dice.pick(&[demo::GROUP_FURNITURE, demo::GROUP_SEATS, demo::GROUP_LIGHT]);
    let fields = vec![
        field("SKU", sku(number)),
        field("DESCRIPTION", words::wish(dice)),
        field("PRICE", dice.between(1, 80) * 490),
        filled("GROUP", json!({"enum_id": group})),
        field("EXTERNAL_ID", format!("warehouse-{}", number + 1)),
    ];
    plain(format!("{} {}", words::product(dice), number + 1), fields)
}

fn sku(number: usize) -> String {
    format!("SB-{:05}", number + 1)
}

/// Of one to three products of its ten, from the supplier of its ten.
fn bill(dice: &mut Dice, number: usize, account: &Account) -> Draft {
    let ten = number - number % 10;
    let prices = account.fields_named(&owner(demo::CATALOG_PRODUCTS));
    let prices = prices.iter().find(|field| field.field_type == FieldType::Price);
    let price = |product: usize| {
        let scope = demo::CATALOG_PRODUCTS.to_string();
        let product = account.records.get("elements", &scope, id_of(product))?;
        let (_, values) =
            product.fields.iter().find(|(id, _)| Some(*id) == prices.map(|p| p.id))?;
        values.first()?.value.as_str()?.parse::<i64>().ok()
    };
    let mut total = 0;
    let mut lines = Vec::new();
    for place in 0..dice.between(1, 3) as usize {
        let product = ten + PRODUCTS.0 + place;
        let (price, quantity) = (price(product).unwrap_or_default(), dice.between(1, 12));
        total += price * quantity;
        lines.push(json!({"value": {
            "sku": sku(product), "description": words::product(dice), "unit_price": price,
            "quantity": quantity, "unit_type": dice.word(&["шт"], &["pcs"]),
            "product_id": id_of(product), "discount": {"type": "amount", "value": 0},
            "vat_rate_value": 20,
        }}));
    }
    let is_paid = dice.one_in(2);
    let payer = json!({"type": "legal", "name": people::company(dice),
        "vat_id": format!("{:010}", number + 1), "address": people::street(dice)});
    let mut fields = vec![
        filled("BILL_STATUS", json!({"enum_code": if is_paid { "paid" } else { "created" }})),
        field("SUPPLIER", json!({"entity_id": id_of(ten + 2)})),
        field("PAYER", payer),
        json!({"field_code": "ITEMS", "values": lines}),
        filled("BILL_VAT_TYPE", json!({"enum_code": "vat_included"})),
        field("BILL_COMMENT", words::wish(dice)),
        field("BILL_PRICE", total),
    ];
    if is_paid {
        fields.push(field("BILL_PAYMENT_DATE", dice.updated_at));
    }
    let word = if dice.is_russian { "Счёт" } else { "Bill" };
    plain(format!("{word} {}", number / 10 + 1), fields)
}

/// The value of a chained list: a section and the series below it, where there are so many.
pub(super) fn chain(count: usize, number: usize) -> Option<Value> {
    // So many tens have both.
    let ten = number.checked_rem((count + 8) / 10)? * 10;
    Some(json!([
        {"catalog_id": demo::CATALOG_SECTIONS, "catalog_element_id": id_of(ten)},
        {"catalog_id": demo::CATALOG_SERIES, "catalog_element_id": id_of(ten + 1)},
    ]))
}

/// Links every tenth lead to a product.
pub(super) fn sell(account: &mut Account, count: usize, lead: i64, number: usize, dice: &mut Dice) {
    let (first, each) = PRODUCTS;
    let products = count / 10 * each + (count % 10).saturating_sub(first).min(each);
    let Some(place) = (number / 10).checked_rem(products).filter(|_| number % 10 == 8) else {
        return;
    };
    let product = place / each * 10 + first + place % each;
    let (from, to) = ((Kind::Leads, lead), (Kind::Elements, id_of(product)));
    let prices = account.fields_named(&owner(demo::CATALOG_PRODUCTS));
    let price = prices.iter().find(|field| field.field_type == FieldType::Price);
    let price = price.map(|field| field.id.into());
    account.links.put(from, to, None);
    account.links.set_goods(from, to, Some(dice.between(1, 20).into()), price);
}
