//! The demo account: everything in it has the same id every time, so that tests and examples can
//! name it.
//!
//! Contacts, companies, leads, customers and elements of catalogs that a builder asks for have ids
//! that grow by one from [`FIRST_CONTACT`], [`FIRST_COMPANY`], [`FIRST_LEAD`], [`FIRST_CUSTOMER`]
//! and [`FIRST_ELEMENT`]; those that are added later go on from there. They are what a firm that
//! furnishes offices has gathered in the year before [`EPOCH`]: with the events of their adding,
//! notes and a task at every tenth card, and every tenth card with all of its fields filled; in the
//! mode of segments customers are in those that fit them. What
//! they say goes by the builder's seed, their telephone numbers and order numbers by their place.

mod activity;
mod cards;
mod customers;
mod dice;
mod fields;
mod goods;
mod people;
mod seed;
mod words;

pub(crate) use seed::account;

use crate::connection::Integration;

/// The account's id.
pub const ACCOUNT: i64 = 30_000_001;
/// The account's host name unless the builder names another.
pub const DOMAIN: &str = "demo.amocrm.ru";

/// The id of the account's one integration.
pub const CLIENT_ID: &str = "5a4db0c5-1c1e-4f0e-9a5f-0d2a6f6b7c01";
/// The secret of the integration.
pub const CLIENT_SECRET: &str = "sandbox-secret-0000000000000000000000000000000000000000000000000";
/// The redirect URI of the integration.
pub const REDIRECT_URI: &str = "https://example.test/oauth/callback";

/// The administrator, who grants the access; in the default group.
pub const ADMIN: i64 = 9001;
/// A manager, in the default group. Managers may add, see what is their group's, and change their
/// own.
pub const MANAGER: i64 = 9002;
/// A manager, in the group [`GROUP_PARTNERS`].
pub const PARTNER_MANAGER: i64 = 9003;
/// The group of users beside the default group 0.
pub const GROUP_PARTNERS: i64 = 501;
/// The task type that the account has beside the built-in 1 and 2.
pub const TASK_TYPE_LETTER: i64 = 601;

/// The bot "Qualification", for anything.
pub const BOT: i64 = 9501;
/// The bot "Welcome", which greets.
pub const BOT_GREETING: i64 = 9502;
/// A widget that belongs to the account's integration and has settings of every kind.
pub const WIDGET_TELEPHONY: &str = "sandbox_telephony";
/// A widget of somebody else, without settings.
pub const WIDGET_FORMS: &str = "sandbox_forms";

/// The pipeline "Sales": the account's only one.
pub const PIPELINE: i64 = 8001;
/// The stage of incoming leads of [`PIPELINE`].
pub const STATUS_INCOMING: i64 = 8100;
/// The first stage of [`PIPELINE`]: new leads start here.
pub const STATUS_FIRST: i64 = 8101;
/// The second stage of [`PIPELINE`].
pub const STATUS_TALKS: i64 = 8102;
/// The third stage of [`PIPELINE`].
pub const STATUS_CONTRACT: i64 = 8103;
/// Won: the same id in every pipeline of every account.
pub const STATUS_WON: i64 = 142;
/// Lost: the same id in every pipeline of every account.
pub const STATUS_LOST: i64 = 143;
/// The loss reason "Too expensive".
pub const LOSS_REASON_PRICE: i64 = 8901;
/// The loss reason "No need any more".
pub const LOSS_REASON_NO_NEED: i64 = 8902;

/// Contacts: telephone numbers, multitext with the code `PHONE`. Options: [`PHONE_WORK`] and on for
/// `WORKDD`, `MOB`, `FAX`, `HOME`, `OTHER`.
pub const CONTACT_PHONE: i64 = 7001;
/// Contacts: e-mail addresses, multitext with the code `EMAIL`. Options: [`EMAIL_WORK`] and on for
/// `PRIV`, `OTHER`.
pub const CONTACT_EMAIL: i64 = 7002;
/// Contacts: position, text with the code `POSITION`.
pub const CONTACT_POSITION: i64 = 7003;
/// Contacts: comment, text without a code.
pub const CONTACT_COMMENT: i64 = 7004;
/// Contacts: level, select with the code `LEVEL`. Options: [`LEVEL_GOLD`], [`LEVEL_SILVER`],
/// [`LEVEL_BRONZE`].
pub const CONTACT_LEVEL: i64 = 7005;
/// Contacts: birthday.
pub const CONTACT_BIRTHDAY: i64 = 7006;
/// Contacts: whether he wants the news, checkbox.
pub const CONTACT_NEWS: i64 = 7007;
/// Contacts: interests, multiselect. Options: [`INTEREST_CHAIRS`], [`INTEREST_TABLES`],
/// [`INTEREST_LAMPS`].
pub const CONTACT_INTERESTS: i64 = 7008;
/// Contacts: score, numeric.
pub const CONTACT_SCORE: i64 = 7009;

/// Companies: telephone numbers, multitext with the code `PHONE`.
pub const COMPANY_PHONE: i64 = 7101;
/// Companies: e-mail addresses, multitext with the code `EMAIL`.
pub const COMPANY_EMAIL: i64 = 7102;
/// Companies: web site, url with the code `WEB`.
pub const COMPANY_WEB: i64 = 7103;
/// Companies: address, textarea with the code `ADDRESS`.
pub const COMPANY_ADDRESS: i64 = 7104;
/// Companies: where it sits, in parts, `smart_address`.
pub const COMPANY_LOCATION: i64 = 7105;
/// Companies: requisites, `legal_entity`.
pub const COMPANY_REQUISITES: i64 = 7106;

/// Leads: order number, text with the code `ORDER_NUMBER`.
pub const LEAD_ORDER_NUMBER: i64 = 7201;
/// Leads: channel, select. Options: [`CHANNEL_SITE`], [`CHANNEL_PHONE`], [`CHANNEL_SHOP`].
pub const LEAD_CHANNEL: i64 = 7202;
/// Leads: day of delivery, date.
pub const LEAD_DELIVERY_DAY: i64 = 7203;
/// Leads: meeting, `date_time`.
pub const LEAD_MEETING: i64 = 7204;
/// Leads: link to the order, url.
pub const LEAD_ORDER_LINK: i64 = 7205;
/// Leads: wishes, textarea.
pub const LEAD_WISHES: i64 = 7206;
/// Leads: payment, radiobutton. Options: [`PAYMENT_CARD`], [`PAYMENT_CASH`].
pub const LEAD_PAYMENT: i64 = 7207;
/// Leads: `UTM_SOURCE`, `tracking_data`; [`LEAD_UTM_MEDIUM`] and [`LEAD_UTM_CAMPAIGN`] alike.
pub const LEAD_UTM_SOURCE: i64 = 7208;
/// Leads: `UTM_MEDIUM`, `tracking_data`.
pub const LEAD_UTM_MEDIUM: i64 = 7209;
/// Leads: `UTM_CAMPAIGN`, `tracking_data`.
pub const LEAD_UTM_CAMPAIGN: i64 = 7210;

/// Companies: address of the warehouse, streetaddress.
pub const COMPANY_WAREHOUSE: i64 = 7107;
/// Leads: budget, monetary, in roubles.
pub const LEAD_BUDGET: i64 = 7211;
/// Leads: the contract, file.
pub const LEAD_CONTRACT: i64 = 7212;
/// Leads: goods, `chained_list` of [`CATALOG_SECTIONS`] and [`CATALOG_SERIES`]; there if those are.
pub const LEAD_GOODS: i64 = 7213;
/// Customers: loyalty card, text with the code `LOYALTY_CARD`.
pub const CUSTOMER_CARD: i64 = 7601;
/// Customers: discount in per cent, numeric.
pub const CUSTOMER_DISCOUNT: i64 = 7602;
/// Customers: tier, select. Options: [`TIER_BASE`], [`TIER_PLUS`], [`TIER_PREMIUM`].
pub const CUSTOMER_TIER: i64 = 7603;
/// Customers: since when, date.
pub const CUSTOMER_SINCE: i64 = 7604;
/// Customers: where goods are brought, streetaddress.
pub const CUSTOMER_DELIVERY: i64 = 7605;
/// Customers: whether to remind of the next purchase, checkbox.
pub const CUSTOMER_REMINDERS: i64 = 7606;
/// Customers: preferences, textarea.
pub const CUSTOMER_PREFERENCES: i64 = 7607;
/// Customers: rooms to furnish, multiselect. Options: [`ROOM_OFFICE`], [`ROOM_MEETING`],
/// [`ROOM_KITCHEN`].
pub const CUSTOMER_ROOMS: i64 = 7608;
/// Customers: credit limit, monetary, in roubles.
pub const CUSTOMER_CREDIT: i64 = 7609;
/// Elements of [`CATALOG_SECTIONS`]: who keeps the goods, `linked_entity` of contacts and companies.
pub const SECTION_KEEPER: i64 = 7401;

/// The catalog of sections of goods. This and the other catalogs are there if the builder asks for
/// elements of catalogs.
pub const CATALOG_SECTIONS: i64 = 8201;
/// The catalog of series of goods, each below a section.
pub const CATALOG_SERIES: i64 = 8202;
/// The catalog of suppliers, with the fields that amoCRM gives it.
pub const CATALOG_SUPPLIERS: i64 = 8203;
/// The catalog of products, with the fields that amoCRM gives it, by their codes: `SKU`, `PRICE`,
/// `GROUP` and so on.
pub const CATALOG_PRODUCTS: i64 = 8204;
/// The catalog of bills, with the fields that amoCRM gives it, by their codes: `ITEMS`, `PAYER`,
/// `SUPPLIER` and so on.
pub const CATALOG_BILLS: i64 = 8205;
/// The node "Furniture" of the groups of products.
pub const GROUP_FURNITURE: i64 = 7501;
/// The node "Seats", below [`GROUP_FURNITURE`].
pub const GROUP_SEATS: i64 = 7502;
/// The node "Light" of the groups of products.
pub const GROUP_LIGHT: i64 = 7503;

/// The option `WORK` of [`CONTACT_PHONE`].
pub const PHONE_WORK: i64 = 7301;
/// The option `MOB` of [`CONTACT_PHONE`].
pub const PHONE_MOB: i64 = 7303;
/// The option `WORK` of [`CONTACT_EMAIL`].
pub const EMAIL_WORK: i64 = 7311;
/// The option `PRIV` of [`CONTACT_EMAIL`].
pub const EMAIL_PRIV: i64 = 7312;
/// The option "Gold", code `gold`, of [`CONTACT_LEVEL`].
pub const LEVEL_GOLD: i64 = 7321;
/// The option "Silver", code `silver`, of [`CONTACT_LEVEL`].
pub const LEVEL_SILVER: i64 = 7322;
/// The option "Bronze", without a code, of [`CONTACT_LEVEL`].
pub const LEVEL_BRONZE: i64 = 7323;
/// The option "Chairs" of [`CONTACT_INTERESTS`].
pub const INTEREST_CHAIRS: i64 = 7331;
/// The option "Tables", code `tables`, of [`CONTACT_INTERESTS`].
pub const INTEREST_TABLES: i64 = 7332;
/// The option "Lamps" of [`CONTACT_INTERESTS`].
pub const INTEREST_LAMPS: i64 = 7333;
/// The option `WORK` of [`COMPANY_PHONE`].
pub const COMPANY_PHONE_WORK: i64 = 7341;
/// The option `WORK` of [`COMPANY_EMAIL`].
pub const COMPANY_EMAIL_WORK: i64 = 7351;
/// The option "Site", code `site`, of [`LEAD_CHANNEL`].
pub const CHANNEL_SITE: i64 = 7361;
/// The option "Phone" of [`LEAD_CHANNEL`].
pub const CHANNEL_PHONE: i64 = 7362;
/// The option "Shop" of [`LEAD_CHANNEL`].
pub const CHANNEL_SHOP: i64 = 7363;
/// The option "Card" of [`LEAD_PAYMENT`].
pub const PAYMENT_CARD: i64 = 7371;
/// The option "Cash" of [`LEAD_PAYMENT`].
pub const PAYMENT_CASH: i64 = 7372;

/// The option "Base", code `base`, of [`CUSTOMER_TIER`].
pub const TIER_BASE: i64 = 7611;
/// The option "Plus" of [`CUSTOMER_TIER`].
pub const TIER_PLUS: i64 = 7612;
/// The option "Premium", code `premium`, of [`CUSTOMER_TIER`].
pub const TIER_PREMIUM: i64 = 7613;
/// The option "Office" of [`CUSTOMER_ROOMS`].
pub const ROOM_OFFICE: i64 = 7621;
/// The option "Meeting room" of [`CUSTOMER_ROOMS`].
pub const ROOM_MEETING: i64 = 7622;
/// The option "Kitchen" of [`CUSTOMER_ROOMS`].
pub const ROOM_KITCHEN: i64 = 7623;

/// The segment "Wholesale": every fifth customer. This and the other segments are there if the
/// builder asks for customers in the mode of segments.
pub const SEGMENT_WHOLESALE: i64 = 8301;
/// The segment "Regulars": who has bought twice or more.
pub const SEGMENT_REGULARS: i64 = 8302;
/// The segment "Not bought yet".
pub const SEGMENT_NOT_BOUGHT: i64 = 8303;

/// The id of the first lead.
pub const FIRST_LEAD: i64 = 3_000_001;
/// The id of the first contact.
pub const FIRST_CONTACT: i64 = 1_000_001;
/// The id of the first company.
pub const FIRST_COMPANY: i64 = 2_000_001;
/// The id of the first customer.
pub const FIRST_CUSTOMER: i64 = 4_000_001;
/// The id of the first element of a catalog. Elements come in tens: one of [`CATALOG_SECTIONS`], of
/// [`CATALOG_SERIES`] and of [`CATALOG_SUPPLIERS`], six of [`CATALOG_PRODUCTS`], one of
/// [`CATALOG_BILLS`].
pub const FIRST_ELEMENT: i64 = 5_000_001;
/// When all was made that the account begins with, or up to a year before, in Unix seconds: 14
/// November 2023.
pub const EPOCH: i64 = 1_700_000_000;

pub(crate) fn integration() -> Integration {
    Integration::new(CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned(), REDIRECT_URI.to_owned())
}
