//! The engine from outside: one JSON event a line in, one JSON line out.
//!
//! The format is that of "Save diagnostics", so that a user's case can be replayed.

use super::event::{Event, TabId};
use super::{State, settings};
use crate::time::{UtcMillis, parse_timestamp};
use crate::verdict::Manual;
use serde_json::{Value, json};

/// A replay under way.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    state: State,
    lines: u64,
    last_tab: Option<TabId>,
}

impl Replay {
    /// Takes one line and returns one line: the status after it, or what was wrong with it. A line that
    /// cannot be read changes nothing.
    pub fn line(&mut self, line: &str) -> String {
        self.lines += 1;
        match read(line) {
            Ok((at, text, event)) => self.step(at, &text, event).to_string(),
            Err(error) => json!({"error": error, "line": self.lines}).to_string(),
        }
    }

    fn step(&mut self, at: UtcMillis, text: &str, event: Event) -> Value {
        let tab = match &event {
            Event::Answer { tab, .. }
            | Event::Counter { tab, .. }
            | Event::Spend { tab, .. }
            | Event::Tab { tab, .. }
            | Event::Candidates { tab, .. }
            | Event::Picked { tab, .. }
            | Event::Back { tab, .. }
            | Event::Unread { tab, .. }
            | Event::OnApiPage { tab, .. }
            | Event::InFront { tab }
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
        if matches!(event, Event::Answer { .. }) {
            self.last_tab = tab;
        }
        self.state.handle(event, at);
        let tab = tab.or(self.last_tab);
        // A tab that was closed is judged by what its account knows.
        let open = tab.filter(|tab| self.state.tab(*tab).is_some());
        let status = self.state.status(open, at);
        let pools: Vec<Value> = status
            .pools
            .iter()
            .filter_map(|row| {
                Some(json!({
                    "pool": row.pool.word(),
                    "amount": row.amount?.to_json(),
                    "as_of": row.as_of.map(|at| at.to_string()),
                    "next_refill": row.next_refill.map(|at| at.to_string()),
                    "basis": row.basis.map(crate::time::Basis::word),
                }))
            })
            .collect();
        json!({
            "at": text,
            "tab": tab,
            "account": status.account.map(|(id, _)| id.to_string()),
            "verdict": status.judgement.verdict.word(),
            "reason": status.judgement.verdict.reason(),
            "late_by_s": status.judgement.verdict.late_by(status.now) / 1000,
            "notes": status.judgement.notes.iter().map(|note| note.word()).collect::<Vec<_>>(),
            "pools": pools,
        })
    }
}

fn read(line: &str) -> Result<(UtcMillis, String, Event), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let text = value
        .get("at")
        .and_then(Value::as_str)
        .ok_or("`at` is missing: when it happened, RFC 3339 in UTC")?;
    let at = parse_timestamp(text).map_err(|error| format!("`at`: {error}"))?;
    let text = text.to_owned();
    let event: Event = serde_json::from_value(value).map_err(|error| error.to_string())?;
    match &event {
        Event::Settings { set } => {
            for (key, value) in set {
                settings::set(&mut Manual::default(), key, value).map_err(|error| error.to_string())?;
            }
        }
        Event::Device { answer, .. } => {
            parse_timestamp(&answer.answered_at).map_err(|error| format!("`answered_at`: {error}"))?;
        }
        _ => {}
    }
    Ok((at, text, event))
}
