//! The user chooses the age at which a number looks old.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, OldAfter, Setting, State};
use refill_watch::time::{HOUR, MINUTE, UtcMillis, parse_timestamp};
use refill_watch::view;
use serde_json::json;
use support::machine::Machine;
use support::visible_text;

/// A page that got 72 an hour after the refill, so that nothing else happens for 23 hours.
fn told() -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, parse_timestamp("2026-11-22T01:00:00Z").unwrap());
    machine.look(&json!({"subscriptionTokens": 72}));
    machine
}

fn says_up_to_date(machine: &Machine) -> bool {
    let now = machine.now.into();
    visible_text(&view::popup(&machine.state, now, machine.reader()).tree).contains("Up to date")
}

/// When the badge is next redrawn with nobody looking.
fn next(machine: &Machine) -> UtcMillis {
    UtcMillis(machine.state.next_wake(machine.now.into()).unwrap().0)
}

#[test]
fn a_number_looks_old_from_the_chosen_age_on_and_not_before() {
    for (word, hours) in [("1", 1), ("3", 3), ("6", 6), ("12", 12)] {
        let mut machine = told();
        let begun = machine.now;
        machine.set("old_after", word);
        machine.wait_until(begun.plus(hours * HOUR - MINUTE));
        assert!(says_up_to_date(&machine), "{word}");
        assert_eq!(next(&machine), begun.plus(hours * HOUR), "{word}: the badge tells it by itself");
        machine.wait_until(begun.plus(hours * HOUR));
        assert!(!says_up_to_date(&machine), "{word}");
        let badge = view::badge(&machine.state, machine.now.into(), machine.reader());
        assert_eq!(badge.text, format!("{word}h"));
    }
}

#[test]
fn without_a_choice_it_is_three_hours_and_never_means_never() {
    let mut machine = told();
    let begun = machine.now;
    machine.wait_until(begun.plus(3 * HOUR));
    assert!(!says_up_to_date(&machine));
    machine.set("old_after", "never");
    assert!(says_up_to_date(&machine));
    machine.wait_until(begun.plus(20 * HOUR));
    assert!(says_up_to_date(&machine));
}

#[test]
fn the_choice_is_kept_and_what_is_no_choice_is_not_taken() {
    let mut machine = told();
    machine.set("old_after", "6");
    machine.act(Action::Set { key: Setting::OldAfter, value: "5".into() });
    assert_eq!(machine.state.refused_setting().unwrap().typed, "5");
    machine.end_background(true);
    assert_eq!(machine.state.banner.old_after, OldAfter::Six);
    assert_eq!(State::default().banner.old_after, OldAfter::Three);
}
