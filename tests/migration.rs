//! Data stored by earlier versions is read in full. The version that each file in `tests/stored/` names wrote it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use refill_watch::balance::{Amount, Pool};
use refill_watch::state::{Answer, TabId};
use refill_watch::time::{MinuteOfDay, parse_timestamp};
use refill_watch::{Event, State};
use serde_json::{Value, json};

fn stored(text: &str, area: &str) -> Vec<(String, String)> {
    let all: Value = serde_json::from_str(text).unwrap();
    let keys = all[area].as_object().unwrap().iter();
    keys.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// A free account with 100 tokens since the evening before, a refill time set by hand, and a refill that was late.
const VERSION_1: &str = include_str!("stored/version-1.json");

#[test]
fn version_1_is_taken_in_with_nothing_lost_and_nothing_set_aside() {
    let state = State::load(&stored(VERSION_1, "local"), &[]);
    assert_eq!(state.diagnostics.set_aside, []);
    let now = parse_timestamp("2026-11-21T00:50:00Z").unwrap();
    let status = state.status(None, now.into());
    assert_eq!(status.judgement.verdict.word(), "late");
    let (id, account) = status.account.unwrap();
    assert_eq!(account.manual.daily_reset_utc, Some(MinuteOfDay::MIDNIGHT));
    let amounts = [(Pool::Fast, 100), (Pool::TopUp, 40)];
    for (pool, amount) in amounts {
        let row = status.pools.iter().find(|row| row.pool == pool).unwrap();
        assert_eq!(row.amount, Some(Amount::whole(amount)), "{pool:?}");
    }
    assert_eq!(state.days(id).count(), 2);
    assert!(state.detail(id).count() >= 4);
}

#[test]
fn what_version_1_stored_goes_on_as_the_present_version() {
    let mut state = State::load(&stored(VERSION_1, "local"), &[]);
    let now = parse_timestamp("2026-11-21T01:00:00Z").unwrap();
    let details = json!({"id": "a", "plan": "FREE", "subscriptionTokens": 150, "paidTokens": 40});
    let body = json!({"data": {"user_details": [details]}});
    state.handle(Event::Answer(Answer::new(TabId(1), body)), now.into());
    assert_eq!(state.status(Some(TabId(1)), now.into()).judgement.verdict.word(), "refilled");
    let mut local = stored(VERSION_1, "local");
    for unsaved in state.take_unsaved() {
        local.retain(|(key, _)| *key != unsaved.key);
        local.extend(unsaved.value.map(|value| (unsaved.key, value)));
    }
    let again = State::load(&local, &[]);
    assert_eq!(again.diagnostics.set_aside, []);
    assert_eq!(again.status(None, now.into()).judgement.verdict.word(), "refilled");
}

/// A free account with 70 tokens since the evening before, whose refill was late at 00:40; the theme is dark.
const VERSION_2: &str = include_str!("stored/version-2.json");

#[test]
fn version_2_is_taken_in_with_nothing_lost_and_nothing_asked_for_that_the_user_has_not() {
    let state = State::load(&stored(VERSION_2, "local"), &stored(VERSION_2, "session"));
    assert_eq!(state.diagnostics.set_aside, []);
    let now = parse_timestamp("2026-11-21T00:50:00Z").unwrap();
    let status = state.status(Some(TabId(1)), now.into());
    assert_eq!(status.judgement.verdict.word(), "late");
    assert_eq!(status.spendable, Some(Amount::whole(110)));
    let defaults = [
        ("theme", "dark"),
        ("remind_due", "off"),
        ("remind_minutes", "5"),
        ("remind_confirmed", "off"),
        ("remind_late", "off"),
        ("check_auto", "off"),
        ("devices", "off"),
        ("warn_below", "off"),
        ("old_after", "3"),
    ];
    for (key, value) in defaults {
        assert_eq!(state.setting(&key.to_owned().try_into().unwrap()), value, "{key}");
    }
    assert_eq!(state.reminders().watched, []);
}

/// The places of all values in `value`, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, &format!("{at}/{name}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| places(item, &format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

/// What older versions wrote and the present one no longer reads.
const NO_LONGER_READ: [&str; 5] =
    ["reads_spending", "first_spent_at", "risen_at", "unread_fall", "unread_falls"];

#[test]
fn a_value_that_no_version_writes_costs_its_key_and_no_other() {
    for fixture in [VERSION_1, VERSION_2] {
        let whole = stored(fixture, "local");
        for (key, text) in &whole {
            let value: Value = serde_json::from_str(text).unwrap();
            let mut found = Vec::new();
            places(&value, "", &mut found);
            found.retain(|place| !NO_LONGER_READ.iter().any(|name| place.ends_with(name)));
            for place in found {
                // No amount, instant, count or word is ever written like this.
                let mut rotten = value.clone();
                *rotten.pointer_mut(&place).unwrap() = json!(0.5);
                let rotten = rotten.to_string();
                let mut local = whole.clone();
                local.iter_mut().find(|(other, _)| other == key).unwrap().1.clone_from(&rotten);
                let mut state = State::load(&local, &[]);
                let aside: Vec<&str> = state.diagnostics.set_aside.iter().map(|aside| &*aside.key).collect();
                assert_eq!(aside, [key], "{place}");
                let kept =
                    state.take_unsaved().into_iter().find(|unsaved| unsaved.value.as_ref() == Some(&rotten));
                assert!(kept.is_some_and(|kept| kept.key.starts_with("aside:")), "{key} is lost: {place}");
            }
        }
    }
}

#[test]
fn a_history_of_no_time_is_kept_aside() {
    let key = "detail:cfe52243b180e570:20778".to_owned();
    for broken in ["[]", "[0,1000,1000,0,0,0,0,1000,1000,0]", "[-1,1000,1000,0,0,0,0,1000,1000,0]", "[1,2]"] {
        let state = State::load(&[(key.clone(), broken.to_owned())], &[]);
        assert_eq!(state.diagnostics.set_aside.len(), 1, "{broken}");
    }
}
