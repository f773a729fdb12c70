//! Refill Watch: is the token balance on the screen right?
//!
//! This crate holds all of the extension's judgement, and it is pure. [`State::handle`] takes an [`Event`] and the
//! time, and returns [`Effect`]s. [`view`] turns a state into a tree, which a small JavaScript painter draws. No
//! function reads a clock, a file or the browser, except in `browser`, which exists only in the WebAssembly build.
//!
//! The rooms, bottom to top; each may use only those before it:
//!
//! - [`time`]: UTC instants, schedules, timestamps without a zone.
//! - [`balance`]: pools, plans, and how to read them from an answer or a counter.
//! - [`verdict`]: the policy. Observations in, verdict and notes out.
//! - [`state`]: accounts, tabs, settings, the reducer, the storage form, the replay format.
//! - [`view`]: the surfaces as trees, with their wording and locale.
//! - [`protocol`]: the messages between the parts of the extension.
//! - `browser`: the extension APIs.
//!
//! Below them all is `pairs`, the form in which maps are stored.

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
