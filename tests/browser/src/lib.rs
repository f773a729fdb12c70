//! Drives the shipped extension in real browsers, from outside.
//!
//! Nothing here knows how the extension works inside: it installs `dist/<browser>` unchanged, opens pages of
//! the stand-in site under the real host names, reads the closed shadow root as a user would see it, and
//! presses with a real pointer. The tests themselves are in `tests/browser/tests`.
//!
//! Everything waits on events (a mutation, a load, a reply), bounded by a deadline: nothing here sleeps.
//!
//! - [`Browser`]: a browser with the extension in it, in a clean profile.
//! - [`Tab`] and [`Popup`]: a page of it.
//! - [`Surface`]: what a banner or the popup showed at one moment.
//! - [`in_both_browsers!`]: turns one async function into a test for each browser; [`in_chromium!`] is for what
//!   only Chromium can do.
//! - [`faults`]: the record of the faults that tests cause on purpose.

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
