//! Incidents of a population that the engine was not built for: what was spent elsewhere, came early or was booked late
//! must not be taken for a refill, a missing refill, an old number or somebody else.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::replays::{answer, banked, counter, details, free, last, notes, replay, spend, tick};

fn dated(at: &str, fast: u64, renewal: &str) -> Value {
    free(at, 1, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

/// An answer of an account whose slug names no plan.
fn basic(at: &str, fast: u64, renewal: &str) -> Value {
    let base = json!({"id": "ada", "plan": "BASIC", "rolloverTokens": 0, "paidTokens": 0});
    details(at, 1, base, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

fn premium(at: &str, tab: i64, fast: u64) -> Value {
    let base = json!({"id": "grace", "plan": "ARTISAN_V2", "rolloverTokens": 0, "paidTokens": 0});
    let fields = json!({"subscriptionTokens": fast, "tokenRenewalDate": "2026-12-20T00:00:00"});
    details(at, tab, base, fields)
}

#[test]
fn a_cost_above_all_that_the_pools_hold_is_paid_by_another_pool_and_shows_no_refill() {
    let said = last(&[
        answer("2026-11-21T19:00:00Z", 1, 150),
        spend("2026-11-21T19:09:00Z", 1, 460),
        answer("2026-11-22T01:00:00Z", 1, 150),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
    assert_eq!(notes(&said), ["at-or-above-allotment"]);
}

#[test]
fn a_pool_above_the_allotment_is_never_filled_up_to_what_it_held() {
    let said = last(&[
        answer("2026-11-21T19:00:00Z", 1, 160),
        spend("2026-11-21T19:09:00Z", 1, 60),
        answer("2026-11-22T19:00:00Z", 1, 160),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
}

#[test]
fn what_an_earlier_refill_explains_as_well_is_no_news() {
    // One of the costs came back, or a refill came hours early and hid it: the older refill claims less.
    let said = last(&[
        answer("2026-11-21T19:03:00Z", 1, 150),
        answer("2026-11-22T00:43:00Z", 1, 150),
        spend("2026-11-22T00:50:00Z", 1, 4),
        spend("2026-11-22T00:55:00Z", 1, 36),
        answer("2026-11-22T18:50:00Z", 1, 114),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
}

#[test]
fn the_counter_of_another_tab_is_not_behind_before_a_cost_can_be_booked() {
    let said = replay(&[
        answer("2026-11-22T15:00:00Z", 1, 150),
        answer("2026-11-22T15:06:00Z", 2, 142),
        counter("2026-11-22T15:06:02Z", 2, "142"),
        spend("2026-11-22T15:09:24Z", 1, 8),
        counter("2026-11-22T15:09:40Z", 2, "142"),
        counter("2026-11-22T15:12:00Z", 2, "142"),
    ]);
    assert_eq!(said[4]["verdict"], "fresh", "{}", said[4]);
    assert_eq!((&said[5]["verdict"], &said[5]["reason"]), (&json!("stale"), &json!("counter-behind")));
}

#[test]
fn a_page_that_has_taken_off_all_but_the_newest_cost_shows_the_newer_number() {
    let said = replay(&[
        premium("2026-11-22T18:43:40Z", 1, 13_648),
        premium("2026-11-22T19:55:30Z", 2, 12_928),
        spend("2026-11-22T19:56:28Z", 2, 408),
        counter("2026-11-22T19:57:00Z", 1, "12,520"),
        spend("2026-11-22T23:51:37Z", 2, 168),
        counter("2026-11-22T23:51:45Z", 1, "12,520"),
    ]);
    assert_eq!(said[3]["verdict"], "fresh", "{}", said[3]);
    assert_eq!(said[5]["verdict"], "fresh", "{}", said[5]);
}

#[test]
fn dates_that_move_on_by_days_are_the_free_plans_whatever_the_slug() {
    // A full pool of it is owed nothing, though the date stands in the past.
    let said = last(&[
        basic("2026-11-05T13:00:00Z", 150, "2026-11-06T00:00:00"),
        basic("2026-11-06T13:00:00Z", 150, "2026-11-07T00:00:00"),
        basic("2026-11-07T13:00:00Z", 150, "2026-11-08T00:00:00"),
        basic("2026-11-08T01:24:00Z", 150, "2026-11-08T00:00:00"),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
}

#[test]
fn a_midnight_in_the_answer_is_corrected_by_refills_that_come_in_the_evening() {
    // The job runs at 21:00; the date names the midnight after it, and stands in the past from then on.
    let mut events = Vec::new();
    for day in 10..18 {
        events.push(dated(&format!("2026-11-{day}T11:00:00Z"), 40, &format!("2026-11-{day}T00:00:00")));
        let next = day + 1;
        events.push(dated(&format!("2026-11-{day}T21:50:00Z"), 150, &format!("2026-11-{next}T00:00:00")));
        events.push(spend(&format!("2026-11-{day}T22:50:00Z"), 1, 110));
    }
    events.push(dated("2026-11-18T20:06:00Z", 40, "2026-11-18T00:00:00"));
    let said = last(&events);
    assert_eq!(said["verdict"], "fresh", "{said}");
    assert!(notes(&said).contains(&"refill-unconfirmed"), "{said}");
}

#[test]
fn a_date_that_moves_early_at_a_full_pool_leaves_nothing_due() {
    let said = last(&[
        dated("2026-11-21T13:00:00Z", 128, "2026-11-22T00:00:00"),
        dated("2026-11-22T01:53:00Z", 150, "2026-11-23T00:00:00"),
        dated("2026-11-22T13:08:00Z", 150, "2026-11-23T00:00:00"),
        dated("2026-11-23T01:53:00Z", 150, "2026-11-24T00:00:00"),
        dated("2026-11-23T17:44:00Z", 150, "2026-11-24T00:00:00"),
        dated("2026-11-23T23:34:00Z", 150, "2026-11-25T00:00:00"),
        dated("2026-11-23T23:37:00Z", 150, "2026-11-25T00:00:00"),
        spend("2026-11-23T23:38:00Z", 1, 14),
        dated("2026-11-24T02:01:00Z", 136, "2026-11-25T00:00:00"),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
}

#[test]
fn a_date_of_weeks_ago_in_the_first_answer_may_be_that_of_a_plan_that_ended() {
    let first = basic("2026-11-22T04:14:00Z", 112, "2026-11-08T07:11:20");
    let said = last(&[first, tick("2026-11-23T04:14:00Z")]);
    assert_ne!(said["verdict"], "missed", "{said}");
    assert!(notes(&said).contains(&"refill-unconfirmed"), "{said}");
}

#[test]
fn nobody_is_accused_of_just_what_an_own_generation_cost() {
    let mut events = vec![answer("2026-11-22T10:00:00Z", 1, 150)];
    for n in 1..6 {
        events.push(spend(&format!("2026-11-22T10:0{n}:00Z"), 1, 4));
        events.push(answer(&format!("2026-11-22T10:0{n}:30Z"), 1, 150 - 4 * n));
    }
    // It is booked later than it ever was.
    let booked_late = [
        spend("2026-11-22T11:00:00Z", 1, 24),
        answer("2026-11-22T11:10:00Z", 1, 130),
        answer("2026-11-22T11:20:00Z", 1, 106),
        tick("2026-11-22T11:30:00Z"),
    ];
    let said = last(&[&events[..], &booked_late].concat());
    assert!(!notes(&said).contains(&"spent-elsewhere"), "{said}");
    // What no cost comes to was somebody's.
    let others = [answer("2026-11-22T11:20:00Z", 1, 97), tick("2026-11-22T11:30:00Z")];
    let said = last(&[&events[..], &others].concat());
    assert!(notes(&said).contains(&"spent-elsewhere"), "{said}");
}

#[test]
fn the_date_of_another_plan_may_follow_its_tokens() {
    let plan = |at: &str, plan: &str, fast: u64, renewal: &str| {
        let base = json!({"id": "grace", "plan": plan, "rolloverTokens": 0, "paidTokens": 0});
        details(at, 1, base, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
    };
    let said = last(&[
        plan("2026-11-08T20:00:00Z", "ARTISAN_V2", 10_043, "2026-11-09T02:35:00"),
        plan("2026-11-09T02:43:00Z", "APPRENTICE", 8_090, "2026-11-09T02:35:00"),
        plan("2026-11-09T04:05:00Z", "APPRENTICE", 8_090, "2026-12-09T02:35:00"),
        plan("2026-11-12T03:06:00Z", "APPRENTICE", 3_960, "2026-12-09T02:35:00"),
    ]);
    assert_eq!(said["verdict"], "fresh", "{said}");
}

#[test]
fn a_date_that_has_moved_only_as_far_as_this_refill_says_nothing_of_it() {
    // The date moved with the refill of the 23rd, which a full pool hid; that of the 24th has moved nothing yet.
    let said = last(&[
        dated("2026-11-18T00:24:00Z", 150, "2026-11-19T00:00:00"),
        dated("2026-11-19T00:24:00Z", 150, "2026-11-20T00:00:00"),
        spend("2026-11-19T00:27:00Z", 1, 14),
        dated("2026-11-19T00:29:00Z", 136, "2026-11-20T00:00:00"),
        dated("2026-11-21T00:06:00Z", 150, "2026-11-22T00:00:00"),
        dated("2026-11-22T00:27:00Z", 150, "2026-11-23T00:00:00"),
        dated("2026-11-24T00:21:00Z", 126, "2026-11-24T00:00:00"),
    ]);
    assert_eq!(notes(&said), ["refill-unconfirmed"], "{said}");
}

#[test]
fn a_date_that_moves_a_day_later_is_no_late_move_of_the_first_answers_date() {
    // The free plan's date names its last refill: it stood in the first answer, and moved with the next refill.
    let said = last(&[
        dated("2026-11-16T06:32:00Z", 150, "2026-11-16T00:00:00"),
        spend("2026-11-16T15:16:01Z", 1, 8),
        dated("2026-11-16T15:16:02Z", 142, "2026-11-16T00:00:00"),
        spend("2026-11-17T06:42:29Z", 1, 8),
        dated("2026-11-17T06:42:30Z", 150, "2026-11-17T00:00:00"),
        dated("2026-11-17T07:55:00Z", 142, "2026-11-17T00:00:00"),
        dated("2026-11-18T00:16:00Z", 142, "2026-11-17T00:00:00"),
    ]);
    assert_eq!(said["verdict"], "late", "one refill is owed, not two: {said}");
}

#[test]
fn half_of_a_months_tokens_may_have_been_spent_at_once_and_are_not_surely_missing() {
    let said = last(&[
        banked("2026-11-20T23:50:00Z", 1_244, 5_763, "2026-11-21T00:00:00"),
        banked("2026-11-21T05:42:00Z", 4_180, 7_007, "2026-12-21T00:00:00"),
    ]);
    assert_ne!(said["verdict"], "short", "{said}");
    assert_eq!(notes(&said), ["below-allotment"]);
}
