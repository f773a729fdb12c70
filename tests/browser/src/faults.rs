//! The record of every fault that the tests cause: how often it was caused, what was lost, how long the banner was
//! wrong. Each is one JSON line in `target/faults/`, and all of them together become `docs/dev/faults.md`.

use crate::Kind;
use crate::kind::workspace;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

/// A fault under way in one browser.
#[derive(Debug)]
pub struct Fault {
    kind: Kind,
    group: &'static str,
    name: String,
    tried: u64,
    note: String,
    caused: Instant,
}

/// A fault that is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    group: String,
    fault: String,
    browser: String,
    /// How often it was caused.
    times: u64,
    /// How many of the compared facts were gone afterwards.
    lost: u64,
    /// From the fault until the banner was right again.
    right_after_ms: u64,
    /// What else was measured, in words.
    note: String,
}

fn folder() -> PathBuf {
    workspace().join("target/faults")
}

impl Fault {
    /// A fault of `group` that the test causes now, once: the clock starts.
    #[must_use]
    pub fn begins(kind: Kind, group: &'static str, name: impl Into<String>) -> Self {
        Self { kind, group, name: name.into(), tried: 1, note: String::new(), caused: Instant::now() }
    }

    /// Says that the test causes it this many times.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.tried = times;
        self
    }

    /// Adds what else was measured, for the table.
    #[must_use]
    pub fn measured(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Records that the banner is right again. Facts in `before` that are not in `after` are lost.
    ///
    /// # Errors
    /// When something was lost, or the record cannot be written.
    pub fn is_over<T: PartialEq + std::fmt::Debug>(self, before: &[T], after: &[T]) -> Result<()> {
        let right_after_ms = u64::try_from(self.caused.elapsed().as_millis()).unwrap_or(u64::MAX);
        let lost = before.iter().filter(|fact| !after.contains(fact)).count() as u64;
        let record = Record {
            group: self.group.to_owned(),
            fault: self.name,
            browser: self.kind.to_string(),
            times: self.tried,
            lost,
            right_after_ms,
            note: self.note,
        };
        std::fs::create_dir_all(folder())?;
        let slug: String = format!("{} {} {}", record.browser, record.group, record.fault)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let line = serde_json::to_string(&record)? + "\n";
        std::fs::write(folder().join(format!("{slug}.jsonl")), line).context("cannot note the fault")?;
        ensure!(lost == 0, "{}: lost {lost} of {before:?}, there is {after:?}", record.fault);
        Ok(())
    }
}

/// The table of every recorded fault, as Markdown.
///
/// # Errors
/// When no fault was recorded, or a record cannot be read.
pub fn table() -> Result<String> {
    let mut rows: BTreeMap<(String, String), BTreeMap<String, Record>> = BTreeMap::new();
    let entries = std::fs::read_dir(folder()).context("no fault was noted: run the browser tests first")?;
    for entry in entries {
        let text = std::fs::read_to_string(entry?.path())?;
        for line in text.lines() {
            let record: Record = serde_json::from_str(line)?;
            let key = (record.group.clone(), record.fault.clone());
            rows.entry(key).or_default().insert(record.browser.clone(), record);
        }
    }
    let all = || rows.values().flat_map(BTreeMap::values);
    let mut text = format!(
        "# Faults\n\nMade by the browser tests (`cargo xtask test`); do not edit. Each row is a fault that a test causes on \
         purpose, with how\noften it was caused, and the time from the fault until the banner was right again, in milliseconds \
         (on a shared machine,\nnot asserted). A dash: not tried in that browser.\n\n{} faults, caused {} times; lost: {}.\n\n\
         | fault | Chromium: times | right after | Firefox: times | right after | lost |\n|---|---|---|---|---|---|\n",
        rows.len(),
        all().map(|record| record.times).sum::<u64>(),
        match all().map(|record| record.lost).sum::<u64>() {
            0 => "nothing".to_owned(),
            lost => lost.to_string(),
        },
    );
    for ((group, fault), browsers) in &rows {
        let cell = |kind: Kind| match browsers.get(&kind.to_string()) {
            Some(record) => format!("{} | {}", record.times, record.right_after_ms),
            None => "– | –".to_owned(),
        };
        let lost: u64 = browsers.values().map(|record| record.lost).sum();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {group}: {fault} | {} | {} | {lost} |",
            cell(Kind::Chromium),
            cell(Kind::Firefox)
        );
    }
    let noted: Vec<_> = all().filter(|record| !record.note.is_empty()).collect();
    if !noted.is_empty() {
        text.push_str("\n## Measured beside\n\n");
    }
    for record in noted {
        let _ = writeln!(text, "- {}: {}, {}: {}.", record.group, record.fault, record.browser, record.note);
    }
    Ok(text)
}

/// Writes the table into the project's documents.
///
/// # Errors
/// When no fault was recorded, or the file cannot be written.
pub fn write_table() -> Result<PathBuf> {
    let file = workspace().join("docs/dev/faults.md");
    std::fs::write(&file, table()?)?;
    Ok(file)
}
