//! Every test in real browsers, and of the packages as they ship: one file for each subject.
//!
//! They are one program, so that it is linked once, and so that tests of one file run while those of another wait.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod app_life;
mod app_redesigned;
mod app_variants;
mod behind;
mod check;
mod clients;
mod common;
mod counter;
mod data;
mod devices;
mod extension_life;
mod hook;
mod hostile;
mod input;
mod installs;
mod languages;
mod lifecycle;
mod package;
mod private;
mod refill;
mod reminders;
mod shared;
mod surfaces;
mod trouble;
mod unsent;
mod way_out;
mod zones;
