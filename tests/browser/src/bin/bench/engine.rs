//! What criterion has measured about the engine, read from where `cargo bench --bench engine` leaves it.

use crate::figures::{Figures, Section, workspace};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

/// What is measured: group, name, and the budget in microseconds.
const MEASURED: [(&str, &str, Option<f64>); 6] = [
    ("event", "answer", None),
    ("event", "spend", None),
    ("event", "counter", None),
    ("event", "tick", None),
    ("event", "answer-and-save", None),
    ("evaluation", "status", Some(20.0)),
];

/// How many events came before.
const HISTORIES: [u64; 3] = [1, 1_000, 100_000];

/// Reads the newest estimates.
pub(crate) fn read(figures: &mut Figures) -> Result<Section> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(workspace()?.join("target"), PathBuf::from);
    for (group, name, budget) in MEASURED {
        for events in HISTORIES {
            let file = target.join(format!("criterion/{group}/{name}/{events}/new/estimates.json"));
            let text = std::fs::read_to_string(&file).with_context(|| {
                format!("{} is missing: `cargo bench --bench engine` makes it", file.display())
            })?;
            let estimates: Value = serde_json::from_str(&text)?;
            let median = &estimates["median"];
            let interval = &median["confidence_interval"];
            let what = format!("{group} `{name}` after {events} events");
            for value in [&interval["lower_bound"], &median["point_estimate"], &interval["upper_bound"]] {
                figures.note(&what, "µs", budget, value.as_f64().context("no estimate")? / 1e3);
            }
        }
    }
    Ok(Section {
        name: "engine",
        heading: "What the engine takes",
        about: "`cargo xtask bench engine`: criterion, native code, medians with their intervals of confidence. What is kept is\n\
                bounded: from about 1,000 events on nothing takes longer the more has happened."
            .to_owned(),
    })
}
