//! Where the observations allow both readings, the engine says so. Each case comes from the simulation, most of them
//! as a wrong verdict of an earlier version.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::replays::{answer, details, free, last, notes, pool, replay, spend, tick};

const UNCONFIRMED: &str = "refill-unconfirmed";

/// An answer of an account whose slug names no plan.
fn basic(at: &str, fast: u64, renewal: Option<&str>) -> Value {
    let base = json!({"id": "ada", "plan": "BASIC", "rolloverTokens": 0, "paidTokens": 0});
    details(at, 1, base, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

/// An answer of a Premium account.
fn premium(at: &str, fast: u64, bank: u64, renewal: &str) -> Value {
    let base = json!({"id": "ada", "plan": "ARTISAN_V2", "rolloverTokens": bank, "paidTokens": 0});
    details(at, 1, base, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

/// An answer of a free account with bought tokens.
fn with_top_up(at: &str, fast: u64, top_up: u64) -> Value {
    free(at, 1, json!({"subscriptionTokens": fast, "paidTokens": top_up}))
}

/// An answer of a free account that includes its date.
fn dated(at: &str, fast: u64, renewal: &str) -> Value {
    free(at, 1, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

#[test]
fn a_date_that_was_past_when_it_was_first_told_may_be_that_of_a_refill_still_to_come() {
    let said = last(&[dated("2026-11-22T02:49:00Z", 34, "2026-11-22T00:00:00")]);
    assert_eq!(said["verdict"], "fresh");
    assert!(notes(&said).contains(&UNCONFIRMED), "{said}");
}

#[test]
fn a_refill_seen_before_it_was_due_may_have_been_the_late_one_of_the_day_before() {
    // Full when yesterday's refill was due, spent from, and full again in the evening: late, or early?
    let said = replay(&[
        answer("2026-11-21T23:00:00Z", 1, 150),
        answer("2026-11-22T01:02:00Z", 1, 142),
        answer("2026-11-22T19:35:00Z", 1, 150),
        spend("2026-11-22T19:40:00Z", 1, 8),
        tick("2026-11-23T01:00:00Z"),
    ]);
    assert!(!notes(&said[2]).contains(&"early-refill"), "{}", said[2]);
    assert_eq!(said[4]["verdict"], "fresh");
    assert!(notes(&said[4]).contains(&UNCONFIRMED), "{}", said[4]);
}

#[test]
fn a_gift_above_the_allotment_across_the_due_instant_is_no_refill() {
    let said = last(&[answer("2026-11-21T20:00:00Z", 1, 150), answer("2026-11-22T09:00:00Z", 1, 190)]);
    assert_eq!(said["verdict"], "fresh");
    assert!(notes(&said).contains(&"at-or-above-allotment"), "{said}");
}

#[test]
fn a_gift_above_the_allotment_leaves_nothing_to_wait_for() {
    let said = last(&[answer("2026-11-21T20:00:00Z", 1, 120), answer("2026-11-22T09:00:00Z", 1, 190)]);
    assert_eq!(said["verdict"], "fresh");
    assert!(!notes(&said).contains(&UNCONFIRMED), "{said}");
}

#[test]
fn own_spending_beyond_the_pool_was_paid_from_bought_tokens_and_is_no_refill() {
    // 154 were spent, 150 of them from the pool; the rest and the bought tokens hide each other.
    let said = last(&[
        with_top_up("2026-11-21T00:24:00Z", 150, 0),
        spend("2026-11-21T17:00:00Z", 1, 154),
        with_top_up("2026-11-22T00:53:00Z", 0, 1_370),
    ]);
    assert_ne!(said["verdict"], "refilled", "{said}");
}

#[test]
fn other_pools_that_others_spent_from_show_that_the_plans_own_tokens_had_come_and_gone() {
    let said = last(&[
        with_top_up("2026-11-21T20:00:00Z", 60, 3_900),
        with_top_up("2026-11-23T19:00:00Z", 60, 3_892),
    ]);
    assert_eq!(said["verdict"], "fresh");
    assert!(notes(&said).contains(&UNCONFIRMED), "{said}");
}

#[test]
fn a_number_of_a_nearly_full_pool_comes_again_soon_where_spending_is_not_read() {
    let said = replay(&[
        answer("2026-11-20T20:00:00Z", 1, 150),
        answer("2026-11-20T20:10:00Z", 1, 142), // unread
        answer("2026-11-21T00:15:00Z", 1, 142),
    ]);
    assert_eq!(said[2]["verdict"], "fresh");
    assert!(notes(&said[2]).contains(&UNCONFIRMED), "{}", said[2]);
}

#[test]
fn an_unread_fall_of_many_tokens_does_not_keep_a_missing_refill_from_being_late() {
    let said = last(&[
        answer("2026-11-20T20:00:00Z", 1, 150),
        answer("2026-11-20T20:10:00Z", 1, 12),
        answer("2026-11-21T01:30:00Z", 1, 12),
    ]);
    assert_eq!(said["verdict"], "late");
}

#[test]
fn what_rises_or_falls_unexplained_while_a_refill_is_missing_may_have_brought_it() {
    let missing = [answer("2026-11-21T20:00:00Z", 1, 50), answer("2026-11-22T00:01:00Z", 1, 50)];
    let risen = replay(&[&missing[..], &[answer("2026-11-22T00:07:00Z", 1, 63)]].concat());
    assert_eq!(risen[1]["verdict"], "late");
    assert_eq!(risen[2]["verdict"], "fresh");
    let fallen = last(&[&missing[..], &[answer("2026-11-22T01:13:00Z", 1, 42)]].concat());
    assert_eq!(fallen["verdict"], "fresh");
    assert!(notes(&fallen).contains(&UNCONFIRMED), "{fallen}");
    // A minute is too short for this much to come and go.
    let soon = last(&[&missing[..], &[answer("2026-11-22T00:03:00Z", 1, 42)]].concat());
    assert_eq!(soon["verdict"], "late");
}

#[test]
fn a_slug_that_names_no_plan_is_the_free_one_where_the_pool_is_filled_up_to_150_day_after_day() {
    let mut days = Vec::new();
    for day in 16..20 {
        days.push(basic(&format!("2026-11-{day}T08:00:00Z"), 150, None));
        days.push(basic(&format!("2026-11-{day}T20:00:00Z"), 30, None));
    }
    let said = replay(&days);
    assert!(pool(&said[3], "fast")["next_refill"].is_null(), "{}", said[3]);
    let next = pool(&said[7], "fast");
    assert_eq!((&next["next_refill"], &next["basis"]), (&json!("2026-11-20T00:00:00Z"), &json!("assumed")));
    // The tokens reveal another plan with the same slug.
    days.push(basic("2026-11-20T10:00:00Z", 8_500, None));
    let paid = last(&days);
    assert_eq!(paid["verdict"], "fresh");
    assert!(pool(&paid, "fast")["next_refill"].is_null(), "{paid}");
}

#[test]
fn a_date_of_another_cycle_under_the_same_slug_is_another_plan_and_no_refill() {
    let said = last(&[
        basic("2026-11-21T07:45:00Z", 122, Some("2026-11-22T00:00:00")),
        basic("2026-11-22T01:18:00Z", 8_500, Some("2026-12-21T08:41:00")),
    ]);
    assert_eq!(said["verdict"], "fresh");
}

#[test]
fn an_old_date_does_not_follow_the_account_into_another_plan() {
    let said = replay(&[
        dated("2026-11-20T10:00:00Z", 150, "2026-11-21T00:00:00"),
        free("2026-11-20T10:05:00Z", 1, json!({"plan": "APPRENTICE", "subscriptionTokens": 8_500})),
        tick("2026-11-21T00:30:00Z"),
    ]);
    assert_eq!(said[2]["verdict"], "fresh", "{}", said[2]);
    assert!(pool(&said[2], "fast")["next_refill"].is_null(), "{}", said[2]);
}

#[test]
fn refills_far_from_midnight_put_the_assumed_hour_in_doubt_before_another_is_named() {
    let mut days = Vec::new();
    for day in 16..18 {
        days.push(answer(&format!("2026-11-{day}T15:00:00Z"), 1, 20));
        days.push(answer(&format!("2026-11-{day}T16:30:00Z"), 1, 150));
        days.push(answer(&format!("2026-11-{day}T23:30:00Z"), 1, 20));
    }
    days.extend(["2026-11-18T00:30:00Z", "2026-11-18T14:00:00Z", "2026-11-19T18:00:00Z"].map(tick));
    let said = replay(&days);
    // Midnight means nothing any more. A day after the last refill, the next may have come; after two, it has.
    assert_eq!(said[6]["verdict"], "fresh");
    assert_eq!(
        (said[7]["verdict"].as_str(), notes(&said[7])),
        (Some("fresh"), vec![UNCONFIRMED, "old-answer"])
    );
    assert_eq!(said[8]["reason"], "before-refill", "{}", said[8]);
}

#[test]
fn a_months_refill_that_is_far_too_small_is_short_while_it_cannot_have_been_spent_and_a_note_later() {
    let month = |seen: &str| {
        last(&[
            premium("2026-11-20T10:00:00Z", 900, 0, "2026-11-21T00:00:00"),
            premium(seen, 12_000, 900, "2026-12-21T00:00:00"),
        ])
    };
    assert_eq!(month("2026-11-21T00:20:00Z")["verdict"], "short");
    for later in ["2026-11-23T20:00:00Z", "2026-11-26T20:00:00Z"] {
        let said = month(later);
        assert_eq!(said["verdict"], "refilled");
        assert!(notes(&said).contains(&"below-allotment"), "{said}");
    }
}
