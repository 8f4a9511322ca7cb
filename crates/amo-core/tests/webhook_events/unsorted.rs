//! Incoming leads.

use amo_core::UnsortedMetadata;
use amo_core::webhook::{Hook, HookAction, HookEntity};
use serde_json::json;

use super::{Case, check};

pub(super) fn cases() -> Vec<Case> {
    let unsorted = |setting, action, body, model| Case {
        setting,
        entity: HookEntity::Unsorted,
        action,
        body,
        id: None,
        about: None,
        model,
    };
    vec![
        unsorted(
            "add_unsorted",
            HookAction::Add,
            (
                "unsorted[add][0]",
                &[
                    "[uid]=aaa111",
                    "[category]=forms",
                    "[pipeline_id]=10",
                    "[account_id]=1",
                    "[source]=https://site.test",
                    "[source_data][name_1][type]=text",
                    "[source_data][name_1][id]=name",
                    "[source_data][name_1][value]=Ann",
                    "[source_data][form_id]=300",
                    "[source_data][form_type]=1",
                    "[source_data][date]=1700000000",
                    "[source_data][from]=https://site.test/form",
                    "[source_data][origin][ip]=192.0.2.1",
                    "[source_data][origin][referer]=https://search.test",
                    "[data][leads][0][date_create]=1700000000",
                    "[data][leads][0][tags]=site",
                    "[data][contacts][0][name]=Ann",
                ],
            ),
            json!({
                "uid": "aaa111", "category": "forms", "pipeline_id": 10, "account_id": 1,
                "source": "https://site.test",
                "metadata": {
                    "form_id": "300", "form_type": 1, "form_sent_at": 1_700_000_000,
                    "form_page": "https://site.test/form", "ip": "192.0.2.1",
                    "referer": "https://search.test",
                    "name_1": {"type": "text", "id": "name", "value": "Ann"},
                    "origin": {"ip": "192.0.2.1", "referer": "https://search.test"},
                },
                "data": {
                    "leads": [{"date_create": "1700000000", "tags": "site"}],
                    "contacts": [{"name": "Ann"}],
                },
            }),
        ),
        unsorted(
            "update_unsorted",
            HookAction::Update,
            (
                "unsorted[update][0]",
                &[
                    "[uid]=aaa112",
                    "[category]=chats",
                    "[date_create]=1700000000",
                    "[source_uid]=s-1",
                    "[source_data][name]=Ann",
                    "[source_data][to]=shop",
                    "[source_data][service]=telegram",
                    "[source_data][source_name]=Shop+bot",
                    "[source_data][client][name]=Ann",
                    "[source_data][client][picture]=https://a.test/1",
                    "[source_data][origin][chat_id]=c-1",
                    "[source_data][data][0][text]=Hi",
                    "[data][leads][id]=501",
                    "[data][pipeline_id]=10",
                ],
            ),
            json!({
                "uid": "aaa112", "category": "chats", "created_at": 1_700_000_000,
                "source_uid": "s-1", "source_name": "Shop bot", "pipeline_id": 10,
                "metadata": {
                    "name": "Ann", "to": "shop", "service": "telegram", "source_name": "Shop bot",
                    "client": {"name": "Ann", "avatar": "https://a.test/1"},
                    "origin": {"chat_id": "c-1"}, "data": [{"text": "Hi"}],
                },
                "data": {"leads": {"id": "501"}, "pipeline_id": "10"},
                "_embedded": {"leads": [{"id": 501}]},
            }),
        ),
        unsorted(
            "delete_unsorted",
            HookAction::Delete,
            (
                "unsorted[delete][0]",
                &[
                    "[action]=accept",
                    "[uid]=aaa113",
                    "[category]=sip",
                    "[created_at]=1700000000",
                    "[modified_user_id]=9",
                    "[accept_result][leads][0]=501",
                    "[accept_result][contacts][0]=7",
                ],
            ),
            json!({
                "uid": "aaa113", "category": "sip", "created_at": 1_700_000_000,
                "action": "accept", "modified_user_id": "9",
                "accept_result": {"leads": ["501"], "contacts": ["7"]},
                "_embedded": {"leads": [{"id": 501}], "contacts": [{"id": 7}]},
            }),
        ),
        unsorted(
            "delete_unsorted",
            HookAction::Delete,
            (
                "unsorted[delete][0]",
                &["[action]=decline", "[uid]=aaa114", "[decline_result][leads][0]=502"],
            ),
            json!({
                "uid": "aaa114", "action": "decline", "decline_result": {"leads": ["502"]},
                "_embedded": {"leads": [{"id": 502}]},
            }),
        ),
        unsorted(
            "delete_unsorted",
            HookAction::Delete,
            ("unsorted[delete]", &["=aaa115"]),
            json!({"uid": "aaa115"}),
        ),
    ]
}

#[test]
fn incoming_leads() {
    check(cases());
}

#[test]
fn metadata_is_typed_by_the_category() {
    let read = |category: &str, data: &str| {
        let body =
            format!("unsorted[add][0][uid]=u&unsorted[add][0][category]={category}&{data}=x");
        let hook = Hook::parse(body.as_bytes()).unwrap();
        hook.events[0].unsorted().unwrap().metadata
    };
    let mail = read("mail", "unsorted[add][0][source_data][subject]");
    assert!(matches!(mail, UnsortedMetadata::Mail(mail) if mail.subject.as_deref() == Some("x")));
    let call = read("sip", "unsorted[add][0][source_data][phone]");
    assert!(matches!(call, UnsortedMetadata::Sip(call) if call.phone.as_deref() == Some("x")));
    // A field of a form may be called anything.
    let odd = read("forms", "unsorted[add][0][source_data][form_type]");
    let UnsortedMetadata::Other { metadata, .. } = odd else { panic!("{odd:?}") };
    assert_eq!(metadata, Some(json!({"form_type": "x"})));
}
