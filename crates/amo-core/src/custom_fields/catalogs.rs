//! The fields that catalogs of products, bills and suppliers have in every account.

/// The fields of products.
pub mod product {
    use crate::Field;
    use crate::custom_fields::{Category, Price, Text, Textarea};

    /// The article number.
    pub const SKU: Field<Text> = Field::code("SKU");
    /// What it is.
    pub const DESCRIPTION: Field<Textarea> = Field::code("DESCRIPTION");
    /// What it costs. Where the account has it as a plain number, use
    /// [`Numeric`](crate::field::Numeric).
    pub const PRICE: Field<Price> = Field::code("PRICE");
    /// A special price.
    pub const SPECIAL_PRICE: Field<Price> = Field::code("SPECIAL_PRICE_1");
    /// The group that it belongs to.
    pub const GROUP: Field<Category> = Field::code("GROUP");
    /// What other systems call it; hidden from users.
    pub const EXTERNAL_ID: Field<Text> = Field::code("EXTERNAL_ID");
    /// The unit that it is counted in. Its type has no kind here: use
    /// [`CustomFields::by_code`](crate::CustomFields::by_code).
    pub const UNIT: &str = "UNIT";
}

/// The fields of bills (invoices).
pub mod invoice {
    use crate::Field;
    use crate::custom_fields::{
        DateTime, Items, LegalEntity, Numeric, Payer, Select, Supplier, Text, Url,
    };

    /// The status, which a new bill must have: one of the codes of
    /// [`InvoiceStatus`](crate::InvoiceStatus). The texts of the options depend on the language of
    /// the account, the codes do not.
    pub const STATUS: Field<Select> = Field::code("BILL_STATUS");
    /// How the value-added tax is treated: one of the codes of
    /// [`InvoiceVatType`](crate::InvoiceVatType).
    pub const VAT_TYPE: Field<Select> = Field::code("BILL_VAT_TYPE");
    /// When it was paid; it means something only of a paid bill.
    pub const PAYMENT_DATE: Field<DateTime> = Field::code("BILL_PAYMENT_DATE");
    /// A remark.
    pub const COMMENT: Field<Text> = Field::code("BILL_COMMENT");
    /// The sum, as it was sent: only a change by a user makes amoCRM calculate it anew. Where the
    /// account has it as money, use [`Monetary`](crate::field::Monetary).
    pub const PRICE: Field<Numeric> = Field::code("BILL_PRICE");
    /// The address of the lead that the bill belongs to.
    pub const LINK_TO_LEAD: Field<Url> = Field::code("LINK_TO_LEAD");
    /// Why there is no value-added tax: a text in some accounts, an option in others; hence no
    /// handle, but the code.
    pub const REASON_FOR_NO_VAT: &str = "BILL_REASON_FOR_NO_VAT";
    /// The own legal entity that makes the bill.
    pub const LEGAL_ENTITY: Field<LegalEntity> = Field::code("LEGAL_ENTITY");
    /// Who is paid: an element of the catalog of suppliers.
    pub const SUPPLIER: Field<Supplier> = Field::code("SUPPLIER");
    /// Who pays. Old accounts may have it as a
    /// [`LinkedEntity`](crate::field::LinkedEntity).
    pub const PAYER: Field<Payer> = Field::code("PAYER");
    /// The lines.
    pub const ITEMS: Field<Items> = Field::code("ITEMS");
}

/// The fields of suppliers: the legal entities in whose name bills are made.
pub mod supplier {
    use crate::Field;
    use crate::custom_fields::Text;

    /// The taxpayer number (INN).
    pub const VAT_ID: Field<Text> = Field::code("SUPPLIER_VAT_ID");
    /// The reason code of the tax registration (KPP).
    pub const TAX_REGISTRATION_REASON_CODE: Field<Text> =
        Field::code("SUPPLIER_TAX_REGISTRATION_REASON_CODE");
    /// The number in the state register (OGRN).
    pub const PRIMARY_STATE_REGISTRATION_NUMBER: Field<Text> =
        Field::code("SUPPLIER_PRIMARY_STATE_REGISTRATION_NUMBER");
    /// The code of the bank (BIK).
    pub const BANK_IDENTIFICATION_CODE: Field<Text> =
        Field::code("SUPPLIER_BANK_IDENTIFICATION_CODE");
    /// The number of the bank account.
    pub const ACCOUNT_NUMBER: Field<Text> = Field::code("SUPPLIER_ACCOUNT_NUMBER");
    /// The registered address.
    pub const LEGAL_ADDRESS: Field<Text> = Field::code("SUPPLIER_LEGAL_ADDRESS");
    /// The address where it works.
    pub const REAL_ADDRESS: Field<Text> = Field::code("SUPPLIER_REAL_ADDRESS");
    /// The name of the director.
    pub const DIRECTOR_NAME: Field<Text> = Field::code("SUPPLIER_DIRECTOR_NAME");
    /// What the director is called.
    pub const DIRECTOR_POST: Field<Text> = Field::code("SUPPLIER_DIRECTOR_POST");
    /// The name of the accountant.
    pub const ACCOUNTANT_NAME: Field<Text> = Field::code("SUPPLIER_ACCOUNTANT_NAME");
    /// What the accountant is called.
    pub const ACCOUNTANT_POST: Field<Text> = Field::code("SUPPLIER_ACCOUNTANT_POST");
    /// The phone.
    pub const PHONE: Field<Text> = Field::code("SUPPLIER_PHONE");
}
