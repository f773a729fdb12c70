//! The engine from outside: one JSON event per line in, one JSON line out.
//!
//! The format is that of "Save diagnostics", so that a user's case can be replayed.

use super::event::{Event, TabId};
use super::{AccountId, State, Status, settings};
use crate::balance::Pool;
use crate::time::{Basis, DeviceTime, TimestampError, UtcMillis, parse_timestamp};
use crate::verdict::Manual;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// One input line, as diagnostics write it: what happened, and when.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The time, by the clock of the computer it happened on.
    #[serde(serialize_with = "as_text")]
    pub at: UtcMillis,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// One output line: the status of a tab after an event.
#[derive(Clone, Debug, Serialize)]
struct Said<'a> {
    at: &'a str,
    tab: Option<TabId>,
    account: Option<&'a AccountId>,
    verdict: &'static str,
    reason: Option<&'static str>,
    late_by_s: i64,
    notes: Vec<&'static str>,
    pools: Vec<SaidPool>,
}

#[derive(Clone, Debug, Serialize)]
struct SaidPool {
    pool: Pool,
    amount: Value,
    as_of: Option<String>,
    next_refill: Option<String>,
    basis: Option<&'static str>,
}

/// The output for a line that could not be read.
#[derive(Clone, Debug, Serialize)]
struct Unread {
    error: String,
    line: u64,
}

/// Why a line could not be read.
#[derive(Debug, thiserror::Error)]
enum BadLine {
    #[error("not JSON: {0}")]
    NotJson(serde_json::Error),
    #[error("`at` is missing: when it happened, RFC 3339 in UTC")]
    NoInstant,
    #[error("`at`: {0}")]
    At(TimestampError),
    #[error("{0}")]
    Event(serde_json::Error),
    #[error("{0}")]
    Setting(settings::SettingError),
    #[error("`answered_at`: {0}")]
    AnsweredAt(TimestampError),
}

fn as_text<S: Serializer>(at: &UtcMillis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// A running replay.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    state: State,
    lines: u64,
    last_tab: Option<TabId>,
}

impl Replay {
    /// Takes one line and returns one line: the status after it, or what was wrong with it. A line that cannot be
    /// read changes nothing.
    pub fn line(&mut self, line: &str) -> String {
        self.lines += 1;
        match read(line) {
            Ok((at, text, event)) => self.step(at, &text, event),
            Err(error) => to_line(&Unread { error: error.to_string(), line: self.lines }),
        }
    }

    /// The state after the lines so far.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    fn step(&mut self, at: DeviceTime, text: &str, event: Event) -> String {
        let tab = match &event {
            Event::Answer(answer) => Some(answer.tab),
            Event::Counter { tab, .. }
            | Event::Spend { tab, .. }
            | Event::Tab { tab, .. }
            | Event::Candidates { tab, .. }
            | Event::Picked { tab, .. }
            | Event::Back { tab, .. }
            | Event::Unread { tab, .. }
            | Event::OnApiPage { tab, .. }
            | Event::InFront { tab }
            | Event::Behind { tab }
            | Event::Unsent { tab, .. }
            | Event::FreshReload { tab } => Some(*tab),
            Event::Device { .. }
            | Event::Settings { .. }
            | Event::Tick
            | Event::Act { .. }
            | Event::CheckIsOpen { .. }
            | Event::Synced { .. }
            | Event::MayClear
            | Event::Cleared { .. }
            | Event::Zone { .. } => None,
        };
        if matches!(event, Event::Answer(_)) {
            self.last_tab = tab;
        }
        self.state.handle(event, at);
        let tab = tab.or(self.last_tab);
        // A closed tab is judged by what its account knows.
        let open = tab.filter(|tab| self.state.tab(*tab).is_some());
        let status = self.state.status(open, at);
        to_line(&said(text, tab, &status))
    }
}

fn said<'a>(at: &'a str, tab: Option<TabId>, status: &Status<'a>) -> Said<'a> {
    let text = |at: Option<UtcMillis>| at.map(|at| at.to_string());
    let pools = status.pools.iter().filter_map(|row| {
        Some(SaidPool {
            pool: row.pool,
            amount: row.amount?.to_json(),
            as_of: text(row.as_of),
            next_refill: text(row.next_refill),
            basis: row.basis.map(Basis::word),
        })
    });
    let verdict = &status.judgement.verdict;
    Said {
        at,
        tab,
        account: status.account.map(|(id, _)| id),
        verdict: verdict.word(),
        reason: verdict.reason(),
        late_by_s: verdict.late_by(status.now) / 1000,
        notes: status.judgement.notes.iter().map(|note| note.word()).collect(),
        pools: pools.collect(),
    }
}

/// All of these types can be serialised.
fn to_line(said: &impl Serialize) -> String {
    serde_json::to_string(said).unwrap_or_default()
}

fn read(line: &str) -> Result<(DeviceTime, String, Event), BadLine> {
    let value: Value = serde_json::from_str(line).map_err(BadLine::NotJson)?;
    let text = value.get("at").and_then(Value::as_str).ok_or(BadLine::NoInstant)?.to_owned();
    let at = parse_timestamp(&text).map_err(BadLine::At)?.into();
    let event: Event = serde_json::from_value(value).map_err(BadLine::Event)?;
    match &event {
        Event::Settings { set } => {
            for (key, value) in set {
                settings::set(&mut Manual::default(), key, value).map_err(BadLine::Setting)?;
            }
        }
        Event::Device { answer, .. } => {
            parse_timestamp(&answer.answered_at).map_err(BadLine::AnsweredAt)?;
        }
        _ => {}
    }
    Ok((at, text, event))
}
