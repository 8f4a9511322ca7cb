//! What is read out of the events of webhooks, in the shapes that they have. Every event that is
//! known stands in `webhook_events/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::field::{Checkbox, Date, Multiselect, Numeric, PHONE, Select, Text};
use amo_core::webhook::{Event, Hook, HookAction, HookEntity};
use amo_core::{
    AccountId, Amount, Author, CatalogId, CompanyId, ContactId, CustomFieldId, CustomerId,
    EntityType, EnumId, Field, FieldType, LeadId, PipelineId, StatusId, TagRef, Timestamp, UserId,
    WebhookEvent,
};
use serde_json::{Value, json};

/// Joins lines to a body; each line is `prefix` and the rest of a key with its value.
fn body(prefix: &str, lines: &[&str]) -> String {
    let pairs: Vec<_> = lines.iter().map(|line| format!("{prefix}{line}")).collect();
    pairs.join("&")
}

fn parse(body: &str) -> Hook {
    Hook::parse(body.as_bytes()).unwrap()
}

/// The single event of a body, which has nothing else.
fn one(prefix: &str, lines: &[&str]) -> Event {
    let mut hook = parse(&body(prefix, lines));
    assert!(hook.extra.is_empty(), "{:?}", hook.extra);
    assert_eq!(hook.events.len(), 1, "{hook:?}");
    hook.events.remove(0)
}

#[test]
fn leads() {
    let lines = [
        "[id]=501",
        "[name]=%D0%A1%D0%B4%D0%B5%D0%BB%D0%BA%D0%B0+1",
        "[price]=1000.5",
        "[status_id]=142",
        "[old_status_id]=20",
        "[pipeline_id]=10",
        "[old_pipeline_id]=11",
        "[responsible_user_id]=9",
        "[old_responsible_user_id]=8",
        "[last_modified]=1700000000",
        "[date_create]=1699990000",
        "[modified_user_id]=9",
        "[created_user_id]=0",
        "[account_id]=1",
        "[tags][0][id]=31",
        "[tags][0][name]=hot",
        "[tags][1][name]=new",
    ];
    for (name, action) in [
        ("add", HookAction::Add),
        ("update", HookAction::Update),
        ("restore", HookAction::Restore),
        ("status", HookAction::Status),
        ("responsible", HookAction::Responsible),
    ] {
        let event = one(&format!("leads[{name}][0]"), &lines);
        assert_eq!((&event.entity, &event.action), (&HookEntity::Lead, &action));
        assert_eq!(event.setting().unwrap().as_str(), format!("{name}_lead"));
        assert_eq!(event.id(), Some(501));
        assert_eq!(event.lead_id(), Some(LeadId::new(501)));
        assert_eq!(event.contact_id(), None);
        assert_eq!(event.name(), Some("Сделка 1"));
        assert_eq!(event.price(), Amount::from_f64(1000.5));
        assert_eq!(event.status_id(), Some(StatusId::WON));
        assert_eq!(event.old_status_id(), Some(StatusId::new(20)));
        assert_eq!(event.pipeline_id(), Some(PipelineId::new(10)));
        assert_eq!(event.old_pipeline_id(), Some(PipelineId::new(11)));
        assert_eq!(event.responsible_user_id(), Some(UserId::new(9)));
        assert_eq!(event.old_responsible_user_id(), Some(UserId::new(8)));
        assert_eq!(event.created_by(), Some(Author::Robot));
        assert_eq!(event.modified_by(), Some(Author::User(UserId::new(9))));
        assert_eq!(event.created_at(), Some(Timestamp::new(1_699_990_000)));
        assert_eq!(event.last_modified(), Some(Timestamp::new(1_700_000_000)));
        assert_eq!(event.account_id(), Some(AccountId::new(1)));
        let tags = event.tags();
        assert_eq!(tags[0].id.map(amo_core::Id::get), Some(31));
        assert_eq!(tags[0].name.as_deref(), Some("hot"));
        assert_eq!(tags[1], amo_core::Tag::new(TagRef::from("new")));
    }
}

#[test]
fn contacts_and_companies_are_told_apart() {
    let hook = parse(&body(
        "contacts[update]",
        &[
            "[0][id]=7",
            "[0][type]=contact",
            "[0][company_name]=Acme",
            "[0][linked_company_id]=8",
            "[0][linked_leads_id][501][ID]=501",
            "[0][linked_leads_id][502][ID]=502",
            "[0][custom_fields][0][id]=71",
            "[0][custom_fields][0][name]=Phone",
            "[0][custom_fields][0][code]=PHONE",
            "[0][custom_fields][0][values][0][value]=%2B70000000002",
            "[0][custom_fields][0][values][0][enum]=4401",
            "[1][id]=8",
            "[1][type]=company",
            "[1][name]=Acme",
        ],
    ));
    let [contact, company] = hook.events.as_slice() else { panic!("{hook:?}") };
    assert_eq!(contact.contact_id(), Some(ContactId::new(7)));
    assert_eq!(contact.linked_leads(), [LeadId::new(501), LeadId::new(502)]);
    let phones = contact.field(PHONE).unwrap().unwrap();
    assert_eq!(phones[0].value, "+70000000002");
    assert_eq!(phones[0].enum_id, Some(EnumId::new(4401)));
    assert_eq!(contact.custom_fields().phones().count(), 1);
    assert_eq!(company.entity, HookEntity::Company);
    assert_eq!(company.setting(), Some(WebhookEvent::UpdateCompany));
    assert_eq!(company.company_id(), Some(CompanyId::new(8)));
    assert_eq!(one("companies[add][0]", &["[id]=8"]).company_id(), Some(CompanyId::new(8)));
}

#[test]
fn notes_stand_a_level_deeper() {
    let lines = [
        "[id]=90",
        "[note_type]=4",
        "[element_type]=2",
        "[element_id]=501",
        "[text]=call+back",
        "[date_create]=2024-03-01 12:00:00",
        "[created_by]=9",
        "[main_user_id]=9",
        "[created_at]=1700000000",
    ];
    let event = one("leads[note][0][note]", &lines);
    assert_eq!((&event.entity, &event.action), (&HookEntity::Lead, &HookAction::Note));
    assert_eq!(event.id(), Some(90));
    assert_eq!(event.lead_id(), Some(LeadId::new(501)));
    assert_eq!(event.text("text"), Some("call back"));
    assert_eq!(event.whole("note_type"), Some(4));
    assert_eq!(event.responsible_user_id(), Some(UserId::new(9)));
    assert_eq!(event.created_at(), Some(Timestamp::new(1_700_000_000)));
    assert_eq!(event.time("date_create"), None, "a local time is no point in time");
    let company =
        one("contacts[note][0][note]", &["[id]=91", "[element_type]=3", "[element_id]=8"]);
    assert_eq!(company.setting(), Some(WebhookEvent::NoteCompany));
    assert_eq!(company.company_id(), Some(CompanyId::new(8)));
    let customer = one("customers[note][0][note]", &["[element_id]=5", "[element_type]=12"]);
    assert_eq!(customer.customer_id(), Some(CustomerId::new(5)));
}

#[test]
fn members_of_every_kind() {
    let event = one(
        "task[update][0]",
        &[
            "[action_close]=1",
            "[is_read]=0",
            "[next_date]=1700000000",
            "[date]=2023-11-15T01:13:20%2B03:00",
            "[rate]=5",
            "[element_type]=12",
            "[element_id]=5",
            "[next_price]=70.5",
            "[catalog_id]=40",
        ],
    );
    assert_eq!((event.flag("action_close"), event.flag("is_read")), (Some(true), Some(false)));
    assert_eq!((event.whole("rate"), event.whole("date")), (Some(5), None));
    assert_eq!(event.time("next_date"), Some(Timestamp::new(1_700_000_000)));
    assert_eq!(event.time("date"), event.time("next_date"));
    assert_eq!(event.about(), Some((EntityType::Customers, 5)));
    assert_eq!(event.customer_id(), Some(CustomerId::new(5)));
    assert_eq!(event.price(), Amount::from_f64(70.5));
    assert_eq!(event.catalog_id(), Some(CatalogId::new(40)));
}

#[test]
fn custom_fields_in_all_their_shapes() {
    let event = one(
        "leads[update][0][custom_fields]",
        &[
            "[0][id]=1",
            "[0][values][0]=1",
            "[1][id]=2",
            "[1][values][]=1700000000",
            "[2][id]=3",
            "[2][name]=Channel",
            "[2][values][0][value]=Site",
            "[2][values][0][enum]=41",
            "[3][id]=4",
            "[3][values][0][value]=a",
            "[3][values][0][enum]=51",
            "[3][values][2][value]=b",
            "[3][values][2][enum]=52",
            "[4][id]=5",
            "[4][values]=12.50",
            "[7][id]=6",
            "[7][values][0][value]=text",
            "[7][values][0][new_member]=x",
            "[8][id]=not a number",
        ],
    );
    let channel: Field<Select> = Field::id(3);
    assert_eq!(event.field::<Checkbox>(Field::id(1)), Ok(Some(true)));
    let date = event.field::<Date>(Field::id(2)).unwrap();
    assert_eq!(date, Some(Timestamp::new(1_700_000_000)));
    let chosen = event.field(channel).unwrap().unwrap();
    assert_eq!((chosen.value.as_deref(), chosen.enum_id), (Some("Site"), Some(EnumId::new(41))));
    assert_eq!(event.field::<Multiselect>(Field::id(4)).unwrap().unwrap().len(), 2);
    assert_eq!(event.field::<Numeric>(Field::id(5)).unwrap().unwrap().as_f64(), Some(12.5));
    assert_eq!(event.field::<Text>(Field::id(6)).unwrap().as_deref(), Some("text"));
    assert_eq!(event.field::<Text>(Field::id(99)), Ok(None));
    let wrong = event.field::<Date>(Field::id(6)).unwrap_err();
    assert_eq!(wrong.field().to_string(), "6");

    let fields = event.custom_fields();
    assert_eq!(fields.iter().count(), 7);
    let plain = fields.by_id(CustomFieldId::new(3)).unwrap();
    assert_eq!(
        serde_json::to_value(plain).unwrap(),
        json!({"field_id": 3, "field_name": "Channel", "values": [{"value": "Site", "enum_id": 41}]})
    );
    assert_eq!(fields.iter().last().unwrap().extra.get("id"), Some(&json!("not a number")));
    let typed = event.custom_fields_by(|field| {
        (field.field_name.as_deref() == Some("Channel")).then_some(FieldType::Select)
    });
    assert_eq!(typed.get(channel), Some(chosen));
}

#[test]
fn the_account_stands_anywhere_or_nowhere() {
    let account = "account[subdomain]=demo&account[id]=1\
        &account[_links][self]=https%3A%2F%2Fdemo.amocrm.ru";
    let event = "leads[add][0][id]=501";
    let first = parse(&format!("{account}&{event}"));
    assert_eq!(first, parse(&format!("{event}&{account}")));
    let known = first.account.as_ref().unwrap();
    assert_eq!(known.id(), Some(AccountId::new(1)));
    assert_eq!(known.subdomain(), Some("demo"));
    assert_eq!(known.address(), Some("https://demo.amocrm.ru"));
    assert_eq!(parse(event).account, None);
    assert_eq!(parse(event).events, first.events);
    assert_eq!(parse("account[subdomain]=demo").account.unwrap().id(), None);
}

#[test]
fn several_events_in_one_body() {
    let hook = parse(
        "leads[status][0][id]=1&contacts[add][0][id]=4&leads[add][0][id]=2&leads[add][10][id]=30\
         &leads[add][2][id]=3&leads[add][][id]=31",
    );
    let all: Vec<_> =
        hook.events.iter().map(|event| (&event.entity, &event.action, event.id())).collect();
    let (add, status) = (&HookAction::Add, &HookAction::Status);
    let leads = [2, 3, 30, 31].map(|id| (&HookEntity::Lead, add, Some(id)));
    assert_eq!(all[0], (&HookEntity::Contact, add, Some(4)));
    assert_eq!(all[1..5], leads);
    assert_eq!(all[5..], [(&HookEntity::Lead, status, Some(1))]);
}

#[test]
fn what_is_unknown_is_kept() {
    let hook = parse(
        "leads[frozen][0][id]=1&leads[add][0][id]=2&leads[add][0][new][member]=x\
         &rockets[launch][0][id]=5&sent_at=1700000000&event[type]=14&event[data][id]=3&loose]=y",
    );
    let [add, frozen, rocket] = hook.events.as_slice() else { panic!("{hook:?}") };
    assert_eq!(add.get("new"), Some(&json!({"member": "x"})));
    assert_eq!(frozen.action, HookAction::Other("frozen".to_owned()));
    assert_eq!(rocket.entity, HookEntity::Other("rockets".to_owned()));
    assert_eq!(rocket.id(), Some(5));
    let extra: Value = serde_json::to_value(&hook.extra).unwrap();
    let expected = json!({
        "event": {"type": "14", "data": {"id": "3"}}, "loose]": "y", "sent_at": "1700000000"
    });
    assert_eq!(extra, expected);
}

#[test]
fn escaped_ampersands_and_unescaped_brackets() {
    let plain = parse("leads[add][0][id]=1&leads[add][0][name]=a&account[id]=1");
    for variant in [
        "leads[add][0][id]=1&amp;leads[add][0][name]=a&amp;amp;account[id]=1",
        "leads%5Badd%5D%5B0%5D%5Bid%5D=1&leads%5badd%5d[0][name]=a&&account[id]=1&",
        "\u{feff}leads[add][0][name]=a&leads[add][0][id]=1&#38;account[id]=1\r\n",
    ] {
        assert_eq!(parse(variant), plain, "{variant}");
    }
}

#[test]
fn json_is_the_same() {
    let form = parse("leads[add][0][id]=1&leads[add][0][flag]=1&leads[add][0][price]=2.5");
    let json = parse(r#" {"leads": {"add": [{"flag": true, "price": 2.5, "id": 1}]}}"#);
    assert_eq!(form, json);
    let numbered = parse(r#"{"leads": {"add": {"0": {"flag": "1", "price": "2.5", "id": "1"}}}}"#);
    assert_eq!(form, numbered);
    let with_null = parse(r#"{"leads": {"add": [{"id": 1, "flag": 1, "price": 2.5, "x": null}]}}"#);
    assert_eq!(with_null.events[0].key(), form.events[0].key());
    assert_eq!(parse("[]"), Hook::default());
    assert_eq!(parse("{}"), parse(""));
}

#[test]
fn a_key_is_of_the_content_alone() {
    let key = |body: &str| parse(body).events[0].key();
    let first = key("leads[add][0][id]=1&leads[add][0][name]=ab");
    assert_eq!(first, key("account[id]=1&leads[add][3][name]=ab&leads[add][3][id]=1"));
    // The key of a stored event must stay the same: this one was written down.
    assert_eq!(first, "a73da62c95c8289b3a7187157c36dddc");
    for other in [
        "leads[add][0][id]=1&leads[add][0][name]=abc",
        "leads[update][0][id]=1&leads[update][0][name]=ab",
        "contacts[add][0][id]=1&contacts[add][0][name]=ab",
        "leads[add][0][id]=1&leads[add][0][name][0]=ab",
        "leads[add][0][id]=1&leads[add][0][name]=ab&leads[add][0][x]=",
    ] {
        assert_ne!(first, key(other), "{other}");
    }
}

#[test]
fn a_hook_can_wait_in_a_queue() {
    let hook = parse("contacts[add][0][id]=1&contacts[add][0][type]=company&account[id]=1&x=y");
    let stored = serde_json::to_string(&hook).unwrap();
    let read: Hook = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, hook);
    assert_eq!(read.events[0].key(), hook.events[0].key());
}
