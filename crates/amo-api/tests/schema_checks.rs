//! What is checked before it is sent, and what is told of what the server refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{Client, Error, ErrorKind, Outcome};
use amo_core::field::{
    ChainedList, Checkbox, Date, Multiselect, Multitext, Numeric, PHONE, Select, Text,
};
use amo_core::{
    CatalogId, Choice, ContactId, CustomFieldId, CustomFieldsOf, EnumId, Field, FieldKey, LeadId,
    LeadPatch, NewCompany, NewComplexLead, NewContact, NewCustomField, NewCustomFields, NewElement,
    NewLead, PipelineId, StatusId,
};
use amo_sandbox::{Fault, Sandbox, SandboxBuilder, Server, demo};
use serde_json::{Value, json};

use common::{another, start_with};

const CHANNEL: Field<Select> = Field::id(demo::LEAD_CHANNEL);
const NOWHERE: Field<Text> = Field::id(7999);

async fn checking(sandbox: SandboxBuilder) -> (Client, Sandbox, Server) {
    start_with(sandbox, |client| client.check_writes(true)).await
}

/// Code and path of all that is wrong, item by item.
fn flaws(error: &Error) -> Vec<String> {
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
    let items = error.validation().iter();
    let all = items.flat_map(|item| item.errors.iter().map(move |one| (item, one)));
    all.map(|(item, one)| {
        let (id, code) = (item.request_id.as_deref().unwrap(), one.code.as_ref().unwrap().as_str());
        format!("{id} {code} {}", one.path.as_deref().unwrap())
    })
    .collect()
}

fn leads(values: &Value) -> NewLead {
    let fields = values.as_array().unwrap().iter().fold(NewCustomFields::new(), |fields, one| {
        let id = CustomFieldId::new(one["field_id"].as_i64().unwrap());
        fields.set_json(FieldKey::Id(id), one["values"].as_array().unwrap().clone())
    });
    NewLead::new().custom_fields(fields)
}

#[tokio::test]
async fn what_does_not_fit_is_not_sent() {
    let (client, sandbox, _server) = checking(Sandbox::builder().leads(2)).await;
    let lead = NewLead::new()
        .set(CHANNEL, Choice::text("Radio"))
        .set(NOWHERE, "x")
        .pipeline_id(PipelineId::new(demo::PIPELINE))
        .status_id(StatusId::new(5));
    let error = client.leads().create(lead.clone()).await.unwrap_err();
    assert_eq!(
        flaws(&error),
        [
            "0 NotSupportedChoice custom_fields_values.0.values.0.value",
            "0 NotSupportedChoice custom_fields_values.1.field_id",
            "0 NotSupportedChoice status_id",
        ]
    );
    assert_eq!((error.status(), error.operation()), (None, "leads.create"));
    let told = error.to_string();
    for wanted in [
        "not sent",
        "the custom field `Channel` (7202) of the type `select` has no option \"Radio\"",
        "`Site` (7361, site), `Phone` (7362), `Shop` (7363)",
        "there is no custom field 7999 of leads",
        "the pipeline `Sales` (8001) has no status 5",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads"), 0);
    // The same without the switch.
    let error = client.schema().check_new(&lead).await.unwrap_err();
    assert_eq!(flaws(&error).len(), 3);
    let patch = LeadPatch::new().set(NOWHERE, "x");
    let id = LeadId::new(demo::FIRST_LEAD);
    for error in [
        client.leads().update(id, patch.clone()).await.unwrap_err(),
        client.schema().check_patch(&patch).await.unwrap_err(),
    ] {
        assert_eq!(flaws(&error), ["0 NotSupportedChoice custom_fields_values.0.field_id"]);
    }
    assert!(sandbox.log().entries().iter().all(|one| one.method == "GET"));

    let good = NewLead::new().set(CHANNEL, Choice::text("Site")).status_id(StatusId::WON);
    client.schema().check_new(&good).await.unwrap();
    client.leads().create(good).await.unwrap();
    client.leads().update(id, LeadPatch::new().clear(CHANNEL)).await.unwrap();
}

/// Whatever the check refuses the box refuses at the same place for the same reason, and the other way
/// round.
#[tokio::test]
async fn the_check_says_what_the_server_says() {
    let (client, sandbox, server) = checking(Sandbox::builder().catalog_elements(10)).await;
    let plain = another(&sandbox, &server);
    let one = |id: i64, values: Value| json!([{ "field_id": id, "values": values }]);
    let value = |id: i64, value: Value| one(id, json!([{ "value": value }]));
    let choice = |key: &str, named: Value| one(demo::LEAD_CHANNEL, json!([{ key: named }]));
    let goods = |catalog: i64, element: i64| {
        one(demo::LEAD_GOODS, json!([{ "catalog_id": catalog, "catalog_element_id": element }]))
    };
    let cases = [
        value(demo::LEAD_ORDER_NUMBER, json!("A-1")),
        value(demo::LEAD_ORDER_NUMBER, json!(17)),
        value(demo::LEAD_ORDER_NUMBER, json!(true)),
        value(demo::LEAD_ORDER_NUMBER, json!({})),
        one(demo::LEAD_ORDER_NUMBER, json!([{ "enum_id": 1 }])),
        one(demo::LEAD_ORDER_NUMBER, json!([{ "value": "a" }, { "value": "b" }])),
        one(demo::LEAD_ORDER_NUMBER, json!(["a"])),
        value(demo::LEAD_BUDGET, json!("12.5")),
        value(demo::LEAD_BUDGET, json!(12.5)),
        value(demo::LEAD_BUDGET, json!("much")),
        value(demo::LEAD_DELIVERY_DAY, json!(1_700_000_000)),
        value(demo::LEAD_DELIVERY_DAY, json!("2024-03-01T00:00:00+03:00")),
        value(demo::LEAD_DELIVERY_DAY, json!("tomorrow")),
        value(demo::LEAD_MEETING, json!(1.5)),
        choice("value", json!("Site")),
        choice("value", json!("site")),
        choice("enum_code", json!("site")),
        choice("enum_code", json!("Site")),
        choice("enum_id", json!(demo::CHANNEL_SHOP)),
        choice("enum_id", json!(1)),
        choice("other", json!(1)),
        one(demo::LEAD_CHANNEL, json!([{ "value": "Site" }, { "value": "Shop" }])),
        value(demo::LEAD_PAYMENT, json!("Cash")),
        value(demo::LEAD_UTM_SOURCE, json!("ads")),
        value(demo::LEAD_CONTRACT, json!(null)),
        value(demo::LEAD_CONTRACT, json!("contract.pdf")),
        goods(demo::CATALOG_SECTIONS, demo::FIRST_ELEMENT),
        goods(demo::CATALOG_PRODUCTS, demo::FIRST_ELEMENT + 3),
    ];
    let mut refused = 0;
    let seed = 20_240_301;
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let random = (0..300).map(|_| dice.values());
    for case in cases.into_iter().chain(random) {
        let server = plain.leads().create(leads(&case)).await;
        let ours = client.schema().check_new(&leads(&case)).await;
        let told = ours.as_ref().err().map(flaws).unwrap_or_default();
        match &server {
            Ok(_) => assert!(told.is_empty(), "{case}: {told:?}"),
            Err(error) => {
                refused += 1;
                // The check does not look for members that are not expected.
                let mut wanted = flaws(error);
                wanted.retain(|one| !one.contains("FieldNotExpected"));
                assert_eq!(told, wanted, "{case}");
            }
        }
    }
    assert!((50..300).contains(&refused), "{refused}");
}

/// The same throws for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // The constants of a linear congruential generator by Knuth.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// Values for one to three fields of leads, right and wrong ones.
    fn values(&mut self) -> Value {
        const FIELDS: [i64; 9] = [
            demo::LEAD_ORDER_NUMBER,
            demo::LEAD_CHANNEL,
            demo::LEAD_DELIVERY_DAY,
            demo::LEAD_WISHES,
            demo::LEAD_PAYMENT,
            demo::LEAD_UTM_MEDIUM,
            demo::LEAD_BUDGET,
            demo::LEAD_GOODS,
            7999,
        ];
        let fields: Vec<Value> = (0..=self.below(2))
            .map(|_| {
                let field = FIELDS[self.below(FIELDS.len())];
                let count = 1 + self.below(8) / 7;
                let values: Vec<Value> = (0..count).map(|_| self.element()).collect();
                json!({ "field_id": field, "values": values })
            })
            .collect();
        Value::Array(fields)
    }

    fn element(&mut self) -> Value {
        let value = match self.below(8) {
            0 => json!("Site"),
            1 => json!("Cash"),
            2 => json!(17),
            3 => json!("17.5"),
            4 => json!("2024-03-01T00:00:00+03:00"),
            5 => json!(true),
            6 => json!({ "name": "x" }),
            _ => json!(1_700_000_000),
        };
        match self.below(8) {
            0 => json!({ "enum_id": demo::CHANNEL_SHOP }),
            1 => json!({ "enum_code": "card" }),
            2 => json!({ "enum_id": 5, "value": value }),
            3 => {
                let catalog = demo::CATALOG_SECTIONS + i64::try_from(self.below(2)).unwrap();
                json!({ "catalog_id": catalog, "catalog_element_id": demo::FIRST_ELEMENT })
            }
            _ => json!({ "value": value }),
        }
    }
}

#[tokio::test]
async fn kinds_of_values_that_only_contacts_have_are_checked_too() {
    let (client, sandbox, _server) = checking(Sandbox::builder()).await;
    let contact = NewContact::new()
        .add(PHONE, ("+70000000001", "WORK"))
        .add(PHONE, ("+70000000002", "CAR"))
        .set(Field::<Checkbox>::id(demo::CONTACT_NEWS), true)
        .set(Field::<Numeric>::id(demo::CONTACT_SCORE), 5)
        .set(Field::<Date>::id(demo::CONTACT_BIRTHDAY), amo_core::Timestamp::from_unix_seconds(-5))
        .set(
            Field::<Multiselect>::id(demo::CONTACT_INTERESTS),
            vec![Choice::text("Chairs"), Choice::id(EnumId::new(demo::LEVEL_GOLD))],
        );
    let error = client.contacts().create(contact).await.unwrap_err();
    assert_eq!(
        flaws(&error),
        [
            "0 NotSupportedChoice custom_fields_values.0.values.1.enum_code",
            "0 NotSupportedChoice custom_fields_values.4.values.1.enum_id",
        ]
    );
    let company = NewCompany::new()
        .set(Field::<Multitext>::code("PHONE"), vec![])
        .set(Field::<Checkbox>::id(demo::COMPANY_WEB), true);
    let error = client.companies().create(company).await.unwrap_err();
    assert_eq!(flaws(&error), ["0 InvalidType custom_fields_values.1.values.0.value"]);
    assert_eq!(sandbox.log().count("POST", "/api/v4/contacts"), 0);
}

#[tokio::test]
async fn a_batch_takes_out_what_does_not_fit() {
    let (client, sandbox, _server) = checking(Sandbox::builder()).await;
    let good = || NewLead::new().set(CHANNEL, Choice::text("Shop"));
    let bad = || NewLead::new().set(NOWHERE, "x");
    let batch = client.leads().create_many([good(), bad(), good(), bad()]).await;
    let told: Vec<bool> = batch.outcomes().iter().map(|one| one.done().is_some()).collect();
    assert_eq!(told, [true, false, true, false]);
    assert!(matches!(&batch.outcomes()[3], Outcome::Invalid { errors, .. } if errors.len() == 1));
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads"), 1);
    // What has no part in the check is not held up by it.
    sandbox.faults().add(Fault::status(403).path("/api/v4/companies/custom_fields").body("{}"));
    let companies = client.companies().create_many([NewCompany::new().name("Lotos")]).await;
    let Outcome::NotSent { error, .. } = &companies.outcomes()[0] else { panic!("{companies:?}") };
    let error = error.as_ref().unwrap();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Forbidden, "companies.create"));
    assert_eq!(sandbox.log().count("POST", "/api/v4/companies"), 0);
}

#[tokio::test]
async fn a_complex_lead_is_checked_with_all_its_parts() {
    let (client, sandbox, _server) = checking(Sandbox::builder().contacts(1)).await;
    let nowhere = |new: NewContact| new.set(NOWHERE, "x");
    let lead = NewComplexLead::new(NewLead::new().set(NOWHERE, "x"))
        .contact(nowhere(NewContact::new().name("Vera")))
        .company(NewCompany::new().set(NOWHERE, "x"));
    let error = client.leads().create_complex(&lead).await.unwrap_err();
    assert_eq!(
        flaws(&error),
        [
            "0 NotSupportedChoice custom_fields_values.0.field_id",
            "0 NotSupportedChoice _embedded.contacts.0.custom_fields_values.0.field_id",
            "0 NotSupportedChoice _embedded.companies.0.custom_fields_values.0.field_id",
        ]
    );
    let known = NewLead::new().contact(ContactId::new(demo::FIRST_CONTACT));
    client.leads().create_complex(&NewComplexLead::new(known)).await.unwrap();
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads/complex"), 1);
}

#[tokio::test]
async fn what_a_status_asks_for_must_be_filled() {
    let (client, sandbox, _server) = checking(Sandbox::builder().leads(1)).await;
    let (pipeline, talks) = (PipelineId::new(demo::PIPELINE), StatusId::new(demo::STATUS_TALKS));
    let asked = NewCustomField::text("Contract").required_in(pipeline, talks);
    let asked: Field<Text> =
        client.custom_fields(CustomFieldsOf::Leads).create(asked).await.unwrap().id.into();
    sandbox.log().clear();
    let error = client.leads().create(NewLead::new().status_id(talks)).await.unwrap_err();
    assert_eq!(flaws(&error), ["0 RequiredFilled custom_fields_values"]);
    let told = error.to_string();
    assert!(
        told.contains("`Contract`") && told.contains("must be filled in the status `"),
        "{told}"
    );
    let id = LeadId::new(demo::FIRST_LEAD);
    let emptied = LeadPatch::new().status_id(talks).clear(asked);
    let error = client.leads().update(id, emptied).await.unwrap_err();
    assert_eq!(flaws(&error), ["0 RequiredFilled custom_fields_values"]);
    assert!(sandbox.log().entries().iter().all(|one| one.method == "GET"));
    // What the lead holds already is not known.
    client.schema().check_patch(&LeadPatch::new().status_id(talks)).await.unwrap();
    client.leads().create(NewLead::new()).await.unwrap();
    client.leads().create(NewLead::new().status_id(talks).set(asked, "17")).await.unwrap();
}

#[tokio::test]
async fn elements_are_checked_by_their_catalog() {
    let (client, sandbox, _server) = checking(Sandbox::builder().catalog_elements(10)).await;
    let catalog = CatalogId::new(demo::CATALOG_SECTIONS);
    let of = CustomFieldsOf::Catalog(catalog);
    let asked = NewCustomField::text("Shelf").is_required(true);
    let shelf: Field<Text> = client.custom_fields(of).create(asked).await.unwrap().id.into();
    let error = client.elements(catalog).create(NewElement::new("Hall")).await.unwrap_err();
    assert_eq!(flaws(&error), ["0 RequiredFilled custom_fields_values"]);
    let wrong = NewElement::new("Hall").set(shelf, "3").set(Field::<ChainedList>::id(1), vec![]);
    let error = client.schema().check_element(catalog, &wrong).await.unwrap_err();
    assert_eq!(flaws(&error), ["0 NotSupportedChoice custom_fields_values.1.field_id"]);
    client.elements(catalog).create(NewElement::new("Hall").set(shelf, "3")).await.unwrap();
    let path = format!("/api/v4/catalogs/{catalog}/elements");
    assert_eq!(sandbox.log().count("POST", &path), 1);
}

#[tokio::test]
async fn what_was_made_since_is_not_refused() {
    let (client, sandbox, server) = checking(Sandbox::builder()).await;
    client.leads().create(NewLead::new().set(CHANNEL, Choice::text("Site"))).await.unwrap();
    let other = another(&sandbox, &server);
    let late = NewCustomField::text("Late");
    let late: Field<Text> =
        other.custom_fields(CustomFieldsOf::Leads).create(late).await.unwrap().id.into();
    client.leads().create(NewLead::new().set(late, "x")).await.unwrap();
    assert_eq!(sandbox.log().count("GET", "/api/v4/leads/custom_fields"), 2);
}

/// Without the switch too, a refusal says names where the schema is used, and what is there is read again.
#[tokio::test]
async fn a_refusal_of_the_server_says_names() {
    let (client, sandbox, server) = start_with(Sandbox::builder(), |client| client).await;
    let wrong = || NewLead::new().set(CHANNEL, Choice::id(EnumId::new(5))).set(NOWHERE, "x");
    let error = client.leads().create(wrong()).await.unwrap_err();
    assert!(!error.to_string().contains("Channel"), "nobody uses the schema: {error}");
    assert_eq!(sandbox.log().len(), 1);

    let schema = client.schema();
    schema.fields(CustomFieldsOf::Leads).await.unwrap();
    let other = another(&sandbox, &server);
    let late = NewCustomField::text("Late");
    let late = other.custom_fields(CustomFieldsOf::Leads).create(late).await.unwrap().id;
    sandbox.log().clear();
    let error = client.leads().create(wrong()).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    let told = error.to_string();
    for wanted in [
        "item 0: the custom field `Channel` (7202) of the type `select` has no option 5",
        "there are `Site` (7361, site)",
        "item 0: there is no custom field 7999 of leads",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(sandbox.log().len(), 2, "the write and the fields, each once");
    assert!(schema.fields(CustomFieldsOf::Leads).await.unwrap().by_id(late).is_some());
    assert_eq!(sandbox.log().len(), 2);

    // Statuses have names once somebody has asked for the pipelines.
    let lost = || NewLead::new().status_id(StatusId::new(5));
    let error = client.leads().create(lost()).await.unwrap_err().to_string();
    assert!(!error.contains("no pipeline"), "{error}");
    schema.pipelines().await.unwrap();
    let error = client.leads().create(lost()).await.unwrap_err().to_string();
    assert!(error.contains("item 0: no pipeline has the status 5"), "{error}");
    // What the schema finds nothing wrong with is named all the same.
    let refusal = concat!(
        r#"{"title":"Bad Request","validation-errors":[{"request_id":"0","errors":[{"#,
        r#""code":"NotSupportedChoice","path":"custom_fields_values.0.values.0.value"}]}]}"#
    );
    sandbox.faults().add(Fault::status(400).body(refusal).path("/api/v4/leads"));
    let good = NewLead::new().set(CHANNEL, Choice::text("Site"));
    let error = client.leads().create(good).await.unwrap_err().to_string();
    assert!(error.contains("item 0: it is the custom field `Channel` (7202) of leads"), "{error}");
}
