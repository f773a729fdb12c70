//! Drives the shipped extension in real browsers, from outside.
//!
//! Nothing here knows how the extension works inside: it installs `dist/<browser>` unchanged, opens pages of
//! the stand-in site under the real host names, reads what stands in the closed shadow root as a user would
//! see it, and presses with a real pointer. The tests themselves stand in `tests/browser/tests`.
//!
//! Everything waits on events (a mutation, a load, a reply), bounded by a deadline: nothing here sleeps.
//!
//! - [`Browser`]: a browser with the extension in it, in a new profile; gone when dropped.
//! - [`Tab`] and [`Popup`]: a page of it.
//! - [`Surface`]: what a banner or the popup showed at one moment.
//! - [`in_both_browsers!`]: one async function, a test in each browser; [`in_chromium!`] where only it can.

mod browser;
mod copy;
mod driver;
mod extension;
mod failed;
pub mod faults;
mod forward;
mod js;
mod kind;
mod manners;
mod options;
mod pool;
mod popup;
mod process;
mod run;
mod surface;
mod tab;
mod watch;
mod wire;

pub use browser::{Browser, ConsoleLine};
pub use copy::Copy;
pub use kind::Kind;
pub use options::{Network, Options, Scheme};
pub use popup::Popup;
pub use run::run;
pub use surface::{Node, Rect, Surface};
pub use tab::Tab;
