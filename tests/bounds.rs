//! Where a rule turns: a case on each side of the bounds that decide about a refill, a plan or a device.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::balance::{Parsed, Pool, Refusal, Request, parse_answer};
use serde_json::{Value, json};
use support::replays::{answer, banked, details, free, last, notes, pool, replay, spend};

/// An answer of an account whose slug names no plan.
fn basic(at: &str, fast: u64, renewal: Option<&str>) -> Value {
    let base = json!({"id": "ada", "plan": "BASIC", "rolloverTokens": 0, "paidTokens": 0});
    details(at, 1, base, json!({"subscriptionTokens": fast, "tokenRenewalDate": renewal}))
}

#[test]
fn a_date_that_moves_by_less_than_half_a_day_is_the_same_date_written_otherwise() {
    let seen = |after: i64, bank: i64, renewal: &str| {
        last(&[
            banked("2026-11-20T10:00:00Z", 300, 500, "2026-11-22T00:00:00"),
            banked("2026-11-22T00:30:00Z", after, bank, renewal),
        ])
    };
    let stands = |renewal: &str| seen(300, 500, renewal)["reason"].clone();
    assert_eq!(stands("2026-11-22T00:00:00"), Value::Null);
    assert_eq!(stands("2026-11-22T02:00:00"), Value::Null, "a local time without its zone");
    assert_eq!(stands("2026-11-22T11:59:59"), Value::Null);
    assert_eq!(stands("2026-11-22T12:00:00"), "renewed");
    assert_eq!(stands("2026-12-22T00:00:00"), "renewed");
    assert_eq!(seen(8_500, 800, "2026-12-22T00:00:00")["verdict"], "refilled");
}

#[test]
fn what_was_spent_before_the_due_instant_makes_room_and_what_was_spent_from_it_on_does_not() {
    let spent_at = |at: &str| {
        last(&[
            answer("2026-11-21T20:00:00Z", 1, 150),
            spend(at, 1, 60),
            answer("2026-11-22T02:00:00Z", 1, 90),
        ])
    };
    assert_eq!(spent_at("2026-11-21T23:50:00Z")["verdict"], "late");
    // Booked before or after the refill was due: nobody can tell.
    let soon = spent_at("2026-11-21T23:59:59.999Z");
    assert_eq!(soon["verdict"], "fresh");
    assert_eq!(notes(&soon), ["refill-unconfirmed"]);
    assert_eq!(spent_at("2026-11-22T00:00:00Z")["verdict"], "fresh");
    assert_eq!(spent_at("2026-11-22T00:30:00Z")["verdict"], "fresh");
}

#[test]
fn a_plan_that_the_slug_does_not_name_is_another_one_when_its_dates_keep_another_hour() {
    // A daily date, then one weeks ahead at another time of day: a paid plan started.
    let after = |renewal: &str| {
        let said = replay(&[
            basic("2026-11-20T10:00:00Z", 40, Some("2026-11-21T00:00:00")),
            basic("2026-11-20T18:00:00Z", 3_000, Some(renewal)),
        ]);
        said[1]["verdict"].clone()
    };
    assert_eq!(after("2026-12-20T17:40:00"), "fresh", "another plan is no refill");
    assert_eq!(after("2026-12-20T01:00:00"), "refilled", "within an hour of the day it is the same clock");
    assert_eq!(after("2026-12-20T01:00:01"), "fresh");
    assert_eq!(after("2026-12-19T22:59:59"), "fresh");
    assert_eq!(after("2026-12-19T23:00:00"), "refilled");
    assert_eq!(
        after("2026-11-22T12:00:00"),
        "refilled",
        "a date that moves by a day and a half is no plan's"
    );
}

#[test]
fn a_device_that_spends_makes_an_unchanged_number_prove_little() {
    let phone = json!({"at": "2026-11-20T12:00:00Z", "event": "device", "name": "phone", "account": null,
        "answer": {"answered_at": "2026-11-20T11:00:00Z", "pools": {"fast": 40}}});
    let evening = [
        answer("2026-11-20T10:00:00Z", 1, 40),
        answer("2026-11-20T20:00:00Z", 1, 40),
        answer("2026-11-21T03:00:00Z", 1, 40),
    ];
    assert_eq!(last(&evening)["verdict"], "late");
    let mut with_phone = evening.to_vec();
    with_phone.splice(0..1, [answer("2026-11-20T10:00:00Z", 1, 48), phone]);
    let said = last(&with_phone);
    assert_eq!(said["verdict"], "fresh", "the phone may have spent what came: {said}");
    assert!(notes(&said).contains(&"refill-unconfirmed"), "{said}");
}

#[test]
fn a_date_that_an_answer_leaves_out_stays_until_it_has_passed() {
    let undated_at = |at: &str| {
        let fields = json!({"subscriptionTokens": 40, "tokenRenewalDate": "2026-11-22T06:00:00"});
        last(&[free("2026-11-21T10:00:00Z", 1, fields), answer(at, 1, 40)])
    };
    let fast = |said: &Value| {
        let row = pool(said, "fast").clone();
        (row["basis"].clone(), row["next_refill"].clone())
    };
    assert_eq!(fast(&undated_at("2026-11-22T05:59:59Z")), (json!("server"), json!("2026-11-22T06:00:00Z")));
    assert_eq!(fast(&undated_at("2026-11-22T06:00:00Z")), (json!("assumed"), json!("2026-11-23T00:00:00Z")));
    assert_eq!(fast(&undated_at("2026-11-22T06:00:01Z")), (json!("assumed"), json!("2026-11-23T00:00:00Z")));
}

#[test]
fn a_date_does_not_outlive_a_leap_from_what_is_free_to_what_is_paid() {
    let then = |before: u64, after: u64| {
        let said = last(&[
            basic("2026-11-20T10:00:00Z", before, Some("2026-12-10T00:00:00")),
            basic("2026-11-20T12:00:00Z", after, None),
        ]);
        pool(&said, "fast")["next_refill"].clone()
    };
    let kept = json!("2026-12-10T00:00:00Z");
    assert_eq!(then(100, 90), kept);
    assert_eq!(then(100, 1_000), kept, "a gift");
    assert_eq!(then(100, 1_001), Value::Null, "a plan that nobody has told the date of");
    assert_eq!(then(8_000, 7_900), kept, "it was a paid one before");
}

#[test]
fn what_taught_the_hour_is_forgotten_with_the_plan() {
    let mut events = Vec::new();
    for day in 1..=7 {
        events.push(answer(&format!("2026-11-{day:02}T15:40:00Z"), 1, 20));
        events.push(answer(&format!("2026-11-{day:02}T16:10:00Z"), 1, 150));
    }
    let basis = |events: &[Value]| pool(&last(events), "fast")["basis"].clone();
    assert_eq!(basis(&events), "learned");
    let ada = |at: &str, plan: &str, fast: u64| {
        details(
            at,
            1,
            json!({"id": "ada", "plan": plan, "paidTokens": 0}),
            json!({"subscriptionTokens": fast}),
        )
    };
    events.push(ada("2026-11-08T12:00:00Z", "ARTISAN_V2", 25_000));
    events.push(ada("2026-11-09T12:00:00Z", "FREE", 150));
    assert_eq!(basis(&events), "assumed");
}

#[test]
fn refills_to_150_make_an_unnamed_plan_the_free_one_until_it_holds_more_than_that_can() {
    let mut events = Vec::new();
    for day in 1..=3 {
        events.push(basic(&format!("2026-11-{day:02}T22:00:00Z"), 20, None));
        let basis = || pool(&last(&events), "fast")["basis"].clone();
        assert_eq!(basis(), Value::Null, "after {} refills", day - 1);
        events.push(basic(&format!("2026-11-{:02}T01:00:00Z", day + 1), 150, None));
    }
    let basis = |events: &[Value]| pool(&last(events), "fast")["basis"].clone();
    assert_eq!(basis(&events), "assumed");
    let then = |fast: u64| [events.clone(), vec![basic("2026-11-04T09:00:00Z", fast, None)]].concat();
    assert_eq!(basis(&then(1_000)), "assumed", "a gift");
    assert_eq!(basis(&then(1_001)), Value::Null, "a paid plan");
    // It does not come back with the next small number.
    let spent = [then(1_001), vec![basic("2026-11-05T09:00:00Z", 900, None)]].concat();
    assert_eq!(basis(&spent), Value::Null);
}

#[test]
fn the_cost_of_a_generation_told_at_the_instant_of_a_balance_lies_before_it_in_whatever_order_they_arrive() {
    let at = "2026-11-20T12:00:00Z";
    let first = answer("2026-11-20T10:00:00Z", 1, 100);
    let one = last(&[first.clone(), spend(at, 1, 8), answer(at, 1, 92)]);
    let other = last(&[first, answer(at, 1, 92), spend(at, 1, 8)]);
    assert_eq!(notes(&one), Vec::<&str>::new(), "{one}");
    assert_eq!(notes(&other), notes(&one), "{other}");
}

#[test]
fn own_spending_counts_for_the_plans_pool_only_where_both_answers_tell_the_bank() {
    let grace = |at: &str, bank: Option<u64>| {
        let base = json!({"id": "grace", "plan": "APPRENTICE_V2", "paidTokens": 0});
        let fields = json!({"subscriptionTokens": 5_000, "rolloverTokens": bank, "tokenRenewalDate": null});
        details(at, 1, base, fields)
    };
    let billing_day = json!({"at": "2026-11-20T09:00:00Z", "event": "settings", "set": {"billing_day": 22}});
    let said = |before: Option<u64>, after: Option<u64>| {
        last(&[
            grace("2026-11-20T10:00:00Z", before),
            billing_day.clone(),
            spend("2026-11-21T12:00:00Z", 1, 100),
            grace("2026-11-22T02:00:00Z", after),
        ])
    };
    // Neither the pool nor the bank lost anything, so spent tokens came back; the bank shows no refill.
    assert_eq!(said(Some(500), Some(500))["verdict"], "late");
    assert!(notes(&said(Some(500), Some(500))).contains(&"returned"));
    // Without the bank's amount, the cost may have been paid from there, and nothing came back.
    for (before, after) in [(None, Some(500)), (Some(500), None), (None, None)] {
        assert_eq!(said(before, after)["verdict"], "late", "{before:?} {after:?}");
        assert!(!notes(&said(before, after)).contains(&"returned"), "{before:?} {after:?}");
    }
}

#[test]
fn api_credits_of_which_a_part_cannot_be_read_are_not_known_and_counted() {
    let told = parse_answer(
        &json!({"data": {"user_details": [{
            "id": "ada", "plan": "FREE", "subscriptionTokens": 40, "apiSubscriptionTokens": "many"
        }]}}),
        Request::default(),
    );
    let Parsed::Balance(reading) = told else { panic!("no balances") };
    assert_eq!(reading.pools.get(Pool::Api), None);
    assert_eq!(reading.refused, [Refusal::Amount]);
}
