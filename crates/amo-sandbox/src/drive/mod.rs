//! The drive: the files of the account, on a host of their own.
//!
//! Without a socket it is at hosts that begin with `drive`; over one, where a port belongs to the
//! host, it is at the same address as the API: a client can resolve no other name there.

mod entity_files;
mod files;
mod filter;
mod kinds;
mod period;
mod sessions;
mod show;
pub(crate) mod store;

pub(crate) use store::{Drive, NewFile, Version};

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::account::Account;
use crate::call::Call;
use crate::reply::Reply;

/// What a host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Api,
    Drive,
    Both,
}

fn place(host: Option<&str>) -> Place {
    let host = host.unwrap_or_default();
    if host.starts_with("drive-") || host.starts_with("drive.") {
        return Place::Drive;
    }
    let port = host.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    if matches!(port, Some(Ok(_))) { Place::Both } else { Place::Api }
}

/// Is the drive reached by this host?
pub(crate) fn is_at(host: Option<&str>) -> bool {
    place(host) != Place::Api
}

/// Is the API not to be reached by this host?
pub(crate) fn is_only_at(host: Option<&str>) -> bool {
    place(host) == Place::Drive
}

/// Where clients find the drive, told by the address by which they reached the API.
pub(crate) fn address(base: &str, base_domain: &str) -> String {
    let host = base.split_once("://").map(|(_, host)| host);
    match place(host) {
        Place::Both => base.to_owned(),
        Place::Api | Place::Drive => format!("https://drive-b.{base_domain}"),
    }
}

/// Answers a request about files; `None` if it is about something else.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    let service = call.resource.service;
    if !["files", "file_versions", "upload_sessions", "entity_files"].contains(&service) {
        return None;
    }
    call.account.drive.tidy(call.now);
    Some(match (service, call.operation.action) {
        ("upload_sessions", "open") => sessions::open(call),
        ("upload_sessions", "upload_part") => sessions::upload(call),
        ("file_versions", _) => files::versions(call),
        ("entity_files", "list") => entity_files::list(call),
        ("entity_files", "attach") => entity_files::attach(call),
        ("entity_files", "detach") => entity_files::detach(call),
        ("files", "entities") => entity_files::entities(call),
        ("files", "get") => files::get(call),
        ("files", "list") => files::list(call),
        ("files", "edit") => files::edit(call),
        ("files", "delete_many") => files::delete(call),
        ("files", "restore") => files::restore(call),
        ("files", "stats") => Ok(files::stats(call)),
        _ => Err(call.no_method()),
    })
}

/// The bytes behind a download link, `/download/{account}/{file or version}/{name}`. Who has the
/// link needs no token, and what is in the recycle bin cannot be downloaded: both are a guess.
pub(crate) fn download(account: &mut Account, path: &[&str], now: i64) -> Result<Reply, Reply> {
    account.drive.tidy(now);
    let gone = || Reply::not_found("There is no such file");
    let [id, uuid, _name] = path else { return Err(gone()) };
    if *id != account.id.to_string() {
        return Err(gone());
    }
    let version = account.drive.version_behind(uuid).ok_or_else(gone)?;
    let octets = HeaderValue::from_static("application/octet-stream");
    let kind = Some(version.mime_type.as_str()).filter(|kind| !kind.is_empty());
    let kind = kind.and_then(|kind| HeaderValue::try_from(kind).ok()).unwrap_or(octets);
    let mut reply = Reply::empty(StatusCode::OK).with_header(CONTENT_TYPE, kind);
    reply.body = version.bytes.clone();
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart() {
        for (host, wanted) in [
            ("demo.amocrm.ru", Place::Api),
            ("drive-b.amocrm.ru", Place::Drive),
            ("drive.amocrm.ru:443", Place::Drive),
            ("drives.amocrm.ru", Place::Api),
            ("127.0.0.1:8080", Place::Both),
            ("[::1]:8080", Place::Both),
            ("[::1]", Place::Api),
            ("", Place::Api),
        ] {
            assert_eq!(place(Some(host)), wanted, "{host}");
        }
        assert_eq!(address("http://127.0.0.1:5", "amocrm.ru"), "http://127.0.0.1:5");
        assert_eq!(address("https://demo.kommo.com", "kommo.com"), "https://drive-b.kommo.com");
    }
}
