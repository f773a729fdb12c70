//! Every published shape of an answer, and many that nobody has seen yet, each with what the reader makes of it.
//!
//! A file in `tests/answers/` is named after its shape (the first column of the table above the reader, in lower
//! case) or its subject. Its `source` says how sure it is that the site sends such an answer.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use refill_watch::balance::{Failure, Operation, Parsed, Request, parse_answer};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Subjects that a file may be named after instead of a shape.
const SUBJECTS: [&str; 4] = ["failed", "date", "hostile", "other"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    source: String,
    team: Option<String>,
    /// `variables.sub` of the request.
    sub: Option<String>,
    operation: Option<Operation>,
    body: Value,
    reads: Value,
}

/// Every file with its name.
fn corpus() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case = serde_json::from_str(&fs::read_to_string(path).unwrap());
        (name.clone(), case.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    cases.sort_by(|(a, _), (b, _)| a.cmp(b));
    cases
}

/// What was read, as a file writes it.
fn as_json(told: &Parsed) -> Value {
    match told {
        Parsed::SpentAndBalance(amount, reading) => {
            let mut read = as_json(&Parsed::Balance(reading.clone()));
            read["spent"] = amount.to_json();
            read
        }
        Parsed::Balance(reading) => {
            let pools: Map<_, _> = reading
                .pools
                .iter()
                .map(|(pool, amount)| (pool.word().to_owned(), amount.to_json()))
                .collect();
            let mut read = json!({
                "kind": "balance",
                "pools": pools,
                "plan": reading.plan,
                "renewal": reading.renewal.map(|at| at.to_string()),
                "api_renewal": reading.api_renewal.map(|at| at.to_string()),
                "owner": reading.owner.user,
                "team": reading.owner.team,
                "refused": reading.refused.iter().map(|refusal| refusal.word()).collect::<Vec<_>>(),
            });
            // Only an answer with a team beside the personal pools has this.
            if let Some(at) = reading.team_renewal {
                read["team_renewal"] = json!(at.to_string());
            }
            read
        }
        Parsed::Spent(amount) => json!({"kind": "spent", "tokens": amount.to_json()}),
        Parsed::Nothing(failure) => json!({"kind": "nothing", "why": word(*failure)}),
        Parsed::Irrelevant => json!({"kind": "irrelevant"}),
    }
}

fn word(failure: Failure) -> &'static str {
    match failure {
        Failure::SignedOut => "signed-out",
        Failure::Refused => "refused",
        Failure::Empty => "empty",
        Failure::Unreadable => "unreadable",
    }
}

/// The shapes in the table above the reader.
fn shapes() -> BTreeSet<String> {
    include_str!("../src/balance/answer.rs")
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .filter_map(|line| Some(line.trim().strip_prefix('|')?.split('|').next()?.trim().to_lowercase()))
        .filter(|cell| cell != "shape" && !cell.starts_with('-'))
        .collect()
}

fn subject(name: &str) -> &str {
    name.split('-').next().unwrap_or(name)
}

#[test]
fn every_answer_is_read_as_it_is_meant() {
    let mut wrong = Vec::new();
    for (name, case) in corpus() {
        let request =
            Request { team: case.team.as_deref(), sub: case.sub.as_deref(), operation: case.operation };
        let read = as_json(&parse_answer(&case.body, request));
        if read != case.reads {
            wrong.push(format!("{name}: {}\n   meant {}\n    read {read}", case.what, case.reads));
        }
    }
    assert!(wrong.is_empty(), "{} read wrongly:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_shape_of_the_table_is_there_and_is_read() {
    let shapes = shapes();
    assert!(shapes.len() >= 5, "{shapes:?}");
    let read: BTreeSet<String> = corpus()
        .into_iter()
        .filter(|(_, case)| matches!(case.reads["kind"].as_str(), Some("balance" | "spent")))
        .map(|(name, _)| subject(&name).to_owned())
        .collect();
    let missing: Vec<_> = shapes.difference(&read).collect();
    assert!(missing.is_empty(), "no answer of {missing:?}");
}

#[test]
fn every_file_is_named_after_its_shape_or_subject_and_tells_its_source() {
    let shapes = shapes();
    for (name, case) in corpus() {
        let subject = subject(&name);
        assert!(shapes.contains(subject) || SUBJECTS.contains(&subject), "{name}");
        assert!(!case.what.is_empty() && !case.source.is_empty(), "{name}");
    }
}
