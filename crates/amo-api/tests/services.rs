//! What single services can do besides reading and writing, against a sandbox. The request of every
//! operation is in `operations/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use amo_api::{ApiCall, ErrorKind};
use amo_core::{
    AcceptUnsorted, BonusChange, BotAnswer, BotId, BotRun, BotTarget, ChatTemplateId, CloseTalk,
    ContactId, CustomersModeSettings, DeclineUnsorted, EntityType, LeadId, LinkUnsorted,
    NewCallPopUp, NewComplexLead, NewLead, NewLink, NewShortLink, ProductsSettings, SourceId,
    TalkId, UnsortedSummaryFilter, UnsortedUid, UserId, WaitingBot, WebhookEvent, WidgetCode,
    WidgetSettings,
};
use amo_sandbox::{CustomersMode, Fault, Sandbox, demo};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use common::{line, offline, start};

/// The only request of a call.
fn only(requests: Result<Vec<Request<Bytes>>, amo_api::Error>) -> String {
    let requests = requests.unwrap();
    assert_eq!(requests.len(), 1);
    line(&requests[0])
}

#[test]
fn lists_are_split_into_requests() {
    let client = offline();
    let users = client.users().deactivate((1..=11).map(UserId::new)).to_requests().unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(line(&users[1]), r#"POST /api/v4/users/deactivate [{"id":11}]"#);
    let runs = [BotRun::new(BotId::new(5), BotTarget::new(EntityType::Leads, 9))];
    assert_eq!(
        only(client.bots().run_many(runs).to_requests()),
        r#"POST /api/v4/bots/run [{"bot_id":5,"entity_id":9,"entity_type":"leads"}]"#
    );
    assert_eq!(
        only(client.sources().delete_many([SourceId::new(4)]).to_requests()),
        r#"DELETE /api/v4/sources [{"id":4}]"#
    );
    assert_eq!(
        only(client.chat_templates().delete_many([ChatTemplateId::new(3)]).to_requests()),
        r#"DELETE /api/v4/chats/templates [{"id":3}]"#
    );
    let links = [(LeadId::new(9), NewLink::contact(ContactId::new(1)))];
    assert_eq!(
        only(client.leads().link_many(links).to_requests()),
        r#"POST /api/v4/leads/link [{"entity_id":9,"to_entity_id":1,"to_entity_type":"contacts"}]"#
    );
    assert_eq!(
        only(client.leads().links_of([LeadId::new(9)]).to_requests()),
        "GET /api/v4/leads/links?filter%5Bentity_id%5D%5B0%5D=9"
    );
}

#[test]
fn a_call_can_be_told_how_to_travel() {
    let call = offline().leads().get(LeadId::new(9)).as_user(UserId::new(12)).header("x-a", "b");
    let request = call.to_request().unwrap();
    assert_eq!(request.headers()["x-context-user-id"], "12");
    assert_eq!(request.headers()["x-a"], "b");
    let error = call.header("x\n", "secret").to_request().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let text = error.to_string();
    assert!(
        text.contains("the header `x\\n` cannot be sent") && !text.contains("secret"),
        "{text}"
    );
}

async fn box_with_customers() -> (amo_api::Client, Sandbox, amo_sandbox::Server) {
    start(Sandbox::builder().leads(2).contacts(2).customers_mode(CustomersMode::Periodicity)).await
}

#[tokio::test]
async fn an_answer_tells_how_it_came_and_so_does_an_error() {
    let (client, sandbox, _server) = box_with_customers().await;
    let lead = || client.leads().get(LeadId::new(demo::FIRST_LEAD));
    sandbox.faults().add(Fault::status(503));
    let answered = lead().answered().await.unwrap();
    assert_eq!(answered.attempts(), 2);
    assert_eq!(answered.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(answered.request_id().map(str::len), Some(32));
    assert!(answered.body().starts_with(b"{"));
    assert_eq!(answered.into_value().unwrap().id, LeadId::new(demo::FIRST_LEAD));

    let missing = client.leads().get(LeadId::new(1)).answered().await.unwrap();
    assert!(missing.value().is_none());
    assert!(matches!(missing.status().map(|status| status.as_u16()), Some(204 | 404)));

    sandbox.faults().add(Fault::status(503).times(9));
    let error = lead().await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(503), 3));
    sandbox.faults().clear();
    sandbox.faults().add(Fault::cut());
    let error = lead().repeat(amo_core::Repeat::ActsOnce).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (None, 1));
}

#[tokio::test]
async fn a_call_takes_as_long_as_it_is_given() {
    let (client, sandbox, _server) = box_with_customers().await;
    sandbox.faults().add(Fault::slow(Duration::from_secs(600)));
    let call = client.leads().list().timeout(Duration::from_millis(50));
    assert!(call.await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_user_acts_with_his_own_rights() {
    let (client, sandbox, _server) = box_with_customers().await;
    let as_manager = client.users().list().as_user(UserId::new(demo::MANAGER)).await;
    assert_eq!(as_manager.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(sandbox.log().entries()[0].authorized_as, Some(demo::MANAGER));
}

#[tokio::test]
async fn a_webhook_is_ensured_once() {
    let (client, sandbox, _server) = box_with_customers().await;
    let ensure = |events: &[WebhookEvent]| {
        client.webhooks().ensure("http://hook.example.test/", events.to_vec())
    };
    let both = [WebhookEvent::AddLead, WebhookEvent::AddContact];
    let first = ensure(&both).await.unwrap();
    assert!(first.changed && !first.is_disabled());
    assert_eq!(first.webhook.destination.as_deref(), Some("http://hook.example.test/"));
    let turned = [WebhookEvent::AddContact, WebhookEvent::AddLead];
    assert!(!ensure(&turned).await.unwrap().changed);
    assert_eq!(sandbox.log().count("POST", "/api/v4/webhooks"), 1);
    assert!(ensure(&both[..1]).await.unwrap().changed);
    let known = client.webhooks().list().await.unwrap().items;
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].settings.as_deref(), Some(&both[..1]));
}

/// One call after the other does what its name says.
#[tokio::test]
async fn the_sandbox_does_what_is_asked() {
    async fn done<A>(call: ApiCall<A>)
    where
        ApiCall<A>: IntoFuture<Output = Result<(), amo_api::Error>>,
    {
        call.await.unwrap();
    }

    let (client, sandbox, _server) = box_with_customers().await;
    let lead = LeadId::new(demo::FIRST_LEAD);
    let contact = ContactId::new(demo::FIRST_CONTACT);

    let uid = UnsortedUid::new(sandbox.receive_chat("Vera", "Hello"));
    let accepted = client.unsorted().accept(&uid, &AcceptUnsorted::new()).await.unwrap();
    assert_eq!(accepted.uid, uid);
    let uid = UnsortedUid::new(sandbox.receive_chat("Oleg", "Hello"));
    client.unsorted().decline(&uid, &DeclineUnsorted::new()).await.unwrap();
    let uid = UnsortedUid::new(sandbox.receive_chat("Ida", "Hello"));
    client.unsorted().link_to(&uid, &LinkUnsorted::lead(lead)).await.unwrap();
    let summary = client.unsorted().summary(&UnsortedSummaryFilter::new()).await.unwrap();
    // What was linked counts as accepted.
    assert_eq!((summary.accepted, summary.declined), (Some(2), Some(1)));

    let to_do =
        amo_core::NewTask::new("Call", amo_core::Timestamp::from_unix_seconds(2_000_000_000));
    let to_do = client.tasks().create(to_do).await.unwrap().id;
    client.tasks().complete(to_do, "done").await.unwrap();
    let to_do = client.tasks().get(to_do).await.unwrap().unwrap();
    assert_eq!(to_do.is_completed, Some(true));

    let note = client
        .notes(lead)
        .create(amo_core::NewNote::new(amo_core::NoteContent::common("Hello")))
        .await
        .unwrap()
        .id;
    done(client.notes(lead).pin(note)).await;
    let pinned = client.notes(lead).get(note).with(amo_core::NoteWith::IsPinned).await.unwrap();
    assert_eq!(pinned.unwrap().is_pinned, Some(true));
    done(client.notes(lead).unpin(note)).await;

    let target = BotTarget::new(EntityType::Leads, lead.get());
    done(client.bots().run(BotId::new(demo::BOT), &target)).await;
    let runs = client.bots().run_many([BotRun::new(BotId::new(demo::BOT), target.clone())]).await;
    assert!(runs.is_complete());
    done(client.bots().stop(BotId::new(demo::BOT), &target)).await;
    let path = sandbox.bot_waits("salesbot", demo::BOT).unwrap();
    let waiting = WaitingBot::from_return_url(&path).unwrap();
    done(client.continue_bot(&waiting, &BotAnswer::new())).await;

    let talk = TalkId::new(sandbox.client_writes(contact.get(), "Hello").unwrap());
    assert_eq!(client.messages(talk).list().await.unwrap().items.len(), 1);
    done(client.talks().close(talk, CloseTalk::new().force())).await;

    let customer = amo_core::NewCustomer::new("Vera")
        .next_date(amo_core::Timestamp::from_unix_seconds(2_000_000_000));
    let customer = client.customers().create(customer).await.unwrap().id;
    let earned = client.customers().change_bonus_points(customer, BonusChange::Earn(10)).await;
    assert_eq!(earned.unwrap().bonus_points, Some(10.into()));
    let purchase = amo_core::NewTransaction::new(500);
    let purchase = client.transactions(customer).create(purchase).await.unwrap().id;
    assert!(client.customers().transaction(purchase).await.unwrap().is_some());
    done(client.customers().delete_transaction(purchase)).await;
    assert!(client.customers().transaction(purchase).await.unwrap().is_none());
    client.customers().set_mode(&CustomersModeSettings::segments(true)).await.unwrap();

    let settings = client.catalogs().products_settings().await.unwrap();
    assert_eq!(settings.is_enabled, Some(false));
    let switched: ProductsSettings =
        serde_json::from_value(serde_json::json!({"is_enabled": true})).unwrap();
    let settings = client.catalogs().set_products_settings(&switched).await.unwrap();
    assert_eq!(settings.is_enabled, Some(true));

    let links = [NewShortLink::new("https://a.test/", contact)];
    assert_eq!(client.short_links().create_links(links).await.unwrap().len(), 1);
    let shown = client.call_pop_ups().show([NewCallPopUp::new("+70000000001")]).await.unwrap();
    assert!(shown.len() <= 1);

    let made = NewComplexLead::new(NewLead::new().name("Chairs"));
    let made = client.leads().create_complex(&made).await.unwrap();
    assert_eq!(sandbox.entity("leads", made.id.get()).unwrap()["name"], "Chairs");
    let links = [(made.id, NewLink::contact(contact)), (lead, NewLink::contact(contact))];
    client.leads().link_many(links.clone()).await.unwrap();
    let read = client.leads().links_of([made.id, lead]).await.unwrap();
    assert_eq!(read.iter().filter(|link| link.to() == Some(contact)).count(), 2);
    client.leads().unlink_many(links).await.unwrap();

    let widget = WidgetCode::new(demo::WIDGET_FORMS);
    client.widgets().install(&widget, &WidgetSettings::new()).await.unwrap();
    done(client.widgets().delete(widget)).await;
    assert!(client.users().deactivate([UserId::new(demo::MANAGER)]).await.is_complete());
    assert!(client.users().activate([UserId::new(demo::MANAGER)]).await.is_complete());
}

/// A list that takes three requests, of which the second one fails.
#[tokio::test]
async fn what_becomes_of_a_list_is_told_for_each_item() {
    for (status, wanted) in [(403, "refused"), (500, "not known")] {
        let count = Arc::new(AtomicUsize::new(0));
        let sent = Arc::clone(&count);
        let service = tower::service_fn(move |_: Request<Bytes>| {
            let is_second = sent.fetch_add(1, Ordering::SeqCst) == 1;
            let answer = http::Response::builder().status(if is_second { status } else { 204 });
            let answer = answer.body(Full::new(Bytes::new())).unwrap();
            std::future::ready(Ok::<_, Infallible>(answer))
        });
        let client = amo_api::Client::from_service("example.amocrm.ru", service).unwrap();
        let batch = client.users().deactivate((1..=21).map(UserId::new)).concurrency(1).await;
        let told: Vec<String> = batch.outcomes().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 21);
        assert!(told[..10].iter().all(|one| one == "done"), "{told:?}");
        assert!(told[10..20].iter().all(|one| one.starts_with(wanted)), "{told:?}");
        assert!(told[20].starts_with("not sent"), "{told:?}");
        assert_eq!(count.load(Ordering::SeqCst), 2, "nothing more is sent");
    }
}
