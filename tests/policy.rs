//! Cases in which the policy could guess towards alarm, and must not. Each comes from the simulation.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::replays::{
    answer, banked, counter, free, last, notes, paid, pool, replay, spend, tick, verdicts,
};

/// A day on which the refill came between the two hours and was used up in the evening.
fn day(day: u32, not_yet: &str, there: &str) -> [Value; 3] {
    [
        answer(&format!("2026-11-{day:02}T{not_yet}:00Z"), 1, 20),
        answer(&format!("2026-11-{day:02}T{there}:00Z"), 1, 150),
        answer(&format!("2026-11-{day:02}T20:00:00Z"), 1, 20),
    ]
}

#[test]
fn in_a_shared_account_an_unchanged_number_long_after_the_refill_proves_nothing() {
    let shared = [
        spend("2026-11-21T10:00:00Z", 1, 8),
        answer("2026-11-21T10:01:00Z", 1, 140),
        answer("2026-11-21T18:00:00Z", 1, 6), // 134 were spent by someone else
        tick("2026-11-21T18:05:00Z"),         // no cost was reported for them later
        answer("2026-11-22T09:00:00Z", 1, 6),
    ];
    // Own costs are known to be read: each explains its fall.
    let read = (0..5).flat_map(|n| {
        let at = |minute: u32| format!("2026-11-21T0{n}:{minute:02}:00Z");
        [spend(&at(10), 1, 8), answer(&at(20), 1, 180 - 8 * i64::from(n))]
    });
    let said = replay(
        &[&read.collect::<Vec<_>>()[..], &[answer("2026-11-21T09:00:00Z", 1, 148)], &shared[..]].concat(),
    );
    assert_eq!(said[15]["verdict"], "fresh");
    assert!(notes(&said[15]).contains(&"refill-unconfirmed"), "{}", said[15]);
    assert!(!notes(&said[13]).contains(&"spent-elsewhere"), "{}", said[13]);
    assert!(notes(&said[14]).contains(&"spent-elsewhere"), "{}", said[14]);
}

#[test]
fn in_a_shared_account_an_unchanged_number_right_after_the_refill_was_due_is_late() {
    let said = last(&[
        answer("2026-11-21T09:00:00Z", 1, 148),
        spend("2026-11-21T10:00:00Z", 1, 8),
        answer("2026-11-21T10:01:00Z", 1, 6),
        answer("2026-11-22T00:10:00Z", 1, 6),
    ]);
    assert_eq!(said["verdict"], "late");
}

#[test]
fn an_early_refill_settles_the_due_instant_it_came_before() {
    let said = replay(&[
        answer("2026-11-22T22:00:00Z", 1, 12),
        answer("2026-11-22T23:30:00Z", 1, 150),
        answer("2026-11-22T23:40:00Z", 1, 100),
        tick("2026-11-23T00:00:00Z"),
        spend("2026-11-23T00:05:00Z", 1, 8),
        answer("2026-11-23T00:10:00Z", 1, 92),
    ]);
    assert_eq!(said[1]["verdict"], "refilled");
    assert_eq!(notes(&said[1]), ["early-refill"]);
    assert_eq!(said[3]["verdict"], "refilled");
    assert_eq!(said[5]["verdict"], "refilled");
}

#[test]
fn more_than_the_allotment_was_given_and_not_refilled() {
    let said = last(&[answer("2026-11-22T10:00:00Z", 1, 138), answer("2026-11-22T11:00:00Z", 1, 164)]);
    assert_eq!(said["verdict"], "fresh");
}

#[test]
fn a_counter_that_was_right_and_fell_is_the_pages_own_deduction_where_spending_cannot_be_read() {
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        counter("2026-11-22T10:00:01Z", 1, "72"),
        counter("2026-11-22T10:05:00Z", 1, "64"),
        tick("2026-11-22T10:05:10Z"),
        counter("2026-11-22T10:06:00Z", 1, "150"),
        tick("2026-11-22T10:06:10Z"),
    ]);
    assert_eq!(said[3]["verdict"], "fresh");
    assert_eq!((&said[5]["verdict"], &said[5]["reason"]), (&json!("stale"), &json!("counter-behind")));
}

#[test]
fn a_page_that_took_its_own_spending_off_is_not_out_of_date_when_another_tab_reads_the_same() {
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        spend("2026-11-22T10:01:00Z", 1, 8),
        answer("2026-11-22T10:02:00Z", 2, 64),
        counter("2026-11-22T10:02:30Z", 1, "64"),
        counter("2026-11-22T10:03:00Z", 1, "72"),
    ]);
    assert_eq!(said[3]["verdict"], "fresh");
    assert_eq!((&said[4]["verdict"], &said[4]["reason"]), (&json!("stale"), &json!("newer-elsewhere")));
}

#[test]
fn a_small_refill_seen_long_after_it_came_may_have_been_used_and_is_not_called_short() {
    let at = |time: &str| {
        last(&[
            banked("2026-11-20T09:00:00Z", 8120, 500, "2026-11-25T09:30:00"),
            banked("2026-11-25T09:00:00Z", 120, 500, "2026-11-25T09:30:00"),
            banked(&format!("2026-11-{time}:00Z"), 4000, 620, "2026-12-25T09:30:00"),
        ])
    };
    assert_eq!(at("25T09:55")["verdict"], "short");
    let days_after = at("28T14:00");
    assert_eq!(days_after["verdict"], "refilled");
    assert!(notes(&days_after).contains(&"below-allotment"), "{days_after}");
}

#[test]
fn a_change_of_plan_is_no_refill_and_ends_the_waiting_for_one() {
    let said = replay(&[
        answer("2026-11-22T23:00:00Z", 1, 12),
        answer("2026-11-23T00:30:00Z", 1, 12),
        free(
            "2026-11-23T01:00:00Z",
            1,
            json!({"plan": "ARTISAN", "subscriptionTokens": 25000, "tokenRenewalDate": "2026-12-23T01:00:00"}),
        ),
    ]);
    assert_eq!(verdicts(&said), ["fresh", "late", "fresh"]);
    assert_eq!(notes(&said[2]), ["plan-changed"]);
}

#[test]
fn a_date_that_moved_between_two_devices_answers_is_still_seen_to_have_moved() {
    let device = json!({"at": "2026-11-25T10:00:00Z", "event": "device", "name": "phone", "account": null,
        "answer": {"answered_at": "2026-11-25T09:50:00Z", "pools": {"fast": 8400}}});
    let said = last(&[
        paid("2026-11-25T09:00:00Z", 1, 120, "2026-11-25T09:30:00"),
        device,
        paid("2026-11-25T10:05:00Z", 1, 8400, "2026-12-25T09:30:00"),
    ]);
    assert_eq!(said["verdict"], "refilled");
}

#[test]
fn a_clock_that_was_set_back_leaves_no_false_alarm_behind() {
    let said = last(&[
        answer("2026-11-22T23:00:00Z", 1, 12),
        answer("2026-11-23T00:30:00Z", 1, 12), // the clock runs two hours ahead
        answer("2026-11-22T22:31:00Z", 1, 12), // and is set right
    ]);
    assert_eq!(said["verdict"], "fresh");
}

#[test]
fn an_account_that_refills_at_another_hour_teaches_it_and_keeps_what_the_user_set_above_it() {
    let days: Vec<Value> = (2..9).flat_map(|n| day(n, "07:40", "08:20")).collect();
    let said = last(&days);
    assert_eq!(pool(&said, "fast")["basis"], "learned");
    assert_eq!(pool(&said, "fast")["next_refill"], "2026-11-09T08:00:00Z");
    let set = json!({"at": "2026-11-08T21:00:00Z", "event": "settings", "set": {"daily_reset_utc": "09:30"}});
    let said = last(&[&days[..], &[set]].concat());
    assert_eq!(pool(&said, "fast")["basis"], "manual");
    assert_eq!(pool(&said, "fast")["next_refill"], "2026-11-09T09:30:00Z");
}

#[test]
fn two_refills_missed_in_a_row_are_missed_since_the_first() {
    let said = last(&[answer("2026-11-22T23:00:00Z", 1, 3), answer("2026-11-24T00:30:00Z", 1, 3)]);
    assert_eq!(said["verdict"], "missed");
    assert_eq!(said["late_by_s"], (24 * 60 + 30) * 60);
}
