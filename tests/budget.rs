//! How long tokens last, the warning that they run low, and API credits as a separate pool.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Event, Setting, TabId};
use refill_watch::view;
use serde_json::json;
use support::machine::{Machine, TAB};
use support::scenes::{at, scenes};
use support::visible_text;

fn popup(machine: &Machine) -> String {
    visible_text(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree)
}

/// A paid account that has spent 2,000 a day for a week.
fn spender(left: u64) -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-15T12:00:00Z"));
    for day in 0..8 {
        machine.wait_until(at(&format!("2026-11-{:02}T12:00:00Z", 15 + day)));
        machine.look(
            &json!({"plan": "ARTISAN", "subscriptionTokens": left + 2_000 * (7 - day), "tokenRenewalDate": "2026-12-14T10:30:00"}),
        );
    }
    machine
}

#[test]
fn a_pace_that_ends_before_the_refill_names_both_days_and_the_way_to_more() {
    let said = popup(&spender(6_000));
    for part in [
        "The refill is worth 833 a day.",
        "You run out",
        "the refill is due Mon, Dec 14, 10:30",
        "Plans and top-up",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
}

#[test]
fn a_pace_that_lasts_until_the_refill_has_no_last_day() {
    let said = popup(&spender(300_000));
    assert!(said.contains("last until the refill"), "{said}");
    assert!(!said.contains("You run out"), "{said}");
}

#[test]
fn the_warning_comes_below_the_chosen_level_and_not_before_or_unasked() {
    for (level, tokens, warned) in [
        ("off", 0, false),
        ("25", 37, true),
        ("25", 38, false),
        ("10", 15, false),
        ("10", 14, true),
        ("50", 74, true),
    ] {
        let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
        machine.look(&json!({"subscriptionTokens": tokens}));
        machine.set("warn_below", level);
        let said = popup(&machine);
        assert_eq!(said.contains("of your plan's 150"), warned, "{level} with {tokens}: {said}");
        let badge = view::badge(&machine.state, machine.now.into(), machine.reader());
        assert_eq!(badge.color == "#8a5300", warned, "{level} with {tokens}");
        machine.event(Event::Act { tab: Some(TAB), action: Action::Expand });
        let banner =
            visible_text(&view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree);
        assert_eq!(banner.contains("of your plan's 150"), warned, "{level} with {tokens}: {banner}");
    }
}

#[test]
fn a_number_that_is_out_of_date_warns_of_nothing() {
    let mut stale = scenes().into_iter().find(|scene| scene.name == "stale-before-refill").unwrap();
    let set = Action::Set { key: Setting::WarnBelow, value: "50".into() };
    stale.state.handle(Event::Act { tab: None, action: set }, stale.now.into());
    let status = stale.state.status(None, stale.now.into());
    assert_eq!(status.low(stale.state.banner.warn_below), None);
}

#[test]
fn api_credits_without_a_date_are_paid_as_you_go_and_with_one_have_a_schedule_of_their_own() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 72, "apiPaidTokens": 12.5}));
    let said = popup(&machine);
    assert!(said.contains("API credits 12.5") || said.contains("12.50"), "{said}");
    assert!(said.contains("pay as you go"), "{said}");
    machine.look(
        &json!({"subscriptionTokens": 72, "apiSubscriptionTokens": 3_000, "apiPlanTokenRenewalDate": "2026-12-01T09:00:00"}),
    );
    let said = popup(&machine);
    assert!(!said.contains("pay as you go") && said.contains("Tue, Dec 1, 9:00"), "{said}");
}

#[test]
fn the_mix_up_is_explained_on_both_pages() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 0, "apiPaidTokens": 40}));
    let banner = |machine: &mut Machine, tab: TabId| {
        machine.event(Event::Act { tab: Some(tab), action: Action::Expand });
        visible_text(&view::banner(&machine.state, tab, machine.now.into(), machine.reader()).tree)
    };
    let said = banner(&mut machine, TAB);
    assert!(said.contains("Your 40 API credits are separate"), "{said}");
    machine.answer(&json!({"subscriptionTokens": 72, "apiPaidTokens": 40}));
    assert!(!banner(&mut machine, TAB).contains("API credits are"));
    machine.event(Event::OnApiPage { tab: TAB, is: true });
    let said = banner(&mut machine, TAB);
    assert!(
        said.contains("This page shows API credits. The app spends from another pool: 72 fast tokens"),
        "{said}"
    );
}
