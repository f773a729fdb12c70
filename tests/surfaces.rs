//! What the surfaces say, as a reader sees it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::UtcMillis;
use refill_watch::state::{Action, Answer, Before, Corner, Event, State, TabChange, TabId};
use refill_watch::time::parse_timestamp;
use refill_watch::view::{self, Element};
use serde_json::{Value, json};
use support::{English, attribute, elements, visible_text};

const TAB: TabId = TabId(1);

fn at(text: &str) -> UtcMillis {
    parse_timestamp(text).unwrap()
}

fn los_angeles() -> English {
    English::in_zone(chrono_tz::America::Los_Angeles)
}

fn answer(state: &mut State, now: &str, fields: Value) {
    let mut details = json!({"id": "ada", "plan": "FREE", "paidTokens": 0});
    details.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let body = json!({"data": {"user_details": [details]}});
    state.handle(Event::Answer(Answer::new(TAB, body)), at(now).into());
}

fn free_with(fast: u64, now: &str) -> State {
    let mut state = State::default();
    answer(&mut state, now, json!({"subscriptionTokens": fast}));
    state
}

fn act(state: &mut State, action: Action, now: &str) {
    state.handle(Event::Act { tab: Some(TAB), action }, at(now).into());
}

fn banner(state: &State, now: &str) -> Element {
    view::banner(state, TAB, at(now).into(), &los_angeles()).tree
}

fn popup(state: &State, now: &str) -> Element {
    view::popup(state, at(now).into(), &los_angeles()).tree
}

#[test]
fn a_quiet_pill_says_when_it_refills_in_local_time() {
    let mut state = free_with(72, "2026-11-22T20:48:00Z");
    act(&mut state, Action::GotIt, "2026-11-22T20:48:00Z");
    let tree = banner(&state, "2026-11-22T20:48:00Z");
    assert_eq!(attribute(&tree, "data-size"), Some("pill"));
    assert!(visible_text(&tree).starts_with("72 refills 4:00 PM · 3 hr, 12 min"), "{}", visible_text(&tree));
}

#[test]
fn a_stale_number_opens_a_line_that_answers_in_the_users_words() {
    let state = free_with(0, "2026-11-22T23:10:00Z");
    let tree = banner(&state, "2026-11-23T00:12:00Z");
    assert_eq!(attribute(&tree, "data-size"), Some("line"));
    let text = visible_text(&tree);
    assert!(text.contains("This 0 is from before today's refill"), "{text}");
    assert!(text.contains("Fresh reload"), "{text}");
}

#[test]
fn the_popup_gives_the_due_time_as_a_pair_with_zone_and_utc() {
    let state = free_with(72, "2026-11-22T20:44:00Z");
    let text = visible_text(&popup(&state, "2026-11-22T20:48:00Z"));
    for part in [
        "72 of 150 fast tokens",
        "Read 4 minutes ago",
        "Today, 4:00 PM",
        "in 3 hr, 12 min",
        "PST",
        "00:00 UTC",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

#[test]
fn a_refill_after_the_change_to_summer_time_is_shown_in_summer_time() {
    let mut state = State::default();
    let renewal =
        json!({"plan": "ARTISAN", "subscriptionTokens": 10, "tokenRenewalDate": "2027-03-14T10:30:00"});
    answer(&mut state, "2027-03-13T20:00:00Z", renewal);
    let text = visible_text(&popup(&state, "2027-03-13T20:00:00Z"));
    assert!(text.contains("Tomorrow, 3:30 AM"), "{text}");
    assert!(text.contains("PDT"), "{text}");
}

#[test]
fn every_pool_row_is_in_the_tree_in_every_size() {
    let mut state = free_with(0, "2026-11-22T23:10:00Z");
    let sizes: [(&str, Option<Action>); 3] =
        [("line", None), ("open", Some(Action::Expand)), ("pill", Some(Action::Fold))];
    for (size, action) in sizes {
        if let Some(action) = action {
            act(&mut state, action, "2026-11-23T00:12:00Z");
        }
        let tree = banner(&state, "2026-11-23T00:12:00Z");
        assert_eq!(attribute(&tree, "data-size"), Some(size));
        let rows: Vec<_> = elements(&tree)
            .into_iter()
            .filter_map(|element| Some((attribute(element, "data-pool")?, attribute(element, "data-amount"))))
            .collect();
        assert_eq!(
            rows,
            [("fast", Some("0")), ("rollover", None), ("top-up", Some("0")), ("api", None)],
            "{size}"
        );
    }
}

#[test]
fn every_instant_is_there_for_machines() {
    let state = free_with(0, "2026-11-22T23:10:00Z");
    let tree = popup(&state, "2026-11-23T00:12:00Z");
    let times: Vec<_> = elements(&tree).into_iter().filter(|element| element.tag == "time").collect();
    assert!(times.len() >= 4);
    for time in times {
        let instant = attribute(time, "datetime").unwrap();
        assert!(instant.ends_with('Z') && parse_timestamp(instant).is_ok(), "{instant}");
    }
}

#[test]
fn a_banner_that_was_put_away_comes_back_when_the_verdict_changes() {
    let mut state = free_with(72, "2026-11-22T20:48:00Z");
    act(&mut state, Action::PutAway, "2026-11-22T20:48:00Z");
    assert!(attribute(&banner(&state, "2026-11-22T20:49:00Z"), "hidden").is_some());
    // A new page without an answer yet is no change.
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at("2026-11-22T21:00:00Z").into());
    assert!(attribute(&banner(&state, "2026-11-22T21:00:00Z"), "hidden").is_some());
    answer(&mut state, "2026-11-22T21:00:01Z", json!({"subscriptionTokens": 64}));
    assert!(attribute(&banner(&state, "2026-11-22T21:00:01Z"), "hidden").is_some());
    state.handle(Event::Tick, at("2026-11-23T00:00:00Z").into());
    assert!(attribute(&banner(&state, "2026-11-23T00:00:00Z"), "hidden").is_none());
}

#[test]
fn fold_and_corner_survive_a_restart_of_the_background() {
    let mut state = free_with(0, "2026-11-22T23:10:00Z");
    act(&mut state, Action::Fold, "2026-11-23T00:12:00Z");
    act(&mut state, Action::MoveTo(Corner::TopLeft), "2026-11-23T00:12:00Z");
    let (mut local, mut session) = (Vec::new(), Vec::new());
    for unsaved in state.take_unsaved() {
        let area = if unsaved.area == refill_watch::state::Area::Local { &mut local } else { &mut session };
        area.extend(unsaved.value.map(|value| (unsaved.key, value)));
    }
    let tree = banner(&State::load(&local, &session), "2026-11-23T00:12:00Z");
    assert_eq!(attribute(&tree, "data-verdict"), Some("stale"));
    assert_eq!(attribute(&tree, "data-size"), Some("pill"));
    assert_eq!(attribute(&tree, "data-corner"), Some("top-left"));
}

#[test]
fn the_first_ten_minutes_after_a_due_instant_read_calmly() {
    let mut state = free_with(0, "2026-11-22T23:10:00Z");
    act(&mut state, Action::GotIt, "2026-11-22T23:10:00Z");
    act(&mut state, Action::FreshReload, "2026-11-23T00:00:50Z");
    state.handle(
        Event::Unsent { tab: TAB, before: Before::Reload, is_there: false },
        at("2026-11-23T00:00:50Z").into(),
    );
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at("2026-11-23T00:00:51Z").into());
    answer(&mut state, "2026-11-23T00:00:52Z", json!({"subscriptionTokens": 0}));
    act(&mut state, Action::Expand, "2026-11-23T00:01:10Z");
    for now in ["2026-11-23T00:01:10Z", "2026-11-23T00:09:40Z"] {
        for tree in [banner(&state, now), popup(&state, now)] {
            let text = visible_text(&tree);
            assert_eq!(attribute(&tree, "data-reason"), Some("just-due"), "{text}");
            assert!(text.contains("Due at 4:00 PM, "), "{text}");
            assert_eq!(text.matches("Refills usually take a few minutes.").count(), 1, "{text}");
            assert_eq!(text.matches("minute").count(), 2, "its age is told once: {text}");
            for element in elements(&tree) {
                let class = attribute(element, "class").unwrap_or_default();
                let alarms = class.split(' ').any(|word| ["warn", "bad", "steps"].contains(&word));
                assert!(!alarms, "{class}: {text}");
            }
        }
        let badge = view::badge(&state, at(now).into(), &los_angeles());
        assert_eq!((&*badge.text, badge.color), ("0", "#5a6372"));
    }
    let later = popup(&state, "2026-11-23T00:10:00Z");
    assert_ne!(attribute(&later, "data-reason"), Some("just-due"));
}

#[test]
fn a_fresh_reload_says_what_happened() {
    for (name, fast, expected) in [
        ("it came", Some(150), "0 → 150: refilled"),
        ("it did not", Some(0), "Still 0: the server says so"),
        ("no balance", None, "The page loaded but sent no balance."),
    ] {
        let mut state = free_with(0, "2026-11-22T23:10:00Z");
        act(&mut state, Action::FreshReload, "2026-11-23T00:47:00Z");
        state.handle(
            Event::Unsent { tab: TAB, before: Before::Reload, is_there: false },
            at("2026-11-23T00:47:00Z").into(),
        );
        assert!(
            visible_text(&popup(&state, "2026-11-23T00:47:00Z")).contains("Asking Leonardo again"),
            "{name}"
        );
        // An answer to the old page, still under way at the click, does not count.
        answer(&mut state, "2026-11-23T00:47:00.500Z", json!({"subscriptionTokens": 0}));
        assert!(
            visible_text(&popup(&state, "2026-11-23T00:47:01Z")).contains("Asking Leonardo again"),
            "{name}"
        );
        state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at("2026-11-23T00:47:02Z").into());
        if let Some(fast) = fast {
            answer(&mut state, "2026-11-23T00:47:03Z", json!({"subscriptionTokens": fast}));
        }
        state.handle(Event::Tick, at("2026-11-23T00:47:30Z").into());
        let text = visible_text(&popup(&state, "2026-11-23T00:47:30Z"));
        assert!(text.contains(expected), "{name}:\n{text}");
    }
}

#[test]
fn the_badge_shows_the_amount_or_a_mark() {
    let badge = |state: &State, now: &str| view::badge(state, at(now).into(), &los_angeles()).text;
    let state = free_with(72, "2026-11-22T20:48:00Z");
    assert_eq!(badge(&state, "2026-11-22T20:48:00Z"), "72");
    assert_eq!(badge(&state, "2026-11-23T00:00:00Z"), "!");
    assert_eq!(badge(&State::default(), "2026-11-23T00:00:00Z"), "");
    let mut paid = State::default();
    answer(
        &mut paid,
        "2026-11-22T20:48:00Z",
        json!({"plan": "MAESTRO", "subscriptionTokens": 54321, "rolloverTokens": 9000}),
    );
    assert_eq!(badge(&paid, "2026-11-22T20:48:00Z"), "63k");
}

#[test]
fn without_any_data_the_popup_says_what_to_do() {
    let text = visible_text(&popup(&State::default(), "2026-11-22T20:48:00Z"));
    assert!(text.contains("Open Leonardo once"), "{text}");
    assert!(!text.contains('0'), "nothing that is not known is shown as 0:\n{text}");
}

#[test]
fn storage_that_cannot_be_read_is_kept_aside_and_said_so() {
    for (meta, word) in
        [("{broken", "could not be read"), (r#"{"version": 99, "new": true}"#, "A newer version")]
    {
        let mut state = State::load(&[("meta".into(), meta.into())], &[]);
        let unsaved = state.take_unsaved();
        let aside = unsaved.iter().find(|unsaved| unsaved.key == "aside:meta:1").unwrap();
        assert_eq!(aside.value.as_deref(), Some(meta));
        let text = visible_text(&popup(&state, "2026-11-22T20:48:00Z"));
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn every_word_that_a_surface_says_is_in_the_list() {
    // A key that no language has appears as itself: lower-case words joined by underscores.
    let states = ["2026-11-22T20:48:00Z", "2026-11-23T00:12:00Z"];
    for now in states {
        let mut state = free_with(0, "2026-11-22T20:40:00Z");
        act(&mut state, Action::Expand, now);
        for tree in [
            banner(&state, now),
            popup(&state, now),
            view::options(&state, at(now).into(), &los_angeles()).tree,
        ] {
            let text = visible_text(&tree);
            assert!(!text.contains('_') && !text.contains('{'), "{text}");
        }
    }
}
