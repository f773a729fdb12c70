//! The figures beside their budgets: medians with ranges.

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Where the section begins and ends in the document.
const BEGIN: &str = "<!-- page: made by `cargo xtask bench page` -->";
const END: &str = "<!-- page: end -->";

/// What was measured of one thing, a value a round.
struct Figure {
    what: String,
    unit: &'static str,
    budget: f64,
    values: Vec<f64>,
}

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Notes one value of `what`, of which at most `budget` is allowed.
    pub(crate) fn note(&mut self, what: &str, unit: &'static str, budget: f64, value: f64) {
        match self.0.iter_mut().find(|figure| figure.what == what) {
            Some(figure) => figure.values.push(value),
            None => self.0.push(Figure { what: what.to_owned(), unit, budget, values: vec![value] }),
        }
    }

    /// One row a figure, as Markdown.
    pub(crate) fn table(&self) -> String {
        let mut text = "| what | median | range | budget | |\n|---|---|---|---|---|\n".to_owned();
        for Figure { what, unit, budget, values } in &self.0 {
            let mut values = values.clone();
            values.sort_by(f64::total_cmp);
            let (Some(least), Some(most)) = (values.first(), values.last()) else { continue };
            let median = values[values.len() / 2];
            let verdict = if median <= *budget { "within" } else { "over" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| {what} | {median:.2} {unit} | {least:.2} to {most:.2} | {budget} {unit} | {verdict} |"
            );
        }
        text
    }

    /// Writes the section into `docs/benchmarks.md`, in place of the one before.
    pub(crate) fn write(&self, rounds: usize) -> Result<PathBuf> {
        let docs =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("no workspace")?.join("docs");
        let file = docs.join("benchmarks.md");
        let before = std::fs::read_to_string(&file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
        let (head, rest) = before.split_once(BEGIN).unwrap_or((&before, ""));
        let tail = rest.split_once(END).map_or("", |(_, tail)| tail);
        let section = format!(
            "{BEGIN}\n## What the extension costs the page\n\n\
             `cargo xtask bench page`: {rounds} pairs of loads of the stand-in app, with and without the extension in turn, in one\n\
             session of one browser. Each value is the difference within a pair, so it may fall below nothing. Load and idle are\n\
             processor time of the page's main thread (CDP `ThreadTime`), the storm is `ScriptDuration`, the heap is read after a\n\
             collection. The last rows are the time from an answer in the page until the banner in the page shows it.\n\n{}\n{END}",
            self.table()
        );
        std::fs::write(&file, format!("{}\n\n{section}\n{}", head.trim_end(), tail.trim_start()))?;
        Ok(file)
    }
}
