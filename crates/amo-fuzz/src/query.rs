//! Query strings: a decoder that knows only RFC 3986 gets back what was put in.

use amo_core::{Lead, ListQuery, Query, fill_first};

/// Between the texts of an input; no byte of UTF-8.
const SEPARATOR: u8 = 0xFF;

/// The texts that an input stands for.
fn texts(input: &[u8]) -> Vec<String> {
    let texts = input.split(|byte| *byte == SEPARATOR);
    texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}

fn query(texts: &[String]) -> Query {
    let mut query = Query::new();
    for pair in texts.chunks(2) {
        query.push(pair[0].as_str(), pair.get(1).map_or("", String::as_str));
    }
    query
}

pub(crate) fn work(input: &[u8]) {
    let _ = query(&texts(input)).to_string();
}

pub(crate) fn check(input: &[u8]) {
    let texts = texts(input);
    let query = query(&texts);
    let pairs: Vec<_> =
        query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(pairs.len(), texts.len().div_ceil(2));
    assert_eq!(decode(&query.to_string()), pairs);

    let text = &texts[0];
    let search = ListQuery::<Lead>::new().search(text).limit(50).to_query().to_string();
    let asked = [("query".to_owned(), text.clone()), ("limit".to_owned(), "50".to_owned())];
    assert_eq!(decode(&search), asked);

    let path = fill_first("/before/{id}/after", text);
    let segment = path.strip_prefix("/before/").and_then(|rest| rest.strip_suffix("/after"));
    let segment = segment.expect("the rest of the path stays");
    assert_eq!(decode_text(segment), *text, "one segment, whatever it holds");
}

/// The pairs of a query string.
fn decode(query: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("a pair has an equals sign");
        (decode_text(name), decode_text(value))
    };
    query.split('&').map(pair).collect()
}

/// Undoes the encoding of unreserved characters and `%XX`; anything else is a fault.
fn decode_text(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * hex(bytes.next()) + hex(bytes.next()),
            b'-' | b'.' | b'_' | b'~' => byte,
            _ => {
                assert!(byte.is_ascii_alphanumeric(), "{} is not unreserved", char::from(byte));
                byte
            }
        });
    }
    String::from_utf8(decoded).expect("a text was encoded")
}

fn hex(digit: Option<u8>) -> u8 {
    match digit {
        Some(digit @ b'0'..=b'9') => digit - b'0',
        Some(digit @ b'A'..=b'F') => digit - b'A' + 10,
        other => panic!("{other:?} is no digit of an encoded byte"),
    }
}
