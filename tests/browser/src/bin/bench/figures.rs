//! The figures beside their budgets: medians with ranges.

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A section of the document: which measurement makes it, its heading, and what was done.
pub(crate) struct Section {
    /// As `cargo xtask bench` calls it.
    pub(crate) name: &'static str,
    /// The heading.
    pub(crate) heading: &'static str,
    /// How the values came to be.
    pub(crate) about: String,
}

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
    pub(crate) fn write(&self, section: &Section) -> Result<PathBuf> {
        let Section { name, heading, about } = section;
        let begin = format!("<!-- {name}: made by `cargo xtask bench {name}` -->");
        let end = format!("<!-- {name}: end -->");
        let docs =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("no workspace")?.join("docs");
        let file = docs.join("benchmarks.md");
        let before = std::fs::read_to_string(&file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
        let (head, rest) = before.split_once(&begin).unwrap_or((&before, ""));
        let tail = rest.split_once(&end).map_or("", |(_, tail)| tail);
        let section = format!("{begin}\n## {heading}\n\n{about}\n\n{}\n{end}", self.table());
        std::fs::write(&file, format!("{}\n\n{section}\n{}", head.trim_end(), tail.trim_start()))?;
        Ok(file)
    }
}
