//! The texts that the user takes out of the browser. They are in English, the language of those who read them.

use super::form::form_field;
use super::report::report_text;
use super::trouble_report::trouble_report;
use crate::State;
use crate::state::{Clip, File};
use crate::time::UtcMillis;

/// The text to copy, if there is such a thing.
#[must_use]
pub fn clip(state: &State, clip: &Clip, now: UtcMillis) -> Option<String> {
    match clip {
        Clip::TroubleReport => Some(trouble_report(state, now)),
        Clip::SupportReport => Some(report_text(state, now)),
        Clip::FormField(word) => form_field(state, word, now),
    }
}

/// The report as a file.
#[must_use]
pub fn report_file(state: &State, name: String, now: UtcMillis) -> File {
    File { name, text: report_text(state, now) }
}
