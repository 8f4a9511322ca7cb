//! The tests of the box through its public face. One binary: linking one for each file takes longer
//! than all of them run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod access;
mod account;
mod accounts;
mod agents;
mod binary;
mod bots;
mod calls;
mod catalogs;
mod chat_templates;
mod common;
mod complex;
mod control;
mod customers;
mod entities;
mod entity_files;
mod events;
mod every_filter;
mod every_member;
mod examples;
mod field_definitions;
mod field_groups;
mod field_values;
mod fields;
mod files;
mod guesses;
mod habits;
mod habits_bodies;
mod habits_clients;
mod habits_files;
mod legacy;
mod legacy_cards;
mod links;
mod lists;
mod lists_again;
mod loss_reasons;
mod malformed;
mod nonsense;
mod notes;
mod oauth;
mod odd_bodies;
mod paid;
mod pipelines;
mod required;
mod rights;
mod rights_around_cards;
mod rights_of_all;
mod rights_of_catalogs;
mod roles;
mod scripts;
mod seeds;
mod small_services;
mod socket;
mod sources;
mod state;
mod state_answers;
mod state_errors;
mod statuses;
mod tags;
mod tags_and_links;
mod talks;
mod tasks;
#[cfg(feature = "tls")]
mod tls;
mod told;
mod told_events;
mod transactions;
mod triggers;
mod unsorted;
mod users;
mod weather;
mod webhook_delivery;
mod webhooks;
mod website_buttons;
mod widgets;
mod wire_abuse;
