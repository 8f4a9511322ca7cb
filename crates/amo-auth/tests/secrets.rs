//! No secret is ever printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_auth::{
    Authorization as _, AuthorizationCode, Credential, FileStore, Generation, LongLived,
    MemoryStore, OAuth,
};
use secrecy::SecretString;

use common::{authorize, oauth, provider, sandbox};

#[tokio::test]
async fn debug_of_everything_that_holds_a_secret() {
    let secret = "s3cret";
    let directory = tempfile::tempdir().unwrap();
    let printed = [
        format!(
            "{:?}",
            OAuth::new("id", secret, "https://example.test")
                .store(FileStore::new(directory.path()))
        ),
        format!("{:?}", LongLived::new(secret)),
        format!("{:?}", AuthorizationCode::new(secret)),
        format!(
            "{:?}",
            Credential::bearer(&SecretString::from(secret), Generation::new(1)).unwrap()
        ),
    ];
    for text in printed {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn debug_of_a_provider_with_a_grant() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store.clone());
    let credential = provider.credential().await.unwrap();
    let token =
        credential.authorization().to_str().unwrap().trim_start_matches("Bearer ").to_owned();
    let printed = format!("{provider:?} {store:?} {credential:?} {:?}", oauth(&sandbox));
    assert!(!printed.contains(&token) && !printed.contains("def50200"), "{printed}");
    assert!(!printed.contains(&sandbox.connection().client_secret), "{printed}");
}

#[tokio::test]
async fn a_long_lived_token_is_never_refreshed() {
    use amo_auth::{ErrorKind, Seams, ThreadSpawn};
    use std::sync::Arc;

    let sandbox = sandbox(false);
    let wire = common::Wire { sandbox: sandbox.clone(), steps: common::Steps::default() };
    let seams = Seams::new(
        common::origin(),
        Arc::new(wire),
        Arc::new(common::Calendar(sandbox.clone())),
        Arc::new(ThreadSpawn),
    );
    let token = sandbox.connection().long_lived_token;
    let auth = LongLived::new(format!(" {token}\n"));
    assert_eq!(auth.client_id(), Some(sandbox.connection().client_id));
    let provider = Box::new(auth).bind(seams).unwrap();
    let credential = provider.credential().await.unwrap();
    assert!(common::accepted(&sandbox, &credential).await);
    let refused = provider.refresh_if(credential.generation()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::LongLivedRefused);
    sandbox.calendar().advance(std::time::Duration::from_secs(6 * 365 * 86_400));
    let ended = provider.credential().await.unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::LongLivedRefused);
    assert!(ended.to_string().contains("ended at"), "{ended}");
    assert_eq!(common::token_requests(&sandbox), 0);
}
