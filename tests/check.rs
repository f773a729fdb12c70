//! The background check: what it opens, reads, closes and reports, and what it never does.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Effect, Event, NoticeKind, TabChange, TabId};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};
use refill_watch::{UtcMillis, view};
use serde_json::json;
use support::machine::{Dice, Machine};
use support::scenes::at;
use support::{attribute, elements, visible_text};

/// The tab that the browser opens for a check.
const BEHIND: TabId = TabId(7);
const OPENED: Effect = Effect::OpenInBackground;
const CLOSED: Effect = Effect::CloseTab(BEHIND);

fn free_account(now: &str) -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at(now));
    machine.look(&json!({"subscriptionTokens": 72}));
    machine.close();
    machine
}

/// The browser opens the tab, and its page begins to load.
fn open(machine: &mut Machine) {
    machine.event(Event::CheckIsOpen { tab: Some(BEHIND) });
    machine.event(Event::Tab { tab: BEHIND, state: TabChange::Loaded });
}

fn popup(machine: &Machine) -> String {
    visible_text(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree)
}

#[test]
fn the_button_opens_a_tab_reads_its_answer_closes_it_and_says_what_it_found() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    assert_eq!(machine.count(&OPENED), 1);
    assert!(popup(&machine).contains("Leonardo is open in a background tab"));
    open(&mut machine);
    assert_eq!(machine.count(&CLOSED), 0);
    machine.now = machine.now.plus(3 * SECOND);
    machine.answer_in(BEHIND, &json!({"subscriptionTokens": 150}));
    assert_eq!(machine.count(&CLOSED), 1);
    let said = popup(&machine);
    assert!(said.contains("Checked just now: 72 → 150."), "{said}");
    assert!(said.contains("The next check can start 12:20"), "{said}");
    machine.event(Event::Tab { tab: BEHIND, state: TabChange::Closed });
    machine.wait_until(machine.now.plus(HOUR));
    assert_eq!((machine.count(&OPENED), machine.count(&CLOSED)), (1, 1));
}

#[test]
fn an_answer_that_overtakes_the_news_of_which_tab_was_opened_counts_as_well() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    machine.look_in(BEHIND, &json!({"subscriptionTokens": 150}));
    assert_eq!(machine.count(&CLOSED), 0, "it may be a tab of the user's");
    machine.event(Event::CheckIsOpen { tab: Some(BEHIND) });
    assert_eq!(machine.count(&CLOSED), 1);
}

#[test]
fn a_check_whose_tab_the_user_closes_is_over_at_once() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    open(&mut machine);
    machine.event(Event::Tab { tab: BEHIND, state: TabChange::Closed });
    let said = popup(&machine);
    assert!(!said.contains("Leonardo is open in a background tab") && !said.contains("Checked"), "{said}");
    machine.wait_until(machine.now.plus(HOUR));
    assert_eq!((machine.count(&OPENED), machine.count(&CLOSED)), (1, 0));
}

#[test]
fn a_tab_that_the_user_has_looked_at_is_never_closed() {
    for when in ["before the page loads", "before the answer", "at the answer"] {
        let mut machine = free_account("2026-11-23T00:10:00Z");
        machine.act(Action::Check);
        machine.event(Event::CheckIsOpen { tab: Some(BEHIND) });
        if when == "before the page loads" {
            machine.event(Event::InFront { tab: BEHIND });
        }
        machine.event(Event::Tab { tab: BEHIND, state: TabChange::Loaded });
        if when != "before the page loads" {
            machine.event(Event::InFront { tab: BEHIND });
        }
        if when == "before the answer" {
            machine.end_background(false);
        }
        machine.answer_in(BEHIND, &json!({"subscriptionTokens": 150}));
        machine.wait_until(machine.now.plus(HOUR));
        assert_eq!(machine.count(&CLOSED), 0, "{when}");
        assert!(popup(&machine).contains("72 → 150"), "{when}");
    }
}

#[test]
fn a_page_that_sends_nothing_is_closed_after_a_minute_even_if_the_background_ended() {
    for ended in [false, true] {
        let mut machine = free_account("2026-11-23T00:10:00Z");
        machine.act(Action::Check);
        open(&mut machine);
        if ended {
            machine.end_background(false);
        }
        machine.wait_until(machine.now.plus(59 * SECOND));
        assert_eq!(machine.count(&CLOSED), 0);
        machine.wait_until(machine.now.plus(SECOND));
        assert_eq!(machine.count(&CLOSED), 1);
        assert!(popup(&machine).contains("the page sent no balance"), "{}", popup(&machine));
    }
}

#[test]
fn a_tab_that_cannot_be_opened_and_a_browser_that_was_shut_end_the_check() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    machine.event(Event::CheckIsOpen { tab: None });
    assert!(popup(&machine).contains("the page sent no balance"));
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    open(&mut machine);
    // After that, tabs have new numbers: ours may be anybody's.
    machine.end_background(true);
    machine.wait_until(machine.now.plus(HOUR));
    assert_eq!(machine.count(&CLOSED), 0);
}

#[test]
fn no_two_checks_begin_within_ten_minutes_and_none_while_signed_out() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    for _ in 0..3 {
        machine.act(Action::Check);
        machine.now = machine.now.plus(10 * SECOND);
    }
    open(&mut machine);
    machine.sign_out_in(BEHIND);
    assert_eq!((machine.count(&OPENED), machine.count(&CLOSED)), (1, 1));
    let said = popup(&machine);
    assert!(said.contains("wants you to sign in again") && said.contains("sign in first"), "{said}");
    machine.now = machine.now.plus(DAY);
    machine.act(Action::Check);
    assert_eq!(machine.count(&OPENED), 1);
    machine.look(&json!({"subscriptionTokens": 150}));
    machine.act(Action::Check);
    assert_eq!(machine.count(&OPENED), 2);
}

#[test]
fn a_tab_that_comes_after_the_check_was_given_up_is_closed_all_the_same() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    machine.wait_until(machine.now.plus(2 * MINUTE));
    machine.event(Event::CheckIsOpen { tab: Some(BEHIND) });
    assert_eq!(machine.count(&CLOSED), 1);
}

#[test]
fn while_a_check_is_under_way_the_popup_goes_on_to_show_what_is_known() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.act(Action::Check);
    open(&mut machine);
    let said = popup(&machine);
    assert!(said.contains("72") && !said.contains("Waiting for"), "{said}");
}

#[test]
fn a_page_cannot_begin_a_check() {
    let mut machine = free_account("2026-11-23T00:10:00Z");
    machine.event(Event::Act { tab: Some(BEHIND), action: Action::Check });
    assert_eq!(machine.count(&OPENED), 0);
}

#[test]
fn by_itself_it_begins_five_minutes_after_the_due_time_only_where_that_is_wanted() {
    for wanted in [false, true] {
        let mut machine = free_account("2026-11-22T20:00:00Z");
        if wanted {
            machine.set("check_auto", "on");
        }
        machine.wait_until(at("2026-11-23T00:30:00Z"));
        let expected: Vec<UtcMillis> = wanted.then_some(at("2026-11-23T00:05:00Z")).into_iter().collect();
        let begun: Vec<_> =
            machine.asked.iter().filter(|(_, asked)| *asked == OPENED).map(|(at, _)| *at).collect();
        assert_eq!(begun, expected);
    }
}

#[test]
fn what_a_check_by_itself_found_is_told_once_and_not_beside_a_reminder_of_the_same() {
    for reminded in [false, true] {
        let mut machine = free_account("2026-11-22T20:00:00Z");
        machine.set("check_auto", "on");
        if reminded {
            machine.set("remind_confirmed", "on");
        }
        machine.wait_until(at("2026-11-23T00:05:00Z"));
        open(&mut machine);
        machine.answer_in(BEHIND, &json!({"subscriptionTokens": 150}));
        let kinds: Vec<_> = machine.told.iter().map(|(_, notice)| notice.kind).collect();
        assert_eq!(kinds, [if reminded { NoticeKind::Confirmed } else { NoticeKind::Checked }]);
        assert_eq!(machine.last_words().title, "150 tokens are in");
        machine.event(Event::Tab { tab: BEHIND, state: TabChange::Closed });
        machine.wait_until(at("2026-11-23T23:00:00Z"));
        assert_eq!(machine.told.len(), 1);
        assert_eq!(machine.count(&OPENED), 1, "it has come, so there is nothing more to look for");
    }
}

#[test]
fn a_refill_that_is_out_is_looked_for_every_hour_until_late_ones_are_over() {
    let mut machine = free_account("2026-11-22T20:00:00Z");
    machine.set("check_auto", "on");
    let mut begun = Vec::new();
    while machine.now < at("2026-11-23T23:00:00Z") {
        let before = machine.count(&OPENED);
        machine.wait_until(machine.now.plus(MINUTE));
        if machine.count(&OPENED) > before {
            begun.push(machine.now);
            open(&mut machine);
            machine.answer_in(BEHIND, &json!({"subscriptionTokens": 72}));
            machine.event(Event::Tab { tab: BEHIND, state: TabChange::Closed });
        }
    }
    let hours: Vec<String> = begun.iter().map(|at| at.to_string()[11..16].to_owned()).collect();
    assert_eq!(hours, ["00:05", "01:05", "02:05", "03:05", "04:05"]);
    assert_eq!(machine.last_words().title, "Fast tokens: the refill is 4 hr, 5 min late");
}

#[test]
fn checks_that_bring_nothing_end_after_two_until_a_page_is_answered_again() {
    let mut machine = free_account("2026-11-22T20:00:00Z");
    machine.set("check_auto", "on");
    machine.wait_until(at("2026-11-25T12:00:00Z"));
    assert_eq!(machine.count(&OPENED), 2);
    machine.look(&json!({"subscriptionTokens": 60}));
    machine.close();
    machine.wait_until(at("2026-11-26T00:10:00Z"));
    assert_eq!(machine.count(&OPENED), 3);
}

#[test]
fn a_full_pool_has_nothing_to_be_looked_for() {
    let mut machine = free_account("2026-11-22T20:00:00Z");
    machine.set("check_auto", "on");
    machine.look(&json!({"subscriptionTokens": 150}));
    machine.close();
    machine.wait_until(at("2026-11-23T12:00:00Z"));
    assert_eq!(machine.count(&OPENED), 0);
}

#[test]
fn over_weeks_of_any_course_of_events_the_limits_hold() {
    let mut tried = 0;
    for seed in 0..8 {
        let mut machine = free_account("2026-11-22T20:00:00Z");
        machine.set("check_auto", "on");
        let mut dice = Dice(seed);
        let (mut by_hand, mut signed_out) = (Vec::new(), false);
        while machine.now < at("2026-12-20T00:00:00Z") {
            let before = machine.count(&OPENED);
            match dice.roll(8) {
                0 => machine.end_background(dice.roll(2) == 0),
                1 => machine.sleep_until(machine.now.plus(dice.roll(600) as i64 * MINUTE)),
                2 => {
                    machine.act(Action::Check);
                    if machine.count(&OPENED) > before {
                        by_hand.push(machine.now);
                    }
                }
                3 => open(&mut machine),
                4 => machine.answer_in(BEHIND, &json!({"subscriptionTokens": dice.roll(150)})),
                5 => machine.sign_out_in(BEHIND),
                6 => machine.event(Event::Tab { tab: BEHIND, state: TabChange::Closed }),
                _ => machine.wait_until(machine.now.plus(dice.roll(90) as i64 * MINUTE)),
            }
            assert!(!signed_out || machine.count(&OPENED) == before, "a check began while signed out");
            signed_out = machine.state.can_check(machine.now) == Err(refill_watch::state::NoCheck::SignedOut);
        }
        let begun: Vec<_> =
            machine.asked.iter().filter(|(_, asked)| *asked == OPENED).map(|(at, _)| *at).collect();
        assert!(begun.windows(2).all(|two| two[1].since(two[0]) >= 10 * MINUTE), "seed {seed}: {begun:?}");
        let by_itself: Vec<_> = begun.iter().filter(|at| !by_hand.contains(at)).collect();
        tried += by_itself.len();
        assert!(
            by_itself.windows(7).all(|week| week[6].since(*week[0]) >= DAY),
            "seed {seed}: {by_itself:?}"
        );
    }
    assert!(tried > 40, "only {tried} began by themselves");
}

#[test]
fn the_button_is_for_accounts_that_are_known() {
    let button = |machine: &Machine| {
        let tree = view::popup(&machine.state, machine.now.into(), machine.reader()).tree;
        let all = elements(&tree);
        all.iter().any(|element| attribute(element, "data-action") == Some("check"))
    };
    assert!(!button(&Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"))));
    assert!(button(&free_account("2026-11-22T20:00:00Z")));
}
