//! The fresh login: offered when a reload did not help, and carried through whatever the browser closes meanwhile.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Effect, Event, TabChange};
use refill_watch::time::{MINUTE, SECOND};
use refill_watch::view;
use serde_json::json;
use support::machine::{Machine, TAB};
use support::scenes::at;
use support::{attribute, elements, visible_text};

fn offered(machine: &Machine) -> Option<String> {
    let tree = view::popup(&machine.state, machine.now.into(), machine.reader()).tree;
    let folded = elements(&tree)
        .into_iter()
        .find(|element| attribute(element, "data-key") == Some("login_title"))?
        .clone();
    let button = elements(&folded)
        .into_iter()
        .find(|element| attribute(element, "data-action") == Some("fresh-login"))
        .expect("the button");
    attribute(button, "data-value").map(str::to_owned)
}

/// An account whose refill is late, with the tab open.
fn late() -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T23:50:00Z"));
    machine.look(&json!({"subscriptionTokens": 0}));
    machine.wait_until(at("2026-11-23T00:30:00Z"));
    machine.look(&json!({"subscriptionTokens": 0}));
    machine
}

/// A fresh reload that is answered with this many tokens.
fn reload(machine: &mut Machine, tokens: u64) {
    machine.event(Event::Act { tab: Some(TAB), action: Action::FreshReload });
    machine.now = machine.now.plus(SECOND);
    machine.look(&json!({"subscriptionTokens": tokens}));
}

#[test]
fn it_is_offered_when_a_fresh_reload_did_not_help_and_only_then() {
    let mut machine = late();
    assert_eq!(offered(&machine), None);
    reload(&mut machine, 0);
    assert_eq!(offered(&machine).as_deref(), Some("browsingData"));
    let mut helped = late();
    reload(&mut helped, 150);
    assert_eq!(offered(&helped), None);
    let mut silent = late();
    silent.event(Event::Act { tab: Some(TAB), action: Action::FreshReload });
    silent.wait_until(silent.now.plus(MINUTE));
    assert!(offered(&silent).is_some());
}

#[test]
fn it_clears_once_the_browser_allows_it_then_reloads_and_says_what_that_found() {
    let mut machine = late();
    reload(&mut machine, 0);
    machine.act(Action::FreshLogin("browsingData".to_owned()));
    assert_eq!(machine.count(&Effect::ClearSite), 0, "not before the browser has asked the user");
    // The browser's own question may take as long as the background lives.
    machine.end_background(false);
    machine.now = machine.now.plus(20 * SECOND);
    machine.event(Event::MayClear);
    machine.act(Action::MayClear);
    assert_eq!(machine.count(&Effect::ClearSite), 1, "both ways of hearing of it are one");
    machine.event(Event::Cleared { cleared: true });
    assert_eq!(machine.count(&Effect::Reload(TAB)), 2);
    machine.now = machine.now.plus(SECOND);
    machine.event(Event::Tab { tab: TAB, state: TabChange::Loaded });
    machine.sign_out_in(TAB);
    let said = visible_text(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree);
    assert!(said.contains("wants you to sign in again"), "{said}");
    let report = view::report_text(&machine.state, machine.now);
    assert!(report.contains("clearing the site's saved data 2026-11-23 00:30 UTC"));
}

#[test]
fn a_permission_given_for_something_else_or_long_after_clears_nothing() {
    let mut machine = late();
    machine.event(Event::MayClear);
    machine.act(Action::FreshLogin("browsingData".to_owned()));
    machine.now = machine.now.plus(3 * MINUTE);
    machine.event(Event::MayClear);
    assert_eq!(machine.count(&Effect::ClearSite), 0);
}

#[test]
fn a_page_can_clear_nothing() {
    let mut machine = late();
    for action in [Action::FreshLogin("browsingData".to_owned()), Action::MayClear] {
        machine.event(Event::Act { tab: Some(TAB), action });
    }
    machine.event(Event::MayClear);
    assert_eq!(machine.count(&Effect::ClearSite), 0);
}

#[test]
fn clearing_that_failed_is_counted_and_reloads_nothing() {
    let mut machine = late();
    machine.event(Event::Cleared { cleared: false });
    assert_eq!(machine.count(&Effect::Reload(TAB)), 0);
    assert_eq!(machine.state.diagnostics.refused.get("site-not-cleared"), Some(&1));
}
