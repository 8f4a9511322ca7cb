//! The fields that special catalogs have from the start: products, bills, suppliers.

use super::{EnumOption, FieldDefinition, FieldType};
use crate::account::Account;

/// Code, name, type, options with their codes.
type Row = (&'static str, &'static str, FieldType, &'static [Choice]);
type Choice = (&'static str, &'static str);

const PRODUCTS: &[Row] = &[
    ("SKU", "SKU", FieldType::Text, &[]),
    ("DESCRIPTION", "Description", FieldType::Textarea, &[]),
    ("PRICE", "Price", FieldType::Price, &[]),
    // Its nodes are made by users.
    ("GROUP", "Group", FieldType::Category, &[]),
    ("EXTERNAL_ID", "External ID", FieldType::Text, &[]),
];

const BILLS: &[Row] = &[
    ("BILL_STATUS", "Status", FieldType::Select, STATUSES),
    ("LEGAL_ENTITY", "Legal entity", FieldType::LegalEntity, &[]),
    ("SUPPLIER", "Supplier", FieldType::Supplier, &[]),
    ("PAYER", "Payer", FieldType::Payer, &[]),
    ("ITEMS", "Items", FieldType::Items, &[]),
    ("BILL_VAT_TYPE", "VAT", FieldType::Select, VAT_TYPES),
    ("BILL_REASON_FOR_NO_VAT", "Why there is no VAT", FieldType::Text, &[]),
    ("BILL_PAYMENT_DATE", "Paid at", FieldType::DateTime, &[]),
    ("BILL_COMMENT", "Comment", FieldType::Text, &[]),
    ("BILL_PRICE", "Total", FieldType::Numeric, &[]),
];

const STATUSES: &[Choice] = &[
    ("Created", "created"),
    ("Paid", "paid"),
    ("Paid in advance", "paid_in_advance"),
    ("Partially paid", "partially_paid"),
];

const VAT_TYPES: &[Choice] = &[
    ("VAT exempt", "vat_exempt"),
    ("VAT included", "vat_included"),
    ("VAT not included", "vat_not_included"),
];

// That all of these are texts is a guess.
const SUPPLIERS: &[Row] = &[
    ("SUPPLIER_VAT_ID", "VAT ID", FieldType::Text, &[]),
    ("SUPPLIER_TAX_REGISTRATION_REASON_CODE", "Tax reason code", FieldType::Text, &[]),
    ("SUPPLIER_PRIMARY_STATE_REGISTRATION_NUMBER", "State number", FieldType::Text, &[]),
    ("SUPPLIER_BANK_IDENTIFICATION_CODE", "Bank code", FieldType::Text, &[]),
    ("SUPPLIER_ACCOUNT_NUMBER", "Account number", FieldType::Text, &[]),
    ("SUPPLIER_LEGAL_ADDRESS", "Legal address", FieldType::Text, &[]),
    ("SUPPLIER_REAL_ADDRESS", "Real address", FieldType::Text, &[]),
    ("SUPPLIER_DIRECTOR_NAME", "Director", FieldType::Text, &[]),
    ("SUPPLIER_DIRECTOR_POST", "Post of the director", FieldType::Text, &[]),
    ("SUPPLIER_ACCOUNTANT_NAME", "Accountant", FieldType::Text, &[]),
    ("SUPPLIER_ACCOUNTANT_POST", "Post of the accountant", FieldType::Text, &[]),
    ("SUPPLIER_PHONE", "Telephone", FieldType::Text, &[]),
];

fn rows(catalog: &str) -> &'static [Row] {
    match catalog {
        "products" => PRODUCTS,
        "invoices" => BILLS,
        "suppliers" => SUPPLIERS,
        _ => &[],
    }
}

/// The fields of a new catalog of a type. They are there from the start and stay.
pub(crate) fn definitions(account: &mut Account, catalog: &str) -> Vec<FieldDefinition> {
    let records = &mut account.records;
    let rows = rows(catalog).iter().zip(1..);
    rows.map(|((code, name, field_type, options), place)| {
        let options = options.iter().zip(1..).map(|((value, code), sort)| EnumOption {
            id: records.draft("enums").id,
            value: (*value).to_owned(),
            code: Some((*code).to_owned()),
            sort,
            parent: None,
        });
        let options = options.collect();
        let mut field = FieldDefinition {
            code: Some((*code).to_owned()),
            sort: place * 10,
            options,
            is_predefined: true,
            ..FieldDefinition::new(records.draft("custom_fields").id, name, *field_type)
        };
        // Bills must say their status.
        if *code == "BILL_STATUS" {
            field.more.insert("is_required", true.into());
        }
        field
    })
    .collect()
}
