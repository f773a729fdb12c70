//! The main job, from outside: what the engine says in the cases users ask about, using only the replay format.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::replay::Replay;
use serde_json::{Value, json};
use support::replays::{answer, banked, free, last, notes, paid, pool, replay, tick, verdicts};

#[test]
fn a_number_read_today_is_fresh_and_names_the_next_refill() {
    let said = last(&[answer("2026-11-22T10:00:00Z", 1, 72)]);
    assert_eq!(said["verdict"], "fresh");
    assert_eq!(pool(&said, "fast")["amount"], 72);
    assert_eq!(pool(&said, "fast")["as_of"], "2026-11-22T10:00:00Z");
    assert_eq!(pool(&said, "fast")["next_refill"], "2026-11-23T00:00:00Z");
    assert_eq!(pool(&said, "fast")["basis"], "assumed");
}

#[test]
fn a_tab_that_answered_before_the_refill_is_stale_from_the_very_millisecond() {
    let events = [
        answer("2026-11-22T23:00:00Z", 1, 12),
        tick("2026-11-22T23:59:59.999Z"),
        tick("2026-11-23T00:00:00Z"),
    ];
    let said = replay(&events);
    assert_eq!(said[1]["verdict"], "fresh");
    assert_eq!(said[2]["verdict"], "stale");
    assert_eq!(said[2]["reason"], "before-refill");
    assert_eq!(pool(&said[2], "fast")["amount"], 12);
}

#[test]
fn the_story_of_a_late_refill() {
    let said = replay(&[
        answer("2026-11-22T23:00:00Z", 1, 0),
        tick("2026-11-23T00:12:00Z"),
        json!({"at": "2026-11-23T00:46:00Z", "event": "fresh-reload", "tab": 1}),
        json!({"at": "2026-11-23T00:46:01Z", "event": "tab", "tab": 1, "state": "loaded"}),
        answer("2026-11-23T00:47:00Z", 1, 0),
        answer("2026-11-23T02:40:00Z", 1, 150),
        tick("2026-11-23T03:39:00Z"),
        tick("2026-11-23T03:40:01Z"),
    ]);
    assert_eq!(
        verdicts(&said),
        ["fresh", "stale", "stale", "unknown", "late", "refilled", "refilled", "fresh"]
    );
    assert_eq!(said[4]["late_by_s"], 47 * 60);
}

#[test]
fn a_refill_that_has_not_come_after_a_day_is_missed() {
    let said = last(&[
        answer("2026-11-22T23:00:00Z", 1, 3),
        answer("2026-11-23T08:00:00Z", 1, 3),
        answer("2026-11-24T00:30:00Z", 1, 3),
    ]);
    assert_eq!(said["verdict"], "missed");
}

#[test]
fn a_missed_refill_that_the_next_one_makes_good_is_refilled() {
    let said = last(&[
        answer("2026-11-22T23:00:00Z", 1, 3),
        answer("2026-11-23T08:00:00Z", 1, 3),
        answer("2026-11-24T00:30:00Z", 1, 150),
    ]);
    assert_eq!(said["verdict"], "refilled");
}

#[test]
fn a_paid_account_is_judged_by_its_renewal_date() {
    let said = replay(&[
        paid("2026-11-22T10:00:00Z", 1, 120, "2026-11-25T09:30:00"),
        tick("2026-11-25T09:29:59Z"),
        tick("2026-11-25T09:30:00Z"),
        paid("2026-11-25T09:31:00Z", 1, 120, "2026-11-25T09:30:00"),
        paid("2026-11-25T11:00:00Z", 1, 8500, "2026-12-25T09:30:00"),
    ]);
    assert_eq!(verdicts(&said), ["fresh", "fresh", "stale", "late", "refilled"]);
    assert_eq!(pool(&said[0], "fast")["basis"], "server");
    assert_eq!(pool(&said[4], "fast")["next_refill"], "2026-12-25T09:30:00Z");
}

#[test]
fn a_past_renewal_date_stays_what_was_due_and_is_not_turned_into_a_future_one() {
    let said = last(&[paid("2026-11-22T10:00:00Z", 1, 120, "2026-11-20T00:00:00")]);
    assert_eq!(said["verdict"], "missed");
    let said = last(&[paid("2026-11-20T10:00:00Z", 1, 120, "2026-11-20T00:00:00")]);
    assert_eq!(said["verdict"], "late");
    assert_eq!(pool(&said, "fast")["next_refill"], Value::Null);
}

#[test]
fn a_paid_refill_far_below_the_plan_is_short() {
    let said = last(&[
        banked("2026-11-25T09:00:00Z", 120, 500, "2026-11-25T09:30:00"),
        banked("2026-11-25T09:35:00Z", 4000, 620, "2026-12-25T09:30:00"),
    ]);
    assert_eq!(said["verdict"], "short");
}

#[test]
fn another_tab_with_a_newer_number_makes_this_one_stale() {
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        answer("2026-11-22T10:05:00Z", 2, 64),
        json!({"at": "2026-11-22T10:06:00Z", "event": "counter", "tab": 1, "text": "72"}),
    ]);
    assert_eq!(said[1]["verdict"], "fresh");
    assert_eq!(said[2]["verdict"], "stale");
    assert_eq!(said[2]["reason"], "newer-elsewhere");
}

#[test]
fn a_device_with_a_newer_number_makes_this_tab_stale() {
    let device = |pools: Value| {
        json!({"at": "2026-11-22T10:06:00Z", "event": "device", "name": "phone", "account": null,
               "answer": {"answered_at": "2026-11-22T10:05:00Z", "pools": pools}})
    };
    let said = last(&[answer("2026-11-22T10:00:00Z", 1, 72), device(json!({"fast": 40}))]);
    assert_eq!((&said["verdict"], &said["reason"]), (&json!("stale"), &json!("newer-elsewhere")));
    let same = last(&[answer("2026-11-22T10:00:00Z", 1, 72), device(json!({"fast": 72}))]);
    assert_eq!(same["verdict"], "fresh");
}

#[test]
fn a_counter_above_what_the_answer_allows_is_behind_only_after_it_has_settled() {
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        json!({"at": "2026-11-22T10:00:01Z", "event": "counter", "tab": 1, "text": "112"}),
        tick("2026-11-22T10:00:05.999Z"),
        tick("2026-11-22T10:00:06Z"),
        json!({"at": "2026-11-22T10:00:07Z", "event": "counter", "tab": 1, "text": "72"}),
    ]);
    assert_eq!(verdicts(&said), ["fresh", "fresh", "fresh", "stale", "fresh"]);
    assert_eq!(said[3]["reason"], "counter-behind");
}

#[test]
fn what_the_browser_itself_spent_may_already_be_taken_off_the_counter() {
    let said = last(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        json!({"at": "2026-11-22T10:01:00Z", "event": "spend", "tab": 1, "tokens": 8}),
        json!({"at": "2026-11-22T10:01:00Z", "event": "counter", "tab": 1, "text": "64"}),
        tick("2026-11-22T10:02:00Z"),
    ]);
    assert_eq!(said["verdict"], "fresh");
}

#[test]
fn an_answer_without_a_balance_is_unknown_and_keeps_the_last_known_number() {
    for (name, body, reason) in [
        (
            "signed out",
            json!({"errors": [{"message": "Could not verify JWT: JWTExpired", "extensions": {"code": "invalid-jwt"}}]}),
            "signed-out",
        ),
        ("an empty list", json!({"data": {"user_details": []}}), "empty"),
        ("another error", json!({"errors": [{"message": "upstream timeout"}]}), "refused"),
        (
            "numbers as texts",
            json!({"data": {"user_details": [{"subscriptionTokens": "150"}]}}),
            "unreadable",
        ),
        ("an HTML page", json!("<html>429</html>"), "refused"),
    ] {
        let said = last(&[
            answer("2026-11-22T10:00:00Z", 1, 72),
            json!({"at": "2026-11-22T10:05:00Z", "event": "answer", "tab": 1, "body": body}),
        ]);
        assert_eq!((&said["verdict"], &said["reason"]), (&json!("unknown"), &json!(reason)), "{name}");
        assert_eq!(pool(&said, "fast")["amount"], 72, "{name}");
        assert_eq!(pool(&said, "fast")["as_of"], "2026-11-22T10:00:00Z", "{name}");
    }
}

#[test]
fn an_answer_about_something_else_changes_nothing() {
    let said = last(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        json!({"at": "2026-11-22T10:05:00Z", "event": "answer", "tab": 1, "body": {"data": {"generations": [{"id": "1"}]}}}),
    ]);
    assert_eq!(said["verdict"], "fresh");
}

#[test]
fn two_accounts_never_mix() {
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        paid("2026-11-22T10:05:00Z", 2, 8000, "2026-12-14T00:00:00"),
        tick("2026-11-22T10:06:00Z"),
        json!({"at": "2026-11-22T10:07:00Z", "event": "counter", "tab": 1, "text": "72"}),
    ]);
    assert_ne!(said[0]["account"], said[1]["account"]);
    assert_eq!(said[2]["account"], said[1]["account"]);
    assert_eq!(said[3]["account"], said[0]["account"]);
    assert_eq!(said[3]["verdict"], "fresh");
    assert_eq!(pool(&said[3], "fast")["amount"], 72);
}

#[test]
fn a_team_workspace_is_an_account_of_its_own_with_its_own_pool() {
    let team = |at: &str, tokens: i64| {
        json!({"at": at, "event": "answer", "tab": 1, "team": "t-7", "body": {"data": {
            "user_details": [{"id": "ada", "plan": "FREE", "subscriptionTokens": 72}],
            "teams": [{"id": 7, "akUUID": "t-7", "subscriptionTokens": tokens, "rolloverTokens": 10, "paidTokens": 5}]}}})
    };
    let said = replay(&[answer("2026-11-22T10:00:00Z", 1, 72), team("2026-11-22T10:05:00Z", 4000)]);
    assert_ne!(said[0]["account"], said[1]["account"]);
    assert_eq!(pool(&said[1], "team")["amount"], 4000);
    assert_eq!(pool(&said[1], "fast"), &Value::Null);
    assert_eq!(said[1]["verdict"], "fresh");
}

#[test]
fn a_top_up_is_no_refill() {
    let said = last(&[
        answer("2026-11-22T23:00:00Z", 1, 12),
        free("2026-11-23T00:30:00Z", 1, json!({"subscriptionTokens": 12, "paidTokens": 1000})),
    ]);
    assert_eq!(said["verdict"], "late");
    assert_eq!(notes(&said), ["topped-up"]);
}

#[test]
fn a_full_daily_pool_is_not_late_when_it_does_not_rise() {
    let said = last(&[answer("2026-11-22T23:00:00Z", 1, 150), answer("2026-11-23T00:30:00Z", 1, 150)]);
    assert_eq!(said["verdict"], "fresh");
    assert_eq!(notes(&said), ["at-or-above-allotment"]);
}

#[test]
fn a_fall_across_the_due_instant_allows_both_readings_and_is_said_so() {
    let said = last(&[answer("2026-11-22T23:00:00Z", 1, 140), answer("2026-11-23T09:00:00Z", 1, 100)]);
    assert_eq!(said["verdict"], "fresh");
    assert_eq!(notes(&said), ["refill-unconfirmed"]);
}

#[test]
fn an_empty_plan_pool_beside_a_full_one_is_the_wrong_pool() {
    let said = last(&[free("2026-11-22T10:00:00Z", 1, json!({"subscriptionTokens": 0, "paidTokens": 900}))]);
    assert_eq!(notes(&said), ["wrong-pool"]);
}

#[test]
fn what_the_user_sets_beats_what_is_assumed_and_null_undoes_it() {
    let set =
        |at: &str, value: Value| json!({"at": at, "event": "settings", "set": {"daily_reset_utc": value}});
    let said = replay(&[
        answer("2026-11-22T10:00:00Z", 1, 72),
        set("2026-11-22T10:01:00Z", json!("08:30")),
        set("2026-11-22T10:02:00Z", Value::Null),
    ]);
    assert_eq!(pool(&said[1], "fast")["next_refill"], "2026-11-23T08:30:00Z");
    assert_eq!(pool(&said[1], "fast")["basis"], "manual");
    assert_eq!(pool(&said[2], "fast")["basis"], "assumed");
}

#[test]
fn an_ambiguous_plan_without_a_date_has_no_schedule_until_the_user_names_the_plan() {
    let basic = json!({"at": "2026-11-22T10:00:00Z", "event": "answer", "tab": 1,
        "body": {"data": {"user_details": [{"id": "b", "plan": "BASIC", "subscriptionTokens": 40}]}}});
    let set = json!({"at": "2026-11-22T10:01:00Z", "event": "settings", "set": {"plan": "free"}});
    let said = replay(&[basic, tick("2026-11-23T00:10:00Z"), set]);
    assert_eq!(said[1]["verdict"], "fresh");
    assert_eq!(pool(&said[1], "fast")["next_refill"], Value::Null);
    assert_eq!(pool(&said[2], "fast")["basis"], "assumed");
}

#[test]
fn a_wrong_computer_clock_is_corrected_by_the_server() {
    let mut wrong = answer("2026-11-23T02:00:00Z", 1, 72);
    wrong["server_date"] = json!("2026-11-22T23:00:00Z");
    let said = replay(&[wrong, tick("2026-11-23T02:59:59Z"), tick("2026-11-23T03:00:00Z")]);
    assert_eq!(said[0]["verdict"], "fresh");
    assert_eq!(notes(&said[0]), ["clock-off"]);
    assert_eq!(pool(&said[0], "fast")["as_of"], "2026-11-22T23:00:00Z");
    assert_eq!(said[1]["verdict"], "fresh");
    assert_eq!(said[2]["verdict"], "stale");
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_the_run_goes_on() {
    let mut replay = Replay::default();
    let said: Value = serde_json::from_str(&replay.line("{")).unwrap();
    assert_eq!(said["line"], 1);
    assert!(said["error"].as_str().unwrap().starts_with("not JSON"));
    let said: Value =
        serde_json::from_str(&replay.line(&answer("2026-11-22T10:00:00Z", 1, 72).to_string())).unwrap();
    assert_eq!(said["verdict"], "fresh");
    for line in [
        json!({"event": "tick"}),
        json!({"at": "yesterday", "event": "tick"}),
        json!({"at": "2026-11-22T10:00:00Z", "event": "lunch"}),
        json!({"at": "2026-11-22T10:00:00Z", "event": "settings", "set": {"billing_day": 32}}),
    ] {
        let said: Value = serde_json::from_str(&replay.line(&line.to_string())).unwrap();
        assert!(said["error"].is_string(), "{line}");
    }
}
