//! Compressed answers: unpacked, bounded, and broken ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "gzip")]

mod common;

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use amo_auth::Exchange as _;
use amo_transport::{Body, ErrorKind};
use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};

use common::{Change as _, S, Step, World, answer, bytes_of};

const MIB: usize = 1024 * 1024;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// An answer whose body comes in pieces of `size`, and how many of them were taken.
fn packed(status: u16, bytes: &[u8], size: usize) -> (Step, Arc<AtomicUsize>) {
    let pieces: Vec<Bytes> = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let frames = pieces.into_iter().map(move |piece| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Frame::data(piece))
    });
    let body = Body::streaming(StreamBody::new(futures_util::stream::iter(frames)));
    (answer(status).header("content-encoding", "gzip").body(body), taken)
}

/// One mebibyte of zeros, packed so that it can be repeated: the pieces of one long stream.
fn zeros() -> Vec<u8> {
    let mut packed = Vec::with_capacity(64 * 1024);
    let mut pack = Compress::new(Compression::best(), false);
    pack.compress_vec(&vec![0; MIB], &mut packed, FlushCompress::Full).unwrap();
    assert_eq!(pack.total_in(), MIB as u64);
    packed
}

/// So many mebibytes of zeros as one gzip file.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    file.extend(zeros().repeat(mebibytes));
    // The last block, which is empty; then the sum and the length.
    file.extend([3, 0]);
    let (mut sum, mut piece) = (Crc::new(), Crc::new());
    piece.update(&vec![0; MIB]);
    (0..mebibytes).for_each(|_| sum.combine(&piece));
    file.extend(sum.sum().to_le_bytes());
    file.extend((mebibytes * MIB).to_le_bytes().iter().take(4));
    file
}

#[test]
fn a_packed_answer_is_unpacked() {
    let plain = "{\"name\":\"имя\"}".repeat(10_000);
    for size in [1_000_000, 1_000, 7] {
        let (step, _) = packed(200, &gzip(plain.as_bytes()), size);
        let world = World::new([step]);
        let response = world.ask(world.get()).unwrap();
        assert!(!response.headers().contains_key("content-encoding"), "it is plain now");
        assert_eq!(bytes_of(response), plain);
        assert_eq!(world.script.seen()[0].request.headers()["accept-encoding"], "gzip");
    }
}

#[test]
fn an_answer_that_is_not_packed_is_left_alone() {
    let world = World::new([answer(200).text("plain")]);
    assert_eq!(bytes_of(world.ask(world.get()).unwrap()), "plain");
}

#[test]
fn what_a_packed_429_asks_for_is_read() {
    let (step, _) = packed(429, &gzip(br#"{"retry_after": 7}"#), 100);
    let world = World::new([step]);
    world.ask(world.post()).unwrap();
    assert_eq!(world.script.times(), [S(0), S(7)]);
}

#[test]
fn the_token_endpoints_answers_are_unpacked() {
    let (step, _) = packed(200, &gzip(b"{}"), 100);
    let world = World::new([step]);
    let exchange = world.tokens.exchange(world.account.clone());
    let request = http::Request::post("https://example.amocrm.ru/oauth2/access_token");
    let answer = world.run(exchange.exchange(request.body(Bytes::new()).unwrap())).unwrap();
    assert_eq!(answer.body(), "{}");
}

#[test]
fn a_streaming_body_is_unpacked_as_it_comes() {
    let plain = "abc".repeat(100_000);
    let (step, _) = packed(200, &gzip(plain.as_bytes()), 100);
    let world = World::new([step]);
    let response = world.ask(world.get().streaming()).unwrap();
    assert!(!response.body().is_whole());
    let whole = world.run(response.into_body().collect(MIB)).unwrap();
    assert_eq!(whole, plain);
}

#[test]
fn a_gibibyte_in_a_small_file_is_refused() {
    // The file is sound: a small one of its kind is taken.
    let (step, _) = packed(200, &bomb(1), 1024);
    let world = World::new([step]);
    assert_eq!(bytes_of(world.ask(world.get()).unwrap()).len(), MIB);

    let file = bomb(1024);
    assert!(file.len() < 2 * MIB);
    let (step, taken) = packed(200, &file, 1024);
    let world = World::new([step]);
    let error = world.ask(world.get()).unwrap_err();
    assert_eq!((error.kind(), world.script.count()), (ErrorKind::BodyTooLarge, 1));
    // Unpacked were little more than the 32 MiB of the bound: a thirtieth of the file was read.
    let read = taken.load(Ordering::SeqCst) * 1024;
    assert!(read < file.len() / 25, "{read} of {} bytes", file.len());
}

#[test]
fn a_broken_file_is_an_error() {
    let whole = gzip("leads".repeat(1_000).as_bytes());
    let mut wrong_sum = whole.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let mut wrong_middle = whole.clone();
    let middle = wrong_middle.len() / 2;
    wrong_middle[middle] ^= 0xff;
    let mut cases: Vec<(String, Vec<u8>)> = vec![
        ("plain text".to_owned(), b"{\"id\": 1}".to_vec()),
        ("a wrong sum".to_owned(), wrong_sum),
        ("a wrong middle".to_owned(), wrong_middle),
    ];
    cases.extend((1..whole.len()).map(|length| {
        (format!("the first {length} of {} bytes", whole.len()), whole[..length].to_vec())
    }));
    for (what, bytes) in cases {
        let (step, _) = packed(200, &bytes, 100);
        let world = World::new([step]);
        let error = world.ask(world.post()).expect_err(&what);
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Io, true), "{what}");
        // A transfer that broke: it is repeated where that does no harm.
        let (step, _) = packed(200, &bytes, 100);
        let world = World::new([step]);
        assert_eq!(world.ask(world.get()).unwrap().status(), 200, "{what}");
        assert_eq!(world.script.count(), 2, "{what}");
    }
}

#[test]
fn a_broken_file_that_is_streamed_is_an_error() {
    let whole = gzip("leads".repeat(1_000).as_bytes());
    let (step, _) = packed(200, &whole[..whole.len() - 9], 10);
    let world = World::new([step]);
    let mut body = world.ask(world.get().streaming()).unwrap().into_body();
    let error = world.run(async {
        loop {
            match body.frame().await.expect("an end like any other") {
                Ok(_) => {}
                Err(error) => return error,
            }
        }
    });
    assert_eq!(error.kind(), ErrorKind::Io);
}
