//! The Rust SDK for amoCRM / Kommo.
