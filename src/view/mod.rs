//! What every surface shows, as a tree: banner, popup, options, badge.
//!
//! All wording and layout are here; the painter draws what it is given. A surface is a plain function of the state,
//! the time and a [`Locale`]. Nothing here changes the state or knows a browser.

mod answers;
mod badge;
mod banner;
mod calendar;
mod chart;
mod check;
mod clip;
mod clocks;
mod controls;
mod devices;
mod form;
mod guide;
mod locale;
mod login;
mod node;
mod notice;
mod options;
mod parts;
mod popup;
mod reminders;
mod report;
mod ring;
mod sentence;
mod steps;
mod support;
mod trouble;
mod trouble_report;
mod unsent;
mod why;
mod words;
mod writer;

pub use badge::{Badge, badge};
pub use banner::{banner, expected_sums};
pub use calendar::calendar_file;
pub use clip::{clip, report_file};
pub use locale::{Locale, TimeUnit};
pub use node::{Element, Node, el};
pub use notice::{Notification, notification};
pub use options::options;
pub use popup::popup;
pub use report::{ReportLine, report_lines, report_text};
pub use trouble::{SITE_ACCESS, farewell, picker};
pub use trouble_report::trouble_report;
pub use words::{Part, Words};

use writer::Writer;

/// A surface at one moment, ready for the painter.
#[derive(Clone, Debug)]
pub struct View {
    /// What to draw.
    pub tree: Element,
    /// When the surface should ask again, in milliseconds from now: at the next minute of a countdown or at the next
    /// boundary, whichever comes first. `None`: only when something happens.
    pub ask_again_ms: Option<i64>,
    /// What the page's counter may show, as plain digits: this is how we recognise it.
    pub sums: Vec<String>,
}
