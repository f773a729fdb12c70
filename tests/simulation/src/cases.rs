//! Examples of wrong and of silent verdicts, as files that `cargo xtask replay` takes, with the truth beside each.

use crate::report::time;
use crate::tally::{Case, Cause, Tally};
use crate::truth::Class;
use crate::world::{Browser, Plot};
use anyhow::{Context, Result};
use refill_watch::state::replay::Replay;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a case is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Wrong verdicts.
    Wrong,
    /// Trouble that was true and went untold.
    Silent,
}

/// Replaces what is in `dir` with up to `most` cases: one of each cause, then a second of each, and so on. Returns
/// the replay files.
///
/// # Errors
/// When the folder cannot be cleared or written.
pub fn write(
    causes: &BTreeMap<String, Cause>,
    kind: Kind,
    plot: Plot,
    dir: &Path,
    most: usize,
) -> Result<Vec<PathBuf>> {
    // Files that an earlier run left would look like this one's.
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot clear {}", dir.display()))?;
    }
    let order = in_turn(causes, kind);
    let rounds = causes.values().map(|cause| cause.cases.len()).max().unwrap_or(0);
    let chosen = (0..rounds)
        .flat_map(|round| {
            order.iter().filter_map(move |(name, cause)| Some((*name, cause.cases.get(round)?)))
        })
        .take(most);
    let mut files = Vec::new();
    for (number, (cause, case)) in chosen.enumerate() {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let evaluation = case.evaluation;
        let name = format!(
            "{:02}-said-{}-true-{}-browser-{}",
            number + 1,
            evaluation.said.word(),
            evaluation.truth.word(),
            evaluation.browser
        );
        let (lines, shown) = lines(case, plot);
        let file = dir.join(format!("{name}.jsonl"));
        fs::write(&file, lines.join("\n") + "\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
        let mut truth = format!(
            "cause: {cause}\ntab {} at {}\n{}",
            evaluation.tab,
            time(evaluation.at),
            case.description
        );
        if !shown {
            truth.push_str("the last line of the replay speaks of another tab\n");
        }
        fs::write(dir.join(format!("{name}.txt")), truth)?;
        files.push(file);
    }
    Ok(files)
}

/// The causes in the order to write them. Verdicts take turns, each with its worst cause first, so that one that is
/// often wrong does not crowd out one that rarely is. Among silent cases, the true classes take turns instead.
fn in_turn(causes: &BTreeMap<String, Cause>, kind: Kind) -> Vec<(&String, &Cause)> {
    let mut worst: Vec<_> = causes.iter().collect();
    worst.sort_by_key(|(name, cause)| (Reverse(cause.episodes), (*name).clone()));
    let mut taken = BTreeMap::<Class, u32>::new();
    let mut turns: Vec<_> = worst
        .into_iter()
        .map(|(name, cause)| {
            let class = |case: &Case| match kind {
                Kind::Wrong => case.evaluation.said,
                Kind::Silent => case.evaluation.truth,
            };
            let class = cause.cases.first().map_or(Class::Unknown, class);
            let turn = taken.entry(class).or_default();
            *turn += 1;
            (*turn, (name, cause))
        })
        .collect();
    turns.sort_by_key(|(turn, (_, cause))| (*turn, Reverse(cause.episodes)));
    turns.into_iter().map(|(_, cause)| cause).collect()
}

/// Runs the story again, up to the case, and records its events. Returns the replay, and whether its last line shows
/// the verdict.
fn lines(case: &Case, plot: Plot) -> (Vec<String>, bool) {
    let evaluation = case.evaluation;
    let mut browser = Browser::new(Plot { number: evaluation.browser, ..plot }, true);
    browser.live(&mut Tally::seeking(evaluation));
    let mut lines = browser.engine.replay(evaluation.events);
    let sought = Some((evaluation.said.word().to_owned(), evaluation.tab));
    if last_verdict(&lines) == sought {
        return (lines, true);
    }
    // A look is no event, so no line may show its verdict. A tick does, for the tab that was answered last. For
    // another tab, its counter sent again does, and that changes nothing.
    let at = browser.engine.raw(evaluation.at).to_string();
    let counter = json!({"at": at, "event": "counter", "tab": evaluation.tab, "text": browser.counter_of(evaluation.tab)});
    for look in [json!({"at": at, "event": "tick"}), counter] {
        lines.push(look.to_string());
        if last_verdict(&lines) == sought {
            return (lines, true);
        }
        lines.pop();
    }
    (lines, false)
}

/// The verdict after the last line, and the tab it is about.
fn last_verdict(lines: &[String]) -> Option<(String, i64)> {
    let mut replay = Replay::default();
    let last = lines.iter().map(|line| replay.line(line)).last()?;
    let value: Value = serde_json::from_str(&last).ok()?;
    Some((value.get("verdict")?.as_str()?.to_owned(), value.get("tab")?.as_i64()?))
}
