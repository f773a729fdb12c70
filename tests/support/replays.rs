//! Cases as replay lines: what a site answers, and what the engine says.

use refill_watch::state::replay::Replay;
use serde_json::{Value, json};

/// Replays events and returns what the engine said after each.
pub fn replay(events: &[Value]) -> Vec<Value> {
    let mut replay = Replay::default();
    events.iter().map(|event| serde_json::from_str(&replay.line(&event.to_string())).unwrap()).collect()
}

/// The engine's output after the last event.
pub fn last(events: &[Value]) -> Value {
    replay(events).pop().unwrap()
}

pub fn answer(at: &str, tab: i64, fast: i64) -> Value {
    free(at, tab, json!({"subscriptionTokens": fast}))
}

/// An answer of a free account, with `fields` beside id and plan.
pub fn free(at: &str, tab: i64, fields: Value) -> Value {
    details(at, tab, json!({"id": "ada", "plan": "FREE", "paidTokens": 0}), fields)
}

/// An answer of an Essential account.
pub fn paid(at: &str, tab: i64, fast: i64, renewal: &str) -> Value {
    let fields = json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal});
    details(
        at,
        tab,
        json!({"id": "grace", "plan": "APPRENTICE_V2", "rolloverTokens": 500, "paidTokens": 0}),
        fields,
    )
}

/// The same, with the rollover bank's amount.
pub fn banked(at: &str, fast: i64, bank: i64, renewal: &str) -> Value {
    let fields = json!({"subscriptionTokens": fast, "rolloverTokens": bank, "tokenRenewalDate": renewal});
    details(at, 1, json!({"id": "grace", "plan": "APPRENTICE_V2", "paidTokens": 0}), fields)
}

pub fn details(at: &str, tab: i64, mut base: Value, fields: Value) -> Value {
    base.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"at": at, "event": "answer", "tab": tab, "body": {"data": {"user_details": [base]}}})
}

pub fn tick(at: &str) -> Value {
    json!({"at": at, "event": "tick"})
}

pub fn pool<'a>(said: &'a Value, name: &str) -> &'a Value {
    said["pools"].as_array().unwrap().iter().find(|pool| pool["pool"] == name).unwrap_or(&Value::Null)
}

pub fn notes(said: &Value) -> Vec<&str> {
    said["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect()
}

/// The verdict after each event.
pub fn verdicts(said: &[Value]) -> Vec<&str> {
    said.iter().map(|line| line["verdict"].as_str().unwrap()).collect()
}

/// A cost in this browser.
pub fn spend(at: &str, tab: i64, tokens: u64) -> Value {
    json!({"at": at, "event": "spend", "tab": tab, "tokens": tokens})
}

/// The page's counter shows this text.
pub fn counter(at: &str, tab: i64, text: &str) -> Value {
    json!({"at": at, "event": "counter", "tab": tab, "text": text})
}
