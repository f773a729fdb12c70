//! One-time messages: what the banner is, and that the toolbar button can be pinned.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::Event;
use refill_watch::state::{Action, Effect};
use refill_watch::time::{DAY, HOUR, MINUTE};
use refill_watch::view;
use serde_json::json;
use support::machine::{Machine, TAB};
use support::scenes::at;
use support::{attribute, elements, visible_text};

const INTRODUCED: &str = "Refill Watch says whether the number on this page is right";
const PIN: &str = "pin the button";

fn met() -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 72}));
    machine
}

fn banner(machine: &Machine) -> String {
    visible_text(&view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree)
}

fn popup(machine: &Machine) -> String {
    visible_text(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree)
}

#[test]
fn the_banner_says_what_it_is_when_it_first_meets_an_account_and_opens_no_page() {
    let machine = met();
    let tree = view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree;
    assert_eq!(attribute(&tree, "data-size"), Some("line"));
    assert_eq!(attribute(&tree, "data-verdict"), Some("fresh"));
    assert!(visible_text(&tree).contains(INTRODUCED));
    let opens = |effect: &Effect| {
        matches!(
            effect,
            Effect::OpenApp | Effect::OpenPage(_) | Effect::OpenOptions | Effect::OpenInBackground
        )
    };
    assert!(!machine.asked.iter().any(|(_, effect)| opens(effect)));
}

#[test]
fn before_an_account_is_met_nothing_is_introduced() {
    let machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    assert!(!banner(&machine).contains(INTRODUCED));
}

#[test]
fn whatever_is_pressed_on_the_banner_ends_it_for_good() {
    for action in [Action::GotIt, Action::Expand, Action::Fold, Action::PutAway, Action::FreshReload] {
        let mut machine = met();
        machine.event(Event::Act { tab: Some(TAB), action: action.clone() });
        machine.event(Event::Act { tab: None, action: Action::Show });
        machine.end_background(true);
        machine.look(&json!({"subscriptionTokens": 72}));
        assert!(!banner(&machine).contains(INTRODUCED), "{action:?}");
    }
    // All is well, so it is a pill again.
    let mut machine = met();
    machine.event(Event::Act { tab: Some(TAB), action: Action::GotIt });
    let tree = view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree;
    assert_eq!(attribute(&tree, "data-size"), Some("pill"));
}

#[test]
fn it_does_not_stand_for_longer_than_a_day_and_a_second_account_is_met_without_it() {
    let mut machine = met();
    machine.wait_until(machine.now.plus(DAY - HOUR));
    assert!(banner(&machine).contains(INTRODUCED));
    machine.wait_until(machine.now.plus(HOUR));
    assert!(!banner(&machine).contains(INTRODUCED));
    machine.look(&json!({"id": "bob", "subscriptionTokens": 20}));
    assert!(!banner(&machine).contains(INTRODUCED));
}

#[test]
fn pinning_is_suggested_once_to_who_has_a_number_and_no_button() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    assert!(!machine.state.wants_pin_state(), "there is no number yet");
    machine.look(&json!({"subscriptionTokens": 72}));
    assert!(machine.state.wants_pin_state());
    machine.state.note_pin(false, machine.now.into());
    machine.event(Event::Tick);
    assert!(popup(&machine).contains(PIN) && !machine.state.wants_pin_state());
    machine.wait_until(machine.now.plus(10 * MINUTE));
    assert!(!popup(&machine).contains(PIN), "it is said again");
    machine.end_background(true);
    assert!(!machine.state.wants_pin_state(), "it will be said again");
}

#[test]
fn pinning_is_not_suggested_to_who_has_the_button_or_has_read_it() {
    let mut machine = met();
    machine.state.note_pin(true, machine.now.into());
    assert!(!popup(&machine).contains(PIN));
    let mut machine = met();
    machine.state.note_pin(false, machine.now.into());
    machine.act(Action::GotIt);
    assert!(!popup(&machine).contains(PIN));
    // It is not the banner's sentence.
    assert!(banner(&machine).contains(INTRODUCED));
}

#[test]
fn each_browser_is_told_its_own_way() {
    let mut machine = met();
    machine.state.note_pin(false, machine.now.into());
    assert!(popup(&machine).contains("then the pin beside"));
    machine.state.browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into();
    assert!(popup(&machine).contains("then the gear beside"));
    let tree = view::popup(&machine.state, machine.now.into(), machine.reader()).tree;
    assert_eq!(elements(&tree).iter().filter(|element| attribute(element, "data-pin").is_some()).count(), 1);
}
