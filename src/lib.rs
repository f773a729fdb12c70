//! Refill Watch: is the token balance on the screen right?
//!
//! This crate is the whole of the extension's judgement, and it is pure: [`State::handle`] takes an
//! [`Event`] and the time and returns [`Effect`]s; [`view`] turns a state into a tree that a small
//! JavaScript painter draws. No function here reads a clock, a file or a browser, except in `browser`,
//! which exists only in the WebAssembly build.
//!
//! The rooms, from the ground up; each may use only those before it:
//!
//! - [`time`]: UTC instants, schedules, zone-less timestamps.
//! - [`balance`]: pools, plans, and reading them out of an answer or a counter text.
//! - [`verdict`]: the policy. Evidence in, verdict and notes out.
//! - [`state`]: accounts, tabs, settings, the reducer, the storage form, the replay format.
//! - [`view`]: the tree and the surfaces, wording and locale.
//! - [`protocol`]: what crosses between the worlds of the extension.
//! - `browser`: the extension APIs.
//!
//! Below them all stands `pairs`, the form in which maps are kept.

pub mod balance;
mod pairs;
pub mod protocol;
pub mod state;
pub mod time;
pub mod verdict;
pub mod view;

#[cfg(any(target_arch = "wasm32", test))]
mod browser;

pub use state::{Effect, Event, State};
pub use time::UtcMillis;
