//! The stores' own promises.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_auth::store::{FindBy, StoreErrorKind};
use amo_auth::{FileStore, Grant, GrantKey, MemoryStore, Origin, TokenStore};
use amo_core::{AccountId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

const TTL: Duration = Duration::from_secs(60);

fn grant(account: i64, domain: &str, access_token: &str) -> Grant {
    Grant::new(
        GrantKey::new("client/1", AccountId::new(account)),
        Origin::parse(domain).unwrap(),
        SecretString::from(access_token),
        SecretString::from("s3cret-refresh"),
        Timestamp::new(100),
        Timestamp::new(86_500),
    )
}

async fn keeps_the_contract(store: &dyn TokenStore) {
    let first = grant(1, "one.amocrm.ru", "s3cret-a");
    let key = &first.key;
    assert!(store.load(key).await.unwrap().is_none());

    let lease = store.acquire(key, TTL).await.unwrap();
    let version = store.save(&first, None, &lease).await.unwrap();
    // What is not the stored version any more is refused, and changes nothing.
    let second = grant(1, "one.amocrm.ru", "s3cret-b");
    assert_eq!(
        store.save(&second, None, &lease).await.unwrap_err().kind(),
        StoreErrorKind::Conflict
    );
    let newer = store.save(&second, Some(version), &lease).await.unwrap();
    assert!(newer > version);
    drop(lease);

    // A lease that is over is worth nothing, even with the right version.
    let over = store.acquire(key, TTL).await.unwrap();
    let fence = over.fence();
    let stale = amo_auth::store::Lease::new(fence, ());
    drop(over);
    let next = store.acquire(key, TTL).await.unwrap();
    assert!(next.fence() > fence);
    assert_eq!(
        store.save(&first, Some(newer), &stale).await.unwrap_err().kind(),
        StoreErrorKind::LeaseLost
    );
    drop(next);

    let stored = store.load(key).await.unwrap().unwrap();
    assert_eq!(stored.version, newer);
    assert_eq!(stored.grant.key, second.key);
    assert_eq!(stored.grant.domain, second.domain);
    assert_eq!(stored.grant.access_token.expose_secret(), "s3cret-b");
    assert_eq!(stored.grant.refresh_token.expose_secret(), "s3cret-refresh");
    assert_eq!(stored.grant.obtained_at, second.obtained_at);
    assert_eq!(stored.grant.expires_at, second.expires_at);

    let other = grant(2, "two.amocrm.ru", "s3cret-c");
    let foreign = store.acquire(key, TTL).await.unwrap();
    assert_eq!(
        store.save(&other, None, &foreign).await.unwrap_err().kind(),
        StoreErrorKind::LeaseLost
    );
    drop(foreign);
    let lease = store.acquire(&other.key, TTL).await.unwrap();
    store.save(&other, None, &lease).await.unwrap();
    drop(lease);
    let client_id = "client/1".to_owned();
    let by_domain = FindBy::Domain { client_id: client_id.clone(), domain: other.domain.clone() };
    let by_account =
        FindBy::Account { client_id: client_id.clone(), account_id: other.key.account_id };
    for by in [by_domain, by_account] {
        let found = store.find(&by).await.unwrap();
        assert_eq!(found.iter().map(|stored| &stored.grant.key).collect::<Vec<_>>(), [&other.key]);
    }
    let by = FindBy::Domain { client_id: "another".to_owned(), domain: other.domain.clone() };
    assert!(store.find(&by).await.unwrap().is_empty());

    assert_eq!(
        store.list(Timestamp::new(101), None).await.unwrap().keys,
        [key.clone(), other.key.clone()]
    );
    assert!(store.list(Timestamp::new(100), None).await.unwrap().keys.is_empty());
    store.remove(key).await.unwrap();
    store.remove(key).await.unwrap();
    assert!(store.load(key).await.unwrap().is_none());
    assert!(store.load(&other.key).await.unwrap().is_some());

    // A version is never used twice: somebody may still remember the removed one.
    let lease = store.acquire(key, TTL).await.unwrap();
    assert!(store.save(&first, None, &lease).await.unwrap() > newer);
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    keeps_the_contract(&MemoryStore::new()).await;
}

#[tokio::test]
async fn files_keep_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("made/on/demand"));
    keeps_the_contract(&store).await;
    assert!(!format!("{store:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_lease_in_memory_ends_by_itself() {
    let clock = ManualClock::new(Timestamp::new(0));
    let store = MemoryStore::with_clock(Arc::new(clock.clone()));
    let grant = grant(1, "one.amocrm.ru", "a");
    let paused = store.acquire(&grant.key, TTL).await.unwrap();
    let waiting = tokio::spawn({
        let (store, key) = (store.clone(), grant.key.clone());
        async move { store.acquire(&key, TTL).await.unwrap() }
    });
    while clock.sleeping().0 == 0 {
        tokio::task::yield_now().await;
    }
    clock.advance(TTL);
    let taken = waiting.await.unwrap();
    assert_eq!(
        store.save(&grant, None, &paused).await.unwrap_err().kind(),
        StoreErrorKind::LeaseLost
    );
    // The old holder's end must not take the lease from the new one.
    drop(paused);
    store.save(&grant, None, &taken).await.unwrap();
}

#[tokio::test]
async fn two_stores_on_one_directory_share_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let (first, second) = (FileStore::new(directory.path()), FileStore::new(directory.path()));
    let key = grant(1, "one.amocrm.ru", "a").key;
    let lease = first.acquire(&key, TTL).await.unwrap();
    // Gives up after twice the time, which is none: it tries once.
    let error = second.acquire(&key, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::LeaseUnavailable);
    assert!(error.to_string().contains("1.client%2F1.lock"), "{error}");
    let fence = lease.fence();
    drop(lease);
    assert_eq!(second.acquire(&key, Duration::ZERO).await.unwrap().fence(), fence + 1);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_only_and_leave_nothing_beside() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let tokens = directory.path().join("tokens");
    let store = FileStore::new(&tokens);
    let grant = grant(1, "one.amocrm.ru", "a");
    let lease = store.acquire(&grant.key, TTL).await.unwrap();
    store.save(&grant, None, &lease).await.unwrap();
    assert_eq!(fs::metadata(&tokens).unwrap().permissions().mode() & 0o777, 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&tokens).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["1.client%2F1.json", "1.client%2F1.lock"]);
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let grant = grant(1, "one.amocrm.ru", "a");
    let path = directory.path().join("1.client%2F1.json");
    let by =
        FindBy::Domain { client_id: grant.key.client_id.clone(), domain: grant.domain.clone() };
    for damaged in [
        "",
        "{",
        r#"{"access_token":"s3cret"#,
        r#"{"format":1,"access_token":"s3cret"}"#,
        r#"{"format":9,"version":1,"client_id":"c","account_id":1,"domain":"a.amocrm.ru","access_token":"s3cret","refresh_token":"r","obtained_at":1,"expires_at":2}"#,
        "s3cret",
    ] {
        fs::write(&path, damaged).unwrap();
        let lease = store.acquire(&grant.key, TTL).await.unwrap();
        for error in [
            store.load(&grant.key).await.unwrap_err(),
            store.find(&by).await.unwrap_err(),
            store.save(&grant, None, &lease).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), StoreErrorKind::Damaged, "{damaged}");
            let text = format!("{error} {error:?}");
            assert!(text.contains("1.client%2F1.json") && !text.contains("s3cret"), "{text}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }
    // The others are still looked after.
    let other = self::grant(2, "two.amocrm.ru", "b");
    let lease = store.acquire(&other.key, TTL).await.unwrap();
    store.save(&other, None, &lease).await.unwrap();
    assert_eq!(store.list(Timestamp::new(1_000), None).await.unwrap().keys, [other.key]);
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let blocked = directory.path().join("a file");
    fs::write(&blocked, "in the way").unwrap();
    let store = FileStore::new(blocked.join("tokens"));
    let error = store.acquire(&grant(1, "one.amocrm.ru", "a").key, TTL).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("a file"), "{error}");
}
