//! Inputs made out of seeds, the same on every machine.

use fastrand::Rng;

use crate::LONGEST;

/// Pieces that mean something to one of the readers.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    "[0]",
    "[[",
    "\"",
    ",",
    ":",
    "&",
    "&amp;",
    "=",
    "%",
    "%5B",
    "+",
    ",{}",
    ",[]",
    "{\"a\":",
    "[{\"a\":",
    "\"id\":",
    "\"_embedded\":{",
    "\"values\":[",
    "a[]=&",
    "0",
    "9",
    "-",
    ".",
    "1e",
    "1e999",
    "99999999999999999999",
    "-9223372036854775808",
    "null",
    "true",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "\u{0}",
    "\u{feff}",
    "\u{10ffff}",
    "\r\n",
    " ",
];

/// Makes endless inputs of at most [`LONGEST`] bytes out of seeds, of which there must be one.
///
/// Most of them are about as long as the seeds, some are as long as can be.
///
/// # Panics
///
/// If there is no seed.
pub fn inputs(seeds: &[Vec<u8>], number: u64) -> impl Iterator<Item = Vec<u8>> {
    assert!(!seeds.is_empty(), "there is nothing to change");
    let mut rng = Rng::with_seed(number);
    std::iter::repeat_with(move || {
        let mut input = pick(&mut rng, seeds).clone();
        for _ in 0..=rng.usize(..4) {
            change(&mut rng, &mut input, seeds);
        }
        input.truncate(LONGEST);
        input
    })
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.usize(..from.len())]
}

/// One change of the input.
fn change(rng: &mut Rng, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let range = range(rng, input.len());
    match rng.u8(..10) {
        0 => {
            for _ in 0..=rng.usize(..8) {
                let at = rng.usize(..=input.len());
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << rng.u8(..8);
                }
            }
        }
        1 => drop(input.drain(range)),
        2 => insert(input, range.start, &pick(rng, PIECES).repeat(times(rng)).into_bytes()),
        3 => drop(input.splice(range, pick(rng, PIECES).bytes())),
        4 => {
            let copy = input[range.clone()].repeat(times(rng));
            insert(input, range.end, &copy);
        }
        5 => {
            let other = pick(rng, seeds);
            let other = &other[self::range(rng, other.len())];
            drop(input.splice(range, other.iter().copied()));
        }
        6 => input.truncate(range.start),
        7 => nest(rng, input, range),
        // A name or a text that is as long as can be.
        8 => {
            let letter = [rng.u8(b'a'..=b'z')];
            insert(input, range.start, &letter.repeat(rng.usize(..LONGEST)));
        }
        _ => {
            let noise: Vec<u8> = (0..rng.usize(..64)).map(|_| rng.u8(..)).collect();
            insert(input, range.start, &noise);
        }
    }
    input.truncate(4 * LONGEST);
}

/// A piece of the input, mostly a short one.
fn range(rng: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let start = rng.usize(..=length);
    let longest = if rng.bool() { 16 } else { length };
    start..(start + rng.usize(..=longest)).min(length)
}

/// How often something is repeated: a few times, sometimes very often.
fn times(rng: &mut Rng) -> usize {
    match rng.u8(..8) {
        0 => rng.usize(..LONGEST / 2),
        1 | 2 => rng.usize(..200),
        _ => rng.usize(..4),
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(4 * LONGEST)];
    drop(input.splice(at..at, bytes.iter().copied()));
}

/// Puts a piece many levels deeper.
fn nest(rng: &mut Rng, input: &mut Vec<u8>, range: std::ops::Range<usize>) {
    let (open, close) =
        *pick(rng, &[("[", "]"), ("{\"a\":", "}"), ("[0]", ""), ("[{\"id\":", "}]")]);
    let depth = *pick(rng, &[2, 30, 31, 33, 99, 101, 126, 128, 130, 5000]);
    insert(input, range.end, close.repeat(depth).as_bytes());
    insert(input, range.start, open.repeat(depth).as_bytes());
}
