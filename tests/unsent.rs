//! A fresh reload while the page holds text that was typed and not sent: nothing typed is lost without a question.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Effect, Event, TabId};
use refill_watch::time::{MINUTE, SECOND, UtcMillis, parse_timestamp};
use refill_watch::view::{self, Element, Node};
use serde_json::json;
use support::machine::{Machine, TAB};
use support::visible_text;

fn at(text: &str) -> UtcMillis {
    parse_timestamp(text).unwrap()
}

/// A page that shows 0 half an hour after the refill, with a prompt typed into it.
fn typing() -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T23:10:00Z"));
    machine.look(&json!({"subscriptionTokens": 0}));
    machine.wait_until(at("2026-11-23T00:30:00Z"));
    machine.has_unsent = true;
    machine
}

fn press(machine: &mut Machine, action: Action) {
    machine.event(Event::Act { tab: Some(TAB), action });
}

fn reloads(machine: &Machine) -> usize {
    machine.count(&Effect::Reload(TAB))
}

/// The actions of the buttons in a tree, in order.
fn actions(tree: &Element) -> Vec<String> {
    let mut all: Vec<String> = tree
        .attributes
        .iter()
        .filter(|(name, _)| *name == "data-action")
        .map(|(_, value)| value.clone())
        .collect();
    for child in &tree.children {
        if let Node::Element(element) = child {
            all.extend(actions(element));
        }
    }
    all
}

fn banner(machine: &Machine) -> Vec<String> {
    actions(&view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree)
}

fn popup(machine: &Machine) -> Vec<String> {
    actions(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree)
}

#[test]
fn a_page_without_unsent_text_is_reloaded_at_once() {
    let mut machine = typing();
    machine.has_unsent = false;
    press(&mut machine, Action::FreshReload);
    assert_eq!(reloads(&machine), 1);
    assert!(!banner(&machine).contains(&"reload-anyway".to_owned()));
}

#[test]
fn a_page_with_unsent_text_is_asked_about_first_on_every_surface_and_reloaded_at_the_users_word() {
    let mut machine = typing();
    press(&mut machine, Action::FreshReload);
    assert_eq!(reloads(&machine), 0);
    for surface in [banner(&machine), popup(&machine)] {
        for action in ["check", "reload-anyway"] {
            assert!(surface.contains(&action.to_owned()), "{action}: {surface:?}");
        }
    }
    press(&mut machine, Action::ReloadAnyway);
    assert_eq!(reloads(&machine), 1);
    assert!(!banner(&machine).contains(&"reload-anyway".to_owned()));
}

#[test]
fn nothing_is_reloaded_anyway_that_was_not_asked_about() {
    let mut machine = typing();
    press(&mut machine, Action::ReloadAnyway);
    assert_eq!(reloads(&machine), 0);
    press(&mut machine, Action::Check);
    assert_eq!(machine.count(&Effect::OpenInBackground), 0, "a page begins no check by itself");
}

#[test]
fn the_popup_asks_about_the_tab_in_front() {
    let mut machine = typing();
    machine.act(Action::FreshReload);
    assert_eq!(reloads(&machine), 0);
    assert!(popup(&machine).contains(&"reload-anyway".to_owned()));
    machine.act(Action::ReloadAnyway);
    assert_eq!(reloads(&machine), 1);
}

#[test]
fn a_check_in_the_place_of_the_reload_says_what_is_there_and_offers_the_reload_again() {
    let mut machine = typing();
    press(&mut machine, Action::FreshReload);
    press(&mut machine, Action::Check);
    assert_eq!(machine.count(&Effect::OpenInBackground), 1);
    let behind = TabId(9);
    machine.event(Event::CheckIsOpen { tab: Some(behind) });
    machine.now = machine.now.plus(2 * SECOND);
    machine.look_in(behind, &json!({"subscriptionTokens": 150}));
    let tree = view::banner(&machine.state, TAB, machine.now.into(), machine.reader()).tree;
    let text = support::visible_text(&tree);
    assert!(text.contains("You have 150; this page still shows 0."), "{text}");
    assert!(actions(&tree).contains(&"fresh-reload".to_owned()));
    // The prompt is still there: the reload asks again.
    press(&mut machine, Action::FreshReload);
    assert_eq!(reloads(&machine), 0);
    assert!(banner(&machine).contains(&"reload-anyway".to_owned()));
}

#[test]
fn a_question_that_nobody_answers_is_withdrawn_and_a_new_document_has_none() {
    let mut machine = typing();
    press(&mut machine, Action::FreshReload);
    machine.now = machine.now.plus(2 * MINUTE);
    machine.event(Event::Tick);
    assert!(!banner(&machine).contains(&"reload-anyway".to_owned()));
    press(&mut machine, Action::FreshReload);
    machine.look(&json!({"subscriptionTokens": 0}));
    assert!(!banner(&machine).contains(&"reload-anyway".to_owned()));
}

#[test]
fn a_fresh_login_asks_in_the_same_way_and_gives_the_permission_back_meanwhile() {
    let mut machine = typing();
    machine.act(Action::FreshLogin("browsingData".into()));
    machine.act(Action::MayClear);
    assert_eq!((machine.count(&Effect::ClearSite), machine.count(&Effect::GiveBack)), (0, 1));
    assert!(popup(&machine).contains(&"login-anyway".into()));
    assert!(!popup(&machine).contains(&"reload-anyway".into()));
    let tree = view::popup(&machine.state, machine.now.into(), machine.reader()).tree;
    assert!(visible_text(&tree).contains("Clearing reloads the page and loses it"));
    // The browser reports the permission as well.
    machine.event(Event::MayClear);
    assert_eq!((machine.count(&Effect::ClearSite), machine.count(&Effect::GiveBack)), (0, 1));
    machine.act(Action::LoginAnyway("browsingData".into()));
    assert!(!popup(&machine).contains(&"login-anyway".into()));
    machine.act(Action::MayClear);
    machine.event(Event::MayClear);
    assert_eq!(machine.count(&Effect::ClearSite), 1);
    machine.event(Event::Cleared { cleared: true });
    assert_eq!(reloads(&machine), 1);
}

#[test]
fn a_fresh_login_goes_on_at_once_where_nothing_would_be_lost() {
    let mut machine = typing();
    machine.has_unsent = false;
    machine.act(Action::FreshLogin("browsingData".into()));
    machine.act(Action::MayClear);
    machine.event(Event::MayClear);
    assert_eq!((machine.count(&Effect::ClearSite), machine.count(&Effect::GiveBack)), (1, 0));
}

#[test]
fn a_page_cannot_answer_for_the_fresh_login() {
    let mut machine = typing();
    press(&mut machine, Action::LoginAnyway("browsingData".into()));
    machine.event(Event::MayClear);
    assert_eq!(machine.count(&Effect::ClearSite), 0);
    // Nor does a question before a reload lead to it.
    machine.act(Action::FreshLogin("browsingData".into()));
    press(&mut machine, Action::FreshReload);
    press(&mut machine, Action::ReloadAnyway);
    assert_eq!(machine.count(&Effect::ClearSite), 0);
}
