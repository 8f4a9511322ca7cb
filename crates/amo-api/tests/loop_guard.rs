//! Whose change a webhook tells of.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_api::{Client, LoopGuard, Whose};
use amo_auth::LongLived;
use amo_auth::clock::ManualClock;
use amo_core::webhook::{Event, Hook, HookAction};
use amo_core::{
    ContactPatch, LeadId, LeadPatch, NewComplexLead, NewContact, NewLead, NewLink, NewNote,
    NewTask, NoteContent, PipelineId, StatusId, Timestamp, UserId,
};
use amo_sandbox::{Fault, RateLimit, Sandbox, Script, Server, demo};
use amo_transport::Unlimited;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

const START: i64 = 1_750_000_000;
const LEAD: LeadId = LeadId::new(demo::FIRST_LEAD);

/// A client with a guard, the box that posts webhooks, and what it has posted.
struct Told {
    client: Client,
    sandbox: Sandbox,
    clock: ManualClock,
    letters: Arc<Mutex<Vec<Bytes>>>,
    _server: Server,
}

async fn told(guard: LoopGuard) -> Told {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let inbox = Arc::clone(&letters);
    let sink = tower::service_fn(move |request: http::Request<Full<Bytes>>| {
        let inbox = Arc::clone(&inbox);
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            inbox.lock().unwrap().push(body);
            Ok::<_, std::convert::Infallible>(http::Response::new(Full::<Bytes>::default()))
        }
    });
    let sandbox = Sandbox::builder()
        .leads(5)
        .contacts(5)
        .rate_limit(RateLimit::Off)
        .manual_calendar(START)
        .webhook_sink(sink)
        .build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let settings = [
        "add_lead",
        "update_lead",
        "delete_lead",
        "restore_lead",
        "status_lead",
        "responsible_lead",
        "note_lead",
        "add_contact",
        "update_contact",
        "delete_contact",
        "add_task",
        "update_task",
    ];
    let hook = json!({"destination": "https://shop.example.test/amo", "settings": settings});
    assert_eq!(sandbox.act("POST", "/api/v4/webhooks", &hook).0, 201);
    // An hour behind the server.
    let clock = ManualClock::new(Timestamp::new(START - 3600));
    let client = Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .clock(clock.clone())
        .loop_guard(guard)
        .build()
        .unwrap();
    client.account().await.unwrap();
    let told = Told { client, sandbox, clock, letters, _server: server };
    told.pass(10);
    told
}

impl Told {
    /// Time passes, for both.
    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.sandbox.calendar().advance(Duration::from_secs(seconds));
    }

    /// What was posted since this was asked last.
    async fn events(&self) -> Vec<Event> {
        self.sandbox.webhooks().settled().await;
        let letters = std::mem::take(&mut *self.letters.lock().unwrap());
        letters.iter().flat_map(|body| Hook::parse(body).unwrap().events).collect()
    }

    /// What was posted since, and whose it is.
    async fn whose(&self) -> Vec<(String, Whose)> {
        let events = self.events().await;
        let judged = events
            .iter()
            .map(|event| (format!("{}_{}", event.action, event.entity), self.client.whose(event)));
        let mut judged: Vec<_> = judged.collect();
        judged.sort_by(|one, other| one.0.cmp(&other.0));
        judged
    }

    /// Somebody else changes something.
    fn colleague(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.sandbox.act(method, path, body);
        assert!(status < 300, "{answer}");
        answer
    }

    fn colleague_renames(&self) {
        self.colleague(
            "PATCH",
            &format!("/api/v4/leads/{LEAD}"),
            &json!({"name": "By a colleague"}),
        );
    }
}

fn is(whose: Whose, names: &[&str]) -> Vec<(String, Whose)> {
    names.iter().map(|name| ((*name).to_owned(), whose)).collect()
}

#[tokio::test]
async fn own_changes_are_known_by_their_second_and_others_by_theirs() {
    let told = told(LoopGuard::new()).await;
    let patch = LeadPatch::new()
        .name("Ours")
        .pipeline_id(PipelineId::new(demo::PIPELINE))
        .status_id(StatusId::new(demo::STATUS_CONTRACT))
        .responsible_user_id(UserId::new(demo::PARTNER_MANAGER));
    told.client.leads().update(LEAD, patch).await.unwrap();
    let names = ["responsible_lead", "status_lead", "update_lead"];
    let events = told.events().await;
    for event in &events {
        assert_eq!(told.client.whose(event), Whose::Own, "{event:?}");
        assert_eq!(told.client.whose(event), Whose::Own, "posted again, as after no answer");
    }
    assert_eq!(events.len(), names.len());
    told.pass(5);
    told.colleague_renames();
    assert_eq!(told.whose().await, is(Whose::Foreign, &["update_lead"]));
    // Many at once, and by chance the same second.
    let patches = (0..3).map(|n| (LeadId::new(LEAD.get() + n), LeadPatch::new().name("Ours too")));
    assert!(told.client.leads().update_many(patches).await.is_complete());
    told.colleague_renames();
    let mut whose = told.whose().await;
    whose.sort_by_key(|(_, whose)| format!("{whose:?}"));
    assert_eq!(
        whose.iter().map(|(_, whose)| *whose).collect::<Vec<_>>(),
        [Whose::Own, Whose::Own, Whose::Own, Whose::Unknown],
        "of two changes in a second one is not taken for ours"
    );
    told.pass(5);
    let contact = amo_core::ContactId::new(demo::FIRST_CONTACT);
    told.client.contacts().update(contact, ContactPatch::new().name("Vera")).await.unwrap();
    assert_eq!(told.whose().await, is(Whose::Own, &["update_contact"]));
}

#[tokio::test]
async fn what_was_created_is_known_by_its_id() {
    let told = told(LoopGuard::new()).await;
    let lead = told.client.leads().create(NewLead::new().name("Ours")).await.unwrap().id;
    let people = [NewContact::new().name("Vera"), NewContact::new()];
    assert!(told.client.contacts().create_many(people).await.is_complete());
    let note = NewNote::new(NoteContent::common("ours"));
    told.client.notes(lead).create(note).await.unwrap();
    told.client.tasks().create(NewTask::new("Ours", Timestamp::new(START + 9000))).await.unwrap();
    assert_eq!(
        told.whose().await,
        is(Whose::Own, &["add_contact", "add_contact", "add_lead", "add_task", "note_lead"])
    );
    told.pass(5);
    let patch = json!({"name": "By a colleague"});
    told.colleague("PATCH", &format!("/api/v4/leads/{lead}"), &patch);
    told.colleague("POST", "/api/v4/leads", &json!([{"name": "By a colleague"}]));
    let note = json!([{"note_type": "common", "params": {"text": "theirs"}}]);
    told.colleague("POST", &format!("/api/v4/leads/{lead}/notes"), &note);
    assert_eq!(told.whose().await, is(Whose::Foreign, &["add_lead", "note_lead", "update_lead"]));
    // Who deletes and restores is a user: the API cannot.
    assert!(told.sandbox.delete("leads", lead.get()) && told.sandbox.restore("leads", lead.get()));
    assert_eq!(told.whose().await, is(Whose::Foreign, &["delete_lead", "restore_lead"]));
    let complex =
        NewComplexLead::new(NewLead::new().name("Ours")).contact(NewContact::new().name("Vera"));
    told.client.leads().create_complex(&complex).await.unwrap();
    let whose = told.whose().await;
    assert!(whose.contains(&("add_lead".to_owned(), Whose::Own)), "{whose:?}");
    assert!(whose.contains(&("add_contact".to_owned(), Whose::Unknown)), "perhaps it was there");
}

#[tokio::test]
async fn users_tell_two_changes_of_a_second_apart() {
    let told = told(LoopGuard::new().users([UserId::new(demo::ADMIN)])).await;
    told.client.leads().update(LEAD, LeadPatch::new().name("Ours")).await.unwrap();
    let own = told.events().await.remove(0);
    let as_another = |event: &Event| {
        let body = format!(
            "leads[update][0][id]={LEAD}&leads[update][0][last_modified]={}&leads[update][0][modified_user_id]={}",
            event.last_modified().unwrap().as_unix_seconds(),
            demo::MANAGER
        );
        Hook::parse(body.as_bytes()).unwrap().events.remove(0)
    };
    assert_eq!(told.client.whose(&as_another(&own)), Whose::Foreign);
    assert_eq!(told.client.whose(&own), Whose::Own);
    // What a user of ours does and we know nothing of: another process, or he himself.
    told.pass(5);
    let other = LEAD.get() + 1;
    told.colleague("PATCH", &format!("/api/v4/leads/{other}"), &json!({"name": "Who?"}));
    assert_eq!(told.whose().await, is(Whose::Unknown, &["update_lead"]));
}

#[tokio::test]
async fn what_nobody_knows_is_unknown() {
    let told = told(LoopGuard::new()).await;
    // Before the client was there.
    let event = |body: String| Hook::parse(body.as_bytes()).unwrap().events.remove(0);
    let at =
        |at: i64| event(format!("leads[update][0][id]=77&leads[update][0][last_modified]={at}"));
    assert_eq!(told.client.whose(&at(START - 100)), Whose::Unknown);
    assert_eq!(told.client.whose(&at(START + 5)), Whose::Foreign);
    // A trigger says no time, and may be posted an hour later.
    let trigger = event("leads[call_in][0][id]=77".to_owned());
    assert_eq!(told.client.whose(&trigger), Whose::Unknown);
    let message = event("message[add][0][id]=77&message[add][0][text]=Hello".to_owned());
    assert_eq!(told.client.whose(&message), Whose::Unknown);

    // A creation whose answer got lost.
    told.sandbox.faults().add(Fault::cut().method("POST").path("/api/v4/leads").after_work());
    told.client.leads().create(NewLead::new()).await.unwrap_err();
    assert_eq!(told.whose().await, is(Whose::Unknown, &["add_lead"]));
    // One that was refused is none.
    told.pass(3 * 60 * 60);
    told.sandbox.faults().add(Fault::status(403).method("POST").path("/api/v4/leads"));
    told.client.leads().create(NewLead::new()).await.unwrap_err();
    told.colleague("POST", "/api/v4/leads", &json!([{"name": "By a colleague"}]));
    assert_eq!(told.whose().await, is(Whose::Foreign, &["add_lead"]));
    assert_eq!(told.client.whose(&trigger), Whose::Foreign, "by now it would have been posted");

    // A change whose answer got lost, and one that is later.
    let change = || told.client.leads().update(LEAD, LeadPatch::new().name("Ours"));
    told.sandbox.faults().add(Fault::cut().method("PATCH").after_work());
    change().repeat(amo_core::Repeat::ActsOnce).await.unwrap_err();
    assert_eq!(told.whose().await, is(Whose::Unknown, &["update_lead"]));
    told.pass(300);
    told.colleague_renames();
    assert_eq!(told.whose().await, is(Whose::Foreign, &["update_lead"]));
    // Linking is answered without a time.
    let contact = amo_core::ContactId::new(demo::FIRST_CONTACT + 3);
    told.client.leads().link(LEAD, [NewLink::contact(contact)]).await.unwrap();
    told.colleague_renames();
    assert_eq!(told.whose().await, is(Whose::Unknown, &["update_lead"]));
}

#[tokio::test]
async fn the_time_of_somebody_elses_change_in_an_answer_is_not_taken_for_ours() {
    let told = told(LoopGuard::new()).await;
    told.colleague_renames();
    let theirs = told.events().await.remove(0);
    told.pass(30);
    // A server that answers a change of nothing with the time of the last one.
    let body =
        json!({"id": LEAD.get(), "updated_at": theirs.last_modified().unwrap().as_unix_seconds()});
    let fault = Fault::status(200).method("PATCH").body(&body.to_string());
    told.sandbox.faults().add(fault);
    told.client.leads().update(LEAD, LeadPatch::new().name("By a colleague")).await.unwrap();
    assert_eq!(told.client.whose(&theirs), Whose::Foreign);
}

#[tokio::test]
async fn a_webhook_that_is_faster_than_the_answer_is_unknown_until_it_is_there() {
    let told = told(LoopGuard::new()).await;
    let client = told.client.clone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (judging, judged) = (client.clone(), Arc::clone(&seen));
    let judge = move |body: String| {
        let event = Hook::parse(body.as_bytes()).unwrap().events.remove(0);
        judged.lock().unwrap().push((event.action.clone(), judging.whose(&event)));
    };
    let (at, created) = (START + 10, LEAD.get() + 5);
    let judge_too = judge.clone();
    let scripts = told.sandbox.scripts();
    scripts.add(Script::new().method("PATCH").run(move |_| {
        judge(format!("leads[update][0][id]={LEAD}&leads[update][0][last_modified]={at}"));
    }));
    scripts.add(Script::new().method("POST").run(move |_| {
        judge_too(format!("leads[add][0][id]={created}&leads[add][0][date_create]={at}"));
    }));
    client.leads().update(LEAD, LeadPatch::new().name("Ours")).await.unwrap();
    client.leads().create(NewLead::new()).await.unwrap();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(seen, [(HookAction::Update, Whose::Unknown), (HookAction::Add, Whose::Unknown)]);
    assert_eq!(told.whose().await, is(Whose::Own, &["add_lead", "update_lead"]));
}

#[tokio::test]
async fn a_write_that_was_given_up_may_have_been_done() {
    let told = told(LoopGuard::new()).await;
    let change = told.client.leads().update(LEAD, LeadPatch::new().name("Ours"));
    let mut change = change.into_future();
    assert!((&mut change).now_or_never().is_none());
    let client = told.client.clone();
    let is_under_way = move |seconds: i64| {
        let at = START + 10 + seconds;
        let body = format!("leads[update][0][id]={LEAD}&leads[update][0][last_modified]={at}");
        client.whose(&Hook::parse(body.as_bytes()).unwrap().events[0]) == Whose::Unknown
    };
    assert!(is_under_way(0) && is_under_way(3600));
    drop(change);
    assert!(is_under_way(0) && is_under_way(60));
    assert!(!is_under_way(3600), "it is over by then");
}

#[tokio::test]
async fn memory_is_bounded_in_number_and_in_time() {
    let told = told(LoopGuard::new().at_most(2).remember_for(Duration::from_secs(100))).await;
    for lead in 0..3 {
        let id = LeadId::new(LEAD.get() + lead);
        told.client.leads().update(id, LeadPatch::new().name("Ours")).await.unwrap();
        told.pass(1);
    }
    let mut events = told.events().await;
    events.sort_by_key(Event::id);
    let whose: Vec<_> = events.iter().map(|event| told.client.whose(event)).collect();
    assert_eq!(
        whose,
        [Whose::Unknown, Whose::Own, Whose::Own],
        "the oldest was forgotten for the third"
    );
    told.pass(101);
    let whose: Vec<_> = events.iter().map(|event| told.client.whose(event)).collect();
    assert_eq!(whose, [Whose::Unknown; 3], "too old");
    told.colleague_renames();
    assert_eq!(told.whose().await, is(Whose::Foreign, &["update_lead"]));
}

#[tokio::test]
async fn a_loop_of_webhook_and_write_comes_to_its_end() {
    let told = told(LoopGuard::new()).await;
    told.colleague_renames();
    let mut written = 0;
    for _ in 0..10 {
        for event in told.events().await {
            if told.client.whose(&event) == Whose::Own {
                continue;
            }
            // What a program does because of a change: it changes the same entity.
            let patch = LeadPatch::new().price(amo_core::Amount::from(written + 1));
            told.client.leads().update(event.lead_id().unwrap(), patch).await.unwrap();
            written += 1;
        }
        told.pass(1);
    }
    assert_eq!(written, 1);
}

#[tokio::test]
async fn without_a_guard_nothing_is_known() {
    let (client, sandbox, _server) = common::start(Sandbox::builder().leads(1)).await;
    drop(sandbox);
    let event = Hook::parse(b"leads[delete][0][id]=77").unwrap().events.remove(0);
    assert_eq!(client.whose(&event), Whose::Unknown);
}
