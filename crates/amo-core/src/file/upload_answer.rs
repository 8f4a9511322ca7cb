//! The answer to a part of an upload: the address for the next part, or the file.

use std::fmt;
use std::vec;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::lenient::Key;
use crate::{File, NextPart};

/// What the server answers to a part of an upload.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum UploadAnswer {
    /// There is more to come.
    Next(NextPart),
    /// That was the last part.
    Done(Box<File>),
}

impl<'de> Deserialize<'de> for UploadAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnswerVisitor;

        impl<'de> Visitor<'de> for AnswerVisitor {
            type Value = UploadAnswer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the address for the next part, or a file")
            }

            /// Each has a member that it must have and the other has not. A file has it first as
            /// the server writes it, so that nothing is kept and the place of an error is known.
            fn visit_map<A: MapAccess<'de>>(self, mut rest: A) -> Result<UploadAnswer, A::Error> {
                let mut before = Vec::new();
                while let Some(key) = rest.next_key::<Key<'de>>()? {
                    let is_file = match key.as_str() {
                        "uuid" => true,
                        "next_url" => false,
                        _ => {
                            before.push((key.into_string(), rest.next_value()?));
                            continue;
                        }
                    };
                    let whole = MapAccessDeserializer::new(Whole {
                        before: before.into_iter(),
                        value: None,
                        decisive: Some(key),
                        rest,
                    });
                    return if is_file {
                        File::deserialize(whole).map(|file| UploadAnswer::Done(Box::new(file)))
                    } else {
                        NextPart::deserialize(whole).map(UploadAnswer::Next)
                    };
                }
                Err(A::Error::missing_field("next_url"))
            }
        }

        deserializer.deserialize_map(AnswerVisitor)
    }
}

/// An object of which a part was read already.
struct Whole<'de, A> {
    before: vec::IntoIter<(String, Value)>,
    /// The value of the key that was given last, out of that part.
    value: Option<Value>,
    /// The key that was read last; its value was not.
    decisive: Option<Key<'de>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Whole<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if let Some((key, value)) = self.before.next() {
            self.value = Some(value);
            return Key::Owned(key).give(seed).map(Some);
        }
        match self.decisive.take() {
            Some(key) => key.give(seed).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.rest.next_value_seed(seed),
        }
    }
}
