//! The WebAssembly module's way to the browser, and the only code that uses wasm-bindgen.
//!
//! `background.js` hands every event of the browser to one of the functions of `entry`, and makes the calls of
//! the extension APIs that it gets back, in order. Nothing is judged in this room: a message is checked and
//! becomes an [`Event`](crate::Event), the state says what follows, and that becomes calls.
//!
//! - `message`: the protocol, and who may say what.
//! - `call`: a call of an extension API as the text that `background.js` reads.
//! - `brain`: the one [`State`](crate::State) in memory, and what the browser already shows.
//! - `effects`: what the state asked for, as calls; painting of tabs, badge and open surfaces.
//! - `intl`: the reader's language and zone, from the browser's `Intl`.
//!
//! Everything here is synchronous. Waiting for the browser in Rust would take 40 KB of the module (see
//! docs/decisions.md), and could interleave two events.

/// The module's memory: small before fast; it lives as long as the background and holds a few hundred kilobytes.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(target_arch = "wasm32")]
mod brain;
mod call;
#[cfg(target_arch = "wasm32")]
mod effects;
#[cfg(target_arch = "wasm32")]
mod entry;
#[cfg(target_arch = "wasm32")]
mod intl;
mod message;
