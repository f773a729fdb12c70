//! Cases from public reports and captures, with invented ids and numbers: what the engine must say after each line.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::balance::Pool;
use refill_watch::state::{Action, Answer, TabChange, TabId};
use refill_watch::time::parse_timestamp;
use refill_watch::{Event, State};
use serde_json::{Value, json};
use support::replays::{answer, notes, pool, replay};

/// The lines of a file of `tests/cases/`.
fn events_of(name: &str) -> Vec<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(name)
        .with_extension("jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the engine says after each of them. Lines count from 0.
fn case(name: &str) -> Vec<Value> {
    replay(&events_of(name))
}

#[test]
fn a_cost_that_is_a_text_explains_the_fall() {
    let said = case("01-cost-is-a-text");
    assert_eq!(pool(&said[2], "fast")["amount"], 50);
    assert_eq!(said[4]["verdict"], "late", "{}", said[4]);
    assert_eq!(said[5]["verdict"], "missed", "{}", said[5]);
}

#[test]
fn teams_that_are_listed_leave_the_personal_pool_in_its_place() {
    let said = case("10a-teams-listed-none-selected");
    assert_eq!(pool(&said[0], "fast")["amount"], 12);
    assert_eq!(pool(&said[0], Pool::Team.word()), &Value::Null);
}

#[test]
fn the_mobile_apps_shape_is_read() {
    let said = case("11-mobile-app-shape");
    assert_eq!(pool(&said[0], "fast")["amount"], 2);
}

#[test]
fn an_offset_of_two_digits_is_read() {
    let said = case("16-offset-of-two-digits");
    assert_eq!(pool(&said[0], "fast")["next_refill"], "2026-11-14T00:00:00Z");
    assert_eq!(pool(&said[0], "fast")["basis"], "server");
}

#[test]
fn a_teams_pool_beside_ones_own_has_its_own_date() {
    let said = case("sim-12-team-pool-has-no-refill");
    assert_eq!(pool(&said[0], "team")["next_refill"], "2026-11-14T00:00:00Z");
    assert_eq!(pool(&said[0], "team")["basis"], "server");
}

#[test]
fn an_answer_out_of_a_cache_is_as_old_as_its_date_and_no_proof_of_a_wrong_clock() {
    let said = case("06-date-of-a-cached-answer");
    for line in [3, 6] {
        assert!(!notes(&said[line]).contains(&"clock-off"), "{}", said[line]);
    }
    assert_eq!(said[4]["verdict"], "stale", "{}", said[4]);
    assert!(["late", "fresh"].contains(&said[5]["verdict"].as_str().unwrap()), "{}", said[5]);
}

#[test]
fn after_the_clock_was_set_back_the_newest_answer_counts() {
    let said = case("05a-clock-set-back-ten-minutes");
    for line in &said[1..] {
        assert_eq!(pool(line, "fast")["amount"], 92, "{line}");
        assert_eq!(line["verdict"], "fresh", "{line}");
    }
}

#[test]
fn an_answer_that_was_stamped_ahead_is_not_fresh_after_midnight() {
    let said = case("05d-answer-stamped-ahead-stays-fresh");
    for line in &said[2..] {
        assert_eq!(line["verdict"], "stale", "{line}");
        assert_eq!(line["reason"], "before-refill", "{line}");
    }
}

#[test]
fn a_device_whose_clock_is_ahead_does_not_rule_the_future() {
    let said = case("09-device-clock-three-hours-ahead");
    assert_eq!(said[1]["reason"], "newer-elsewhere", "{}", said[1]);
    assert_eq!(pool(&said[2], "fast")["amount"], 18);
    assert_eq!(pool(&said[3], "fast")["amount"], 10);
    assert_eq!(said[4]["verdict"], "fresh", "{}", said[4]);
}

#[test]
fn a_counter_that_the_page_lowered_before_the_cost_was_booked_is_right() {
    let said = case("20-balance-asked-before-the-cost-is-booked");
    for line in &said[2..5] {
        assert_eq!(line["verdict"], "fresh", "{line}");
    }
}

#[test]
fn an_answer_is_as_old_as_its_age_says() {
    let mut kept = answer("2026-11-11T00:30:00Z", 1, 12);
    kept["age_s"] = json!(3600);
    kept["server_date"] = json!("2026-11-10T23:30:00Z");
    let said = replay(&[kept]);
    assert_eq!(pool(&said[0], "fast")["as_of"], "2026-11-10T23:30:00Z");
    assert_eq!(said[0]["verdict"], "stale", "{}", said[0]);
    assert_eq!(notes(&said[0]), Vec::<String>::new());
}

#[test]
fn a_reload_asked_for_without_a_tab_is_remembered_though_the_clock_is_ten_minutes_fast() {
    let at = |text: &str| parse_timestamp(text).unwrap();
    let mut state = State::default();
    let body = json!({"data": {"user_details": [{"id": "ada", "plan": "FREE", "subscriptionTokens": 12}]}});
    let mut dated = Answer::new(TabId(1), body);
    dated.server_date = Some("2026-11-10T10:00:00Z".to_owned());
    state.handle(Event::Answer(dated), at("2026-11-10T10:10:00Z").into());
    let closed = Event::Tab { tab: TabId(1), state: TabChange::Closed };
    state.handle(closed, at("2026-11-10T10:11:00Z").into());
    state.handle(Event::Act { tab: None, action: Action::FreshReload }, at("2026-11-10T10:12:00Z").into());
    let loaded = Event::Tab { tab: TabId(2), state: TabChange::Loaded };
    state.handle(loaded, at("2026-11-10T10:12:05Z").into());
    assert!(state.tab(TabId(2)).is_some_and(|tab| tab.reload.is_some()), "the reload is forgotten");
}

#[test]
fn two_names_of_one_account_are_joined_with_what_was_seen_under_each() {
    let answer = |at: &str, id: Option<&str>, sub: Option<&str>, fast: u64| {
        let mut details = json!({"plan": "FREE", "subscriptionTokens": fast});
        if let Some(id) = id {
            details["id"] = json!(id);
        }
        json!({"at": at, "event": "answer", "tab": 1, "sub": sub, "body": {"data": {"user_details": [details]}}})
    };
    let said = replay(&[
        answer("2026-11-10T10:00:00Z", None, Some("sub-1"), 120),
        answer("2026-11-10T11:00:00Z", Some("ada"), None, 100),
        answer("2026-11-10T12:00:00Z", Some("ada"), Some("sub-1"), 90),
        answer("2026-11-10T13:00:00Z", None, Some("sub-1"), 80),
        answer("2026-11-10T14:00:00Z", Some("ada"), None, 70),
        answer("2026-11-10T15:00:00Z", None, Some("sub-2"), 5),
    ]);
    assert_ne!(said[0]["account"], said[1]["account"], "nothing joins them yet");
    for line in 3..5 {
        assert_eq!(said[line]["account"], said[2]["account"], "line {line}");
    }
    assert_ne!(said[5]["account"], said[2]["account"], "another account");
    assert_eq!(pool(&said[4], "fast")["amount"], 70);
}

#[test]
fn a_joined_account_keeps_the_history_of_both_names_and_no_name_as_it_is() {
    let mut state = State::default();
    let mut answer = |at: &str, id: Option<&str>, sub: Option<&str>, fast: u64| {
        let body =
            json!({"data": {"user_details": [{"id": id, "plan": "FREE", "subscriptionTokens": fast}]}});
        let answer = Answer { sub: sub.map(str::to_owned), ..Answer::new(TabId(1), body) };
        state.handle(Event::Answer(answer), parse_timestamp(at).unwrap().into());
    };
    answer("2026-11-09T10:00:00Z", None, Some("sub-of-ada"), 120);
    answer("2026-11-10T11:00:00Z", Some("id-of-ada"), None, 100);
    answer("2026-11-10T12:00:00Z", Some("id-of-ada"), Some("sub-of-ada"), 90);
    let accounts: Vec<_> = state.accounts().collect();
    let [(id, account)] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!(account.seen().len(), 3);
    let points: Vec<_> = state.detail(id).map(|point| point.primary.unwrap().tokens()).collect();
    assert_eq!(points, [120, 100, 90]);
    assert_eq!(state.days(id).count(), 2);
    for unsaved in state.take_unsaved() {
        let text = format!("{} {}", unsaved.key, unsaved.value.unwrap_or_default());
        assert!(!text.contains("of-ada"), "{text}");
    }
}

/// The verdict and the notes of a line.
fn said_at(said: &[Value], line: usize) -> (String, Vec<String>) {
    let notes = notes(&said[line]).into_iter().map(str::to_owned).collect();
    (said[line]["verdict"].as_str().unwrap().to_owned(), notes)
}

fn is_one_of(said: &[Value], lines: &[usize], verdicts: &[&str]) {
    for line in lines {
        let (verdict, _) = said_at(said, *line);
        assert!(verdicts.contains(&verdict.as_str()), "line {line}: {}", said[*line]);
    }
}

#[test]
fn a_refill_in_two_parts_is_short_no_longer_than_until_the_rest_comes() {
    is_one_of(&case("02a-short-then-the-rest-comes"), &[2, 3], &["refilled", "fresh"]);
}

#[test]
fn tokens_that_follow_their_date_are_the_refill() {
    let said = case("02b-date-first-tokens-later");
    assert_eq!((&said[1]["verdict"], &said[1]["reason"]), (&json!("late"), &json!("renewed")));
    is_one_of(&said, &[2, 3], &["refilled", "fresh"]);
}

#[test]
fn a_cost_that_comes_back_is_no_refill_while_the_date_stands() {
    let said = case("03a-refund-is-no-refill-date-stands");
    assert_eq!(said[2]["verdict"], "late", "{}", said[2]);
    assert!(notes(&said[2]).contains(&"returned"), "{}", said[2]);
}

#[test]
fn own_costs_that_come_back_while_the_refill_is_late_are_no_short_refill() {
    let said = case("03c-refund-while-late-is-not-short");
    let (verdict, notes) = said_at(&said, 4);
    let is_open = verdict == "fresh" && notes.iter().any(|note| note == "refill-unconfirmed");
    assert!(verdict == "late" || is_open, "{}", said[4]);
    is_one_of(&said, &[5], &["late", "fresh"]);
}

#[test]
fn a_date_that_moves_alone_is_late_and_then_short() {
    let said = case("04a-renewed-and-nothing-came");
    for line in &said[1..] {
        assert_eq!((&line["verdict"], &line["reason"]), (&json!("late"), &json!("renewed")), "{line}");
    }
    let mut events = events_of("04a-renewed-and-nothing-came");
    let mut again = events[1].clone();
    again["at"] = json!("2026-11-14T04:30:00Z");
    events.push(again);
    let said = replay(&events);
    assert_eq!(said[3]["verdict"], "short", "{}", said[3]);
}

#[test]
fn an_answer_that_names_the_former_date_is_not_the_present_number() {
    let said = case("07b-older-answer-after-the-refill");
    for line in [2, 4] {
        assert_eq!(pool(&said[line], "fast")["amount"], 25_000, "{}", said[line]);
        assert_eq!(said[line]["verdict"], "stale", "{}", said[line]);
    }
}

#[test]
fn the_last_midnight_as_the_free_plans_date_leaves_the_next_one_due() {
    is_one_of(&case("08-free-with-the-date-of-the-last-refill"), &[1, 2], &["stale"]);
}

#[test]
fn a_cycle_that_begins_anew_weeks_early_is_a_refill() {
    let said = case("13-cycle-begins-anew-early");
    assert_eq!(said[1]["verdict"], "refilled", "{}", said[1]);
    assert!(notes(&said[2]).contains(&"early-refill"), "{}", said[2]);
}

#[test]
fn a_refill_half_a_day_early_leaves_nothing_late() {
    let said = case("sim-01-early-refill-then-late-then-missed");
    assert_eq!(said[1]["verdict"], "refilled", "{}", said[1]);
    assert!(notes(&said[1]).contains(&"early-refill"), "{}", said[1]);
    is_one_of(&said, &[2, 3, 4], &["fresh"]);
}

#[test]
fn a_cost_that_comes_back_ends_no_waiting() {
    let said = case("sim-02-a-returned-cost-ends-late");
    is_one_of(&said, &[2, 3], &["late"]);
    is_one_of(&said, &[4, 5], &["missed"]);
}

#[test]
fn a_bank_that_stands_and_an_empty_pool_prove_that_nothing_came_with_the_date() {
    let said = case("sim-04-date-moved-nothing-came-refilled");
    assert_ne!(said[2]["verdict"], "refilled", "{}", said[2]);
    is_one_of(&said, &[3, 4], &["short"]);
}

#[test]
fn a_pool_that_is_full_is_not_short() {
    let said = case("sim-05-short-with-a-full-pool");
    is_one_of(&said, &[2], &["refilled"]);
    is_one_of(&said, &[3], &["fresh"]);
}

#[test]
fn what_the_page_takes_off_by_itself_accuses_nobody_and_is_not_behind() {
    let said = case("sim-08-own-spending-three-times-wrong");
    for line in &said {
        assert_ne!(line["verdict"], "stale", "{line}");
    }
    assert!(!notes(&said[9]).contains(&"spent-elsewhere"), "{}", said[9]);
}

#[test]
fn a_third_that_is_missing_is_said() {
    let said = case("sim-10-a-third-missing-without-a-word");
    for line in 1..=3 {
        let (verdict, notes) = said_at(&said, line);
        assert!(verdict == "short" || notes.iter().any(|note| note == "below-allotment"), "{}", said[line]);
    }
}

#[test]
fn what_a_teams_pool_paid_is_no_refill_of_ones_own() {
    let said = case("sim-12-team-pool-has-no-refill");
    assert_ne!(said[2]["verdict"], "refilled", "{}", said[2]);
}
