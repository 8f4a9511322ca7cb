//! Finding people by phone and e-mail, and creating them only if they are not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::io;

use amo_api::{Candidate, Client, ErrorKind, FoundOrCreated, Person, PersonKey, PersonKind};
use amo_core::field::{EMAIL, PHONE};
use amo_core::{CompanyId, Contact, ContactId, NewCompany, NewContact};
use amo_sandbox::{Fault, Sandbox, Server, demo};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use common::{line, offline, start, start_with};

const NUMBER: &str = "+7 (916) 123-45-67";

async fn empty() -> (Client, Sandbox, Server) {
    start(Sandbox::builder().manual_calendar(demo::EPOCH)).await
}

/// Adds contacts with these phones, each a day later than the one before.
async fn contacts(client: &Client, sandbox: &Sandbox, phones: &[&str]) -> Vec<ContactId> {
    let mut ids = Vec::new();
    for phone in phones {
        let new = NewContact::new().name(*phone).add(PHONE, (*phone, "MOB"));
        ids.push(client.contacts().create(new).await.unwrap().id);
        sandbox.calendar().advance(std::time::Duration::from_secs(86_400));
    }
    ids
}

fn ids(people: &[Person]) -> Vec<i64> {
    people.iter().map(Person::id).collect()
}

fn raw(ids: &[ContactId]) -> Vec<i64> {
    ids.iter().map(|id| id.get()).collect()
}

#[test]
fn what_is_asked() {
    let people = offline().people();
    let lines = |call: amo_api::ApiCall<amo_api::FindPeople>| -> Vec<String> {
        call.to_requests().unwrap().iter().map(line).collect()
    };
    assert_eq!(
        lines(people.find_by_phone(NUMBER)),
        [
            "GET /api/v4/contacts?query=9161234567&limit=250",
            "GET /api/v4/companies?query=9161234567&limit=250",
        ]
    );
    assert_eq!(
        lines(people.find_by_email("o.petrov@example.test").only(PersonKind::Company)),
        ["GET /api/v4/companies?query=o.petrov%40example.test&limit=250"]
    );
}

#[tokio::test]
async fn everybody_with_a_phone_is_found_newest_first() {
    let (client, sandbox, _server) = empty().await;
    let phones =
        ["+79161234567", "8 916 123-45-67", "9161234567", "+19161234567", "+7 916 123-45-68"];
    let made = contacts(&client, &sandbox, &phones).await;
    // The number stands where no phone is.
    client.contacts().create(NewContact::new().name("order 9161234567")).await.unwrap();
    let company = NewCompany::new().name("Lotos").add(PHONE, ("7 916 1234567", "WORK"));
    let company = client.companies().create(company).await.unwrap().id;

    for number in [NUMBER, "89161234567", "tel:+7-916-123-45-67"] {
        let found = client.people().find_by_phone(number).await.unwrap();
        let wanted = [&[company.get()][..], &raw(&[made[2], made[1], made[0]])].concat();
        assert_eq!(ids(&found), wanted, "{number}");
        assert_eq!(found[0].kind(), PersonKind::Company);
        assert_eq!(found[0].name(), Some("Lotos"));
    }
    let contacts = client.people().find_by_phone(NUMBER).only(PersonKind::Contact).await.unwrap();
    assert_eq!(ids(&contacts), raw(&[made[2], made[1], made[0]]));
    let american = client.people().find_by_phone("+1 916 123 4567").await.unwrap();
    // A number without its country may be of any.
    assert_eq!(ids(&american), raw(&[made[3], made[2]]));
    assert_eq!(client.people().find_by_phone("+7 916 000 00 00").await.unwrap(), []);
}

#[tokio::test]
async fn everybody_with_an_address_is_found() {
    let (client, _sandbox, _server) = empty().await;
    let new = |address: &str| NewContact::new().name("n").add(EMAIL, (address, "WORK"));
    let vera = client.contacts().create(new("Vera@example.test")).await.unwrap().id;
    client.contacts().create(new("not.vera@example.test")).await.unwrap();
    let found = client.people().find_by_email("vera@Example.test").await.unwrap();
    assert_eq!(ids(&found), [vera.get()]);
    let vera = found.into_iter().next().and_then(Person::into_contact).unwrap();
    assert_eq!(vera.custom_fields_values.emails().next().unwrap().value, "Vera@example.test");
}

#[tokio::test]
async fn what_is_no_phone_is_told_before_anything_is_asked() {
    let (client, sandbox, _server) = empty().await;
    for key in [PersonKey::phone("12-34"), PersonKey::email("vera"), PersonKey::phone("Vera")] {
        let error = client.people().find(key.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        let error = client.people().find_or_create(key, NewContact::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert!(sandbox.log().is_empty());
}

#[tokio::test]
async fn a_search_is_walked_to_its_end_or_is_an_error() {
    let (client, sandbox, _server) = empty().await;
    let new = (0..260).map(|_| NewContact::new().name("n").add(PHONE, (NUMBER, "WORK")));
    assert!(client.contacts().create_many(new).per_request(250).await.is_complete());
    let find = || client.people().find_by_phone(NUMBER).only(PersonKind::Contact);
    assert_eq!(find().await.unwrap().len(), 260);
    assert_eq!(find().at_most(260).await.unwrap().len(), 260);
    let error = find().at_most(259).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
    sandbox.faults().add(Fault::status(403).path("/api/v4/contacts").skip(1));
    find().await.unwrap_err();
}

#[tokio::test]
async fn whoever_is_not_there_is_created_once() {
    let (client, sandbox, _server) = empty().await;
    // Two clients that are clones of one know of each other.
    let call = |number: &'static str| {
        let new = NewContact::new().name("Oleg");
        client.clone().people().find_or_create(PersonKey::phone(number), new).into_future()
    };
    let numbers = [NUMBER, "89161234567", "9161234567", "+79161234567"];
    let done = join_all((0..12).map(|turn| call(numbers[turn % 4]))).await;
    let done: Vec<FoundOrCreated<Contact>> = done.into_iter().map(Result::unwrap).collect();
    let created = done.iter().filter(|one| matches!(one, FoundOrCreated::Created(_))).count();
    assert_eq!(created, 1);
    assert!(done.iter().all(|one| one.id() == done[0].id()));
    assert_eq!(sandbox.log().count("POST", "/api/v4/contacts"), 1);
    // The one that was created has the number, though nobody put it there.
    let oleg = client.contacts().get(done[0].id()).await.unwrap().unwrap();
    let phone = oleg.custom_fields_values.phones().next().unwrap();
    assert!(numbers.contains(&phone.value.as_str()) || phone.value == "+79161234567");
}

#[tokio::test]
async fn a_key_that_is_there_already_is_not_put_twice() {
    let (client, sandbox, _server) = empty().await;
    let new = NewContact::new().add(PHONE, ("8-916-123-45-67", "MOB"));
    let key = || PersonKey::phone(NUMBER);
    let made = client.people().find_or_create(key(), new).await.unwrap();
    let made = sandbox.entity("contacts", made.id().get()).unwrap();
    let values = made["custom_fields_values"][0]["values"].as_array().unwrap();
    assert_eq!((values.len(), &values[0]["value"]), (1, &"8-916-123-45-67".into()));

    // A contact is no company: that is another search.
    let company = NewCompany::new().name("Lotos");
    let company = client.people().find_or_create(key(), company).await.unwrap();
    assert!(matches!(company, FoundOrCreated::Created(_)));
    let company = sandbox.entity("companies", company.id().get()).unwrap();
    assert_eq!(company["custom_fields_values"][0]["values"][0]["value"], "+79161234567");
    let key = PersonKey::email("a@example.test");
    let made = client.people().find_or_create(key, NewContact::new().name("a")).await.unwrap();
    let made = sandbox.entity("contacts", made.id().get()).unwrap();
    assert_eq!(made["custom_fields_values"][0]["field_code"], "EMAIL");
}

#[tokio::test]
async fn several_are_not_chosen_between_unless_told_how() {
    let (client, sandbox, _server) = empty().await;
    let made = contacts(&client, &sandbox, &["+79161234567", "89161234567", "9161234567"]).await;
    let call = || {
        let new = NewContact::new().name("Oleg");
        client.people().find_or_create(PersonKey::phone(NUMBER), new)
    };
    let error = call().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    let text = error.to_string();
    assert!(made.iter().all(|id| text.contains(&id.to_string())), "{text}");
    assert!(!text.contains("123"), "{text}");
    assert_eq!(call().newest().await.unwrap().id(), made[2]);
    assert_eq!(call().oldest().await.unwrap().id(), made[0]);
    let middle =
        |all: &[Contact]| all.iter().position(|one| one.name.as_deref() == Some("89161234567"));
    assert_eq!(call().choose(middle).await.unwrap().id(), made[1]);
    for nothing in [None, Some(3)] {
        let error = call().choose(move |_| nothing).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Ambiguous);
    }
    assert_eq!(sandbox.log().count("POST", "/api/v4/contacts"), 3);
}

/// The real search may learn of a new contact a little later.
#[tokio::test]
async fn a_search_that_lags_makes_no_double() {
    let (client, sandbox, _server) = empty().await;
    let call = || {
        let key = PersonKey::phone(NUMBER);
        client.people().find_or_create(key, NewContact::new().name("Oleg"))
    };
    let first = call().await.unwrap();
    let nothing = || Fault::status(204).method("GET").path("/api/v4/contacts").times(2);
    sandbox.faults().add(nothing());
    let second = call().await.unwrap();
    assert!(matches!(second, FoundOrCreated::Found(_)));
    assert_eq!(second.id(), first.id());
    // One that is gone, or has another number now, is not meant.
    assert!(sandbox.delete("contacts", first.id().get()));
    sandbox.faults().add(nothing());
    assert_ne!(call().await.unwrap().id(), first.id());
}

#[tokio::test]
async fn a_create_whose_outcome_nobody_knows_is_told_and_found_the_next_time() {
    let (client, sandbox, _server) = empty().await;
    let call = || {
        let key = PersonKey::phone(NUMBER);
        client.people().find_or_create(key, NewContact::new().name("Oleg"))
    };
    sandbox.faults().add(Fault::cut().after_work().method("POST").path("/api/v4/contacts"));
    let error = call().await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    assert!(matches!(call().await.unwrap(), FoundOrCreated::Found(_)));
    assert_eq!(sandbox.log().count("POST", "/api/v4/contacts"), 1);
}

/// An index of the caller's own in the place of amoCRM's search.
#[tokio::test]
async fn another_search_can_be_used() {
    let (client, sandbox, _server) = start_with(Sandbox::builder(), |client| {
        client.people_search(|query| async move {
            let first = Candidate::Contact(ContactId::new(demo::FIRST_CONTACT));
            match query.key.as_phone() {
                // Somebody else, somebody who is not there, and the right one twice.
                Some("79161234567") => Ok(vec![
                    first,
                    Candidate::Contact(ContactId::new(demo::FIRST_CONTACT + 1)),
                    Candidate::Contact(ContactId::new(5)),
                    Candidate::Company(CompanyId::new(6)),
                    first,
                ]),
                Some(_) => Ok(Vec::new()),
                None => Err(io::Error::other("the index knows no addresses")),
            }
        })
    })
    .await;
    let made = contacts(&client, &sandbox, &["89161234567", "89160000000"]).await;
    assert_eq!(made[0].get(), demo::FIRST_CONTACT);
    sandbox.log().clear();
    let found = client.people().find_by_phone(NUMBER).await.unwrap();
    assert_eq!(ids(&found), raw(&made[..1]));
    let entries = sandbox.log().entries();
    assert!(entries.iter().all(|one| !one.path.contains("query")), "{entries:?}");
    assert_eq!(entries.len(), 4);
    let error = client.people().find_by_phone(NUMBER).at_most(2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
    let error = client.people().find_by_email("a@b.test").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Search);
    assert!(error.to_string().contains("the index knows no addresses"), "{error}");
}

/// Dropping a call at any point lets the next one have its turn, and never makes two.
#[tokio::test]
async fn calls_that_are_given_up_hold_nobody_up() {
    let (client, sandbox, _server) = empty().await;
    sandbox.set_latency(std::time::Duration::from_millis(5));
    let call = || {
        let key = PersonKey::phone(NUMBER);
        client.people().find_or_create(key, NewContact::new().name("Oleg")).into_future()
    };
    for polls in 1..40 {
        let mut given_up = call();
        for _ in 0..polls {
            if (&mut given_up).now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(given_up);
    }
    call().await.unwrap();
    let people = client.people();
    let all = people.find_by_phone(NUMBER).only(PersonKind::Contact).await.unwrap();
    // A create that was given up on its way may have been done: that is no second one.
    assert_eq!(all.len(), sandbox.log().count("POST", "/api/v4/contacts"));
    let again = join_all((0..8).map(|_| call())).await;
    assert!(again.iter().all(Result::is_ok) || all.len() > 1);
}
