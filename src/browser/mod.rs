//! The WebAssembly module's connection to the browser, and the only code that uses wasm-bindgen.
//!
//! `background.js` hands each browser event to a function of `entry`. Nothing is judged in this room: a message is
//! checked and becomes an [`Event`](crate::Event), the state says what follows, and that becomes calls.
//!
//! - `entry`: what can happen to an extension.
//! - `message`: who may say what.
//! - `brain`: the one [`State`](crate::State) in memory, and what the browser already shows of it.
//! - `effects`: what the state asks for, as calls; it paints tabs, badge and open surfaces.
//! - `outcome`: the results of calls, failures included.
//! - `writes`, `retry`: what to write to storage, and what it refused.
//! - `chrome`, `global`, `intl`: the browser, typed: the extension APIs, what every script has, and `Intl`.
//!
//! The state is lent out for one turn at a time ([`brain::with`]), and nothing waits during a turn. What an event
//! needs is read before; the result of a call is another event.

#[cfg(target_arch = "wasm32")]
#[cfg(target_arch = "wasm32")]
mod brain;
#[cfg(target_arch = "wasm32")]
mod chrome;
#[cfg(target_arch = "wasm32")]
mod effects;
#[cfg(target_arch = "wasm32")]
mod entry;
#[cfg(target_arch = "wasm32")]
mod global;
#[cfg(target_arch = "wasm32")]
mod intl;
mod message;
#[cfg(target_arch = "wasm32")]
mod outcome;
#[cfg(target_arch = "wasm32")]
mod retry;
mod writes;
