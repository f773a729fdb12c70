//! What pages report besides answers: candidates for the counter, what they keep, what could not be read.

use refill_watch::state::{Action, Answer, Candidate, TabChange, TabId, Trouble, Unread, number_in};
use refill_watch::{Effect, Event, State, UtcMillis, view};
use serde_json::json;

const TAB: TabId = TabId(7);
const START: UtcMillis = UtcMillis(1_790_000_000_000);

fn at(seconds: i64) -> UtcMillis {
    START.plus(seconds * 1000)
}

/// A state whose tab was answered with this many fast tokens.
fn answered(fast: u64) -> State {
    let mut state = State::default();
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, START.into());
    answer(&mut state, fast, 1);
    state
}

fn answer(state: &mut State, fast: u64, seconds: i64) {
    let details =
        json!({"id": "u", "plan": "FREE", "subscriptionTokens": fast, "rolloverTokens": 0, "paidTokens": 0});
    let body = json!({"data": {"user_details": [details]}});
    state.handle(Event::Answer(Answer::new(TAB, body)), at(seconds).into());
}

/// Reports texts in places to the state; returns the one it watches.
fn look(state: &mut State, texts: &[(&str, &str)], watched: Option<usize>, seconds: i64) -> Option<usize> {
    let found = texts
        .iter()
        .map(|(text, place)| Candidate { text: (*text).into(), place: (*place).into() })
        .collect();
    state.handle(Event::Candidates { tab: TAB, found, watched }, at(seconds).into()).into_iter().find_map(
        |effect| match effect {
            Effect::WatchCounter(index) => Some(index),
            _ => None,
        },
    )
}

fn verdict(state: &State, seconds: i64) -> &'static str {
    state.status(Some(TAB), at(seconds).into()).judgement.verdict.word()
}

fn counter(state: &mut State, text: &str, seconds: i64) {
    state.handle(Event::Counter { tab: TAB, text: text.into() }, at(seconds).into());
}

#[test]
fn the_only_right_number_is_the_counter_and_a_wrong_one_there_is_named_after_five_seconds() {
    let mut state = answered(1234);
    assert_eq!(look(&mut state, &[("12", "a"), ("١٬٢٣٤", "b"), ("99", "c")], None, 2), Some(1));
    counter(&mut state, "999", 10);
    counter(&mut state, "9999", 11);
    assert_eq!(verdict(&state, 15), "fresh");
    assert_eq!(verdict(&state, 16), "stale");
}

#[test]
fn one_of_several_is_in_doubt_until_it_has_followed() {
    let mut state = answered(1234);
    let both = [("1,234", "likes"), ("1,234", "header")];
    assert_eq!(look(&mut state, &both, None, 2), Some(0));
    counter(&mut state, "1,235", 3);
    assert_eq!(verdict(&state, 30), "fresh", "a number that only looked like the balance is called wrong");
    answer(&mut state, 1226, 40);
    assert_eq!(look(&mut state, &[("1,235", "likes"), ("1,226", "header")], Some(0), 41), Some(1));
    counter(&mut state, "1,900", 50);
    assert_eq!(verdict(&state, 56), "stale", "the place that has followed is not believed");
}

#[test]
fn a_place_that_has_followed_is_taken_at_the_next_load_though_it_is_wrong() {
    let mut state = answered(1234);
    look(&mut state, &[("1234", "header")], None, 2);
    answer(&mut state, 1226, 10);
    assert_eq!(look(&mut state, &[("1226", "header")], Some(0), 11), Some(0));
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at(20).into());
    answer(&mut state, 1226, 21);
    assert_eq!(look(&mut state, &[("5", "x"), ("1900", "header")], None, 22), Some(1));
    assert_eq!(verdict(&state, 30), "stale");
}

#[test]
fn a_single_digit_is_no_proof() {
    let mut state = answered(3);
    assert_eq!(look(&mut state, &[("3", "badge")], None, 2), Some(0));
    counter(&mut state, "4", 3);
    assert_eq!(verdict(&state, 30), "fresh");
}

#[test]
fn a_search_in_vain_is_said_and_ends_when_the_user_points() {
    let mut state = answered(1234);
    look(&mut state, &[("5", "x")], None, 2);
    assert_eq!(state.trouble(Some(TAB)), None, "the page may still be drawing");
    look(&mut state, &[("5", "x")], None, 4);
    assert_eq!(state.trouble(Some(TAB)), Some(Trouble::NoCounter));
    let effects = state.handle(Event::Act { tab: None, action: Action::PickCounter }, at(5).into());
    assert!(effects.contains(&Effect::PickCounter(TAB)));
    let picked = Candidate { text: "1900".into(), place: "corner".into() };
    state.handle(Event::Picked { tab: TAB, picked }, at(6).into());
    assert_eq!(state.trouble(Some(TAB)), None);
    assert_eq!(verdict(&state, 12), "stale");
}

#[test]
fn no_more_places_are_remembered_than_the_app_has() {
    let mut state = answered(1234);
    for i in 0..100 {
        let picked = Candidate { text: "900".into(), place: format!("place-{i}") };
        state.handle(Event::Picked { tab: TAB, picked }, at(2).into());
    }
    let long = Candidate { text: "900".into(), place: "p".repeat(5000) };
    state.handle(Event::Picked { tab: TAB, picked: long }, at(3).into());
    assert_eq!(state.banner.counter_places.len(), 8);
    assert_eq!(state.banner.counter_places.last().map(String::as_str), Some("place-99"));
}

#[test]
fn a_page_out_of_the_cache_is_judged_by_the_answer_that_it_had() {
    let mut state = answered(72);
    let kept = state.kept(TAB);
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at(20).into());
    answer(&mut state, 64, 21);
    state.handle(Event::Back { tab: TAB, kept: kept.clone(), from_cache: false }, at(22).into());
    assert_eq!(verdict(&state, 22), "fresh", "a page that only asks has changed something");
    state.handle(Event::Back { tab: TAB, kept, from_cache: true }, at(23).into());
    assert_eq!(verdict(&state, 23), "stale");
}

#[test]
fn a_background_that_has_lost_everything_is_given_back_what_the_page_shows() {
    let kept = answered(72).kept(TAB);
    for kept in [kept.as_str(), "", "}{", "[]", "{\"answer\":7}"] {
        let mut state = State::default();
        state.handle(Event::Back { tab: TAB, kept: kept.into(), from_cache: false }, at(60).into());
        let known = state.status(Some(TAB), at(60).into()).spendable.map(|amount| amount.tokens());
        assert_eq!(known, kept.contains("account").then_some(72), "{kept}");
    }
}

#[test]
fn a_page_that_sends_no_balance_is_silent_after_a_while_and_counted_once() {
    let mut state = State::default();
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, START.into());
    assert_eq!(state.next_wake(at(1).into()), Some(at(20).into()));
    for seconds in [19, 20, 21, 60] {
        state.handle(Event::Tick, at(seconds).into());
    }
    assert_eq!(state.trouble(Some(TAB)), Some(Trouble::Silent));
    assert_eq!(state.diagnostics.refused.get("no-answer"), Some(&1));
    answer(&mut state, 72, 70);
    assert_eq!(state.trouble(Some(TAB)), None);
}

#[test]
fn what_went_past_is_counted_said_and_reported_without_naming_anyone() {
    let mut state = answered(72);
    state.handle(Event::Unread { tab: TAB, why: Unread::HookBypassed, times: 3 }, at(5).into());
    assert_eq!(state.trouble(Some(TAB)), Some(Trouble::Unread(Unread::HookBypassed)));
    state.browser = "A browser 1.0".into();
    let report = view::trouble_report(&state, at(6));
    for words in
        ["Refill Watch", "browser: A browser 1.0", "trouble: hook-bypassed", "hook-bypassed: 3", "tabs: 1"]
    {
        assert!(report.contains(words), "{words:?} is not in {report}");
    }
    assert!(!report.contains("72"), "{report}");
}

#[test]
fn numbers_are_told_from_prices_shares_and_versions() {
    for (text, number) in [
        ("1,234", Some("1,234")),
        ("1,234 tokens", Some("1,234")),
        ("Tokens: 1 234", Some("1 234")),
        ("残り150個", Some("150")),
        ("150%", None),
        ("$150", None),
        ("v2", None),
        ("12 of 150", None),
        ("-5", None),
        ("#12", None),
        ("tokens", None),
        ("", None),
    ] {
        assert_eq!(number_in(text), number, "{text}");
    }
}
