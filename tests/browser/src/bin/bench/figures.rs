//! The figures and their budgets: medians with ranges.

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A section of the document: the measurement that makes it, its heading, and how it was measured.
pub(crate) struct Section {
    /// The measurement's name for `cargo xtask bench`.
    pub(crate) name: &'static str,
    /// The heading.
    pub(crate) heading: &'static str,
    /// How the values were measured.
    pub(crate) about: String,
}

/// The measured values of one thing.
struct Figure {
    what: String,
    unit: &'static str,
    budget: Option<f64>,
    values: Vec<f64>,
}

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Records one value of `what`, which should be `budget` at most.
    pub(crate) fn note(
        &mut self,
        what: &str,
        unit: &'static str,
        budget: impl Into<Option<f64>>,
        value: f64,
    ) {
        let budget = budget.into();
        match self.0.iter_mut().find(|figure| figure.what == what) {
            Some(figure) => figure.values.push(value),
            None => self.0.push(Figure { what: what.to_owned(), unit, budget, values: vec![value] }),
        }
    }

    /// A Markdown table with one row for each figure.
    pub(crate) fn table(&self) -> String {
        let mut text = "| what | median | range | budget | |\n|---|---|---|---|---|\n".to_owned();
        for Figure { what, unit, budget, values } in &self.0 {
            let mut values = values.clone();
            values.sort_by(f64::total_cmp);
            let (Some(least), Some(most)) = (values.first(), values.last()) else { continue };
            let median = values[values.len() / 2];
            let (budget, verdict) = match budget {
                Some(budget) => {
                    (format!("{budget} {unit}"), if median <= *budget { "within" } else { "over" })
                }
                None => (String::new(), ""),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| {what} | {median:.2} {unit} | {least:.2} to {most:.2} | {budget} | {verdict} |"
            );
        }
        text
    }
}

/// Writes the section with its `table` into `docs/dev/benchmarks.md`, in place of the former one.
pub(crate) fn write(section: &Section, table: &str) -> Result<PathBuf> {
    let Section { name, heading, about } = section;
    let begin = format!("<!-- {name}: made by `cargo xtask bench {name}` -->");
    let end = format!("<!-- {name}: end -->");
    let file = docs()?.join("benchmarks.md");
    let before = std::fs::read_to_string(&file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
    let (head, rest) = before.split_once(&begin).unwrap_or((&before, ""));
    let tail = rest.split_once(&end).map_or("", |(_, tail)| tail);
    let machine = machine();
    let section = format!("{begin}\n## {heading}\n\n{about}\n\n{table}\n{machine}\n\n{end}");
    std::fs::write(&file, format!("{}\n\n{section}\n{}", head.trim_end(), tail.trim_start()))?;
    Ok(file)
}

/// The folder of the developers' documents.
pub(crate) fn docs() -> Result<PathBuf> {
    Ok(workspace()?.join("docs/dev"))
}

/// The root of the workspace.
pub(crate) fn workspace() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("no workspace")
}

/// Describes the machine, as far as it can be read.
fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_start_matches([' ', '\t', ':', '=']).trim_matches('"').to_owned())
    };
    let processor =
        value(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "processor unknown".to_owned());
    let system =
        value(&read("/etc/os-release"), "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let version = |program: &str| {
        let output = std::process::Command::new(program).arg("--version").output().ok()?;
        // "Chromium 140.0 built on …", "Mozilla Firefox 140.0esr"
        let text = String::from_utf8(output.stdout).ok()?;
        let words = text.split_whitespace().take_while(|word| *word != "built");
        Some(words.collect::<Vec<_>>().join(" "))
    };
    let browsers = ["chromium", "firefox-esr"].into_iter().filter_map(version).collect::<Vec<_>>().join(", ");
    format!("Machine: {processor}, {cores} cores; {system}; {browsers}.")
}
