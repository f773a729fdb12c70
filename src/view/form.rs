//! The fields of Leonardo's contact form, filled from the report.
//!
//! The user types the account's e-mail and name: we do not know them.

use super::report::report_lines;
use crate::State;
use crate::state::Status;
use crate::time::UtcMillis;

/// The fields as the form names them in English, and the report's lines that go into each. All other lines go into
/// the description.
const FIELDS: [(&str, &str, &[&str]); 3] = [
    ("subject", "Subject", &["subject"]),
    ("plan", "Plan", &["plan", "plan-change", "billing-day"]),
    ("date", "Date", &["due"]),
];

/// A field of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// The word that copies it.
    pub word: &'static str,
    /// Its label.
    pub name: &'static str,
    /// Its content.
    pub text: String,
}

/// Every field we know something for, without the lines that the user left out.
#[must_use]
pub fn form_fields(state: &State, status: &Status<'_>) -> Vec<FormField> {
    let lines: Vec<_> = report_lines(state, status).into_iter().filter(|line| !line.is_left_out).collect();
    let joined = |is_part: &dyn Fn(&str) -> bool| {
        let parts: Vec<_> =
            lines.iter().filter(|line| is_part(line.word)).map(|line| line.text.as_str()).collect();
        parts.join("\n")
    };
    let mut fields: Vec<_> = FIELDS
        .into_iter()
        .map(|(word, name, parts)| {
            let text = joined(&|line| parts.contains(&line));
            // The line starts with the field's name.
            let text = text.split_once(": ").map_or(text.clone(), |(_, text)| text.to_owned());
            FormField { word, name, text }
        })
        .collect();
    let is_elsewhere = |line: &str| FIELDS.iter().any(|(_, _, parts)| parts.contains(&line));
    let note = state.report().note.as_str();
    let described = joined(&|line| !is_elsewhere(line));
    let description = [note, &described].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
    fields.push(FormField { word: "description", name: "Description", text: description.join("\n\n") });
    fields.retain(|field| !field.text.is_empty());
    fields
}

/// The content of one field, if it exists.
pub(super) fn form_field(state: &State, word: &str, now: UtcMillis) -> Option<String> {
    let fields = form_fields(state, &state.status_at(None, now));
    fields.into_iter().find(|field| field.word == word).map(|field| field.text)
}
