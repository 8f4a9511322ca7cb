//! What a file of the [`FileStore`](super::FileStore) holds: one grant as JSON.

use amo_core::{AccountId, Timestamp, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{Stored, Version};
use crate::{Grant, GrantKey, Origin};

/// Raised when the meaning of a member changes.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    version: u64,
    client_id: String,
    account_id: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    domain: String,
    access_token: String,
    refresh_token: String,
    obtained_at: Timestamp,
    expires_at: Timestamp,
}

pub(super) fn write(grant: &Grant, version: Version) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&File {
        format: FORMAT,
        version: version.get(),
        client_id: grant.key.client_id.clone(),
        account_id: grant.key.account_id,
        user_id: grant.key.user_id,
        domain: grant.domain.to_string(),
        access_token: grant.access_token.expose_secret().to_owned(),
        refresh_token: grant.refresh_token.expose_secret().to_owned(),
        obtained_at: grant.obtained_at,
        expires_at: grant.expires_at,
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a file. The error says what is wrong, but never quotes what stands there: it may be a secret.
pub(super) fn read(bytes: &[u8]) -> Result<Stored, String> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "a member is missing or of the wrong type",
            serde_json::error::Category::Eof => "it ends too early",
            _ => "it is not JSON",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })?;
    if file.format != FORMAT {
        return Err(format!("its format is {}, this version knows {FORMAT}", file.format));
    }
    let domain = Origin::parse(&file.domain).map_err(|error| error.to_string())?;
    let mut key = GrantKey::new(file.client_id, file.account_id);
    key.user_id = file.user_id;
    let grant = Grant::new(
        key,
        domain,
        SecretString::from(file.access_token),
        SecretString::from(file.refresh_token),
        file.obtained_at,
        file.expires_at,
    );
    Ok(Stored::new(grant, Version::new(file.version)))
}
