//! What "Why it says this" lists: the numbers behind a verdict, each on its side of the due instant.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use refill_watch::balance::Amount;
use refill_watch::state::{Answer, TabId};
use refill_watch::time::parse_timestamp;
use refill_watch::verdict::{Decider, Grounds, Observation};
use refill_watch::{Event, State, UtcMillis};
use serde_json::{Value, json};

fn at(time: &str) -> UtcMillis {
    parse_timestamp(time).unwrap()
}

/// The grounds after these answers of an account, free unless they say otherwise, looked at when the last of them arrives.
fn grounds(answers: &[(&str, Value)]) -> Grounds {
    let mut state = State::default();
    for (time, fields) in answers {
        let mut fields = fields.clone();
        let known = fields.as_object_mut().unwrap();
        known.extend([("id".to_owned(), json!("ada")), ("paidTokens".to_owned(), json!(0))]);
        known.entry("plan").or_insert_with(|| json!("FREE"));
        let body = json!({"data": {"user_details": [fields]}});
        state.handle(Event::Answer(Answer::new(TabId(1), body)), at(time).into());
    }
    let (now, _) = answers.last().unwrap();
    state.status(Some(TabId(1)), at(now).into()).grounds
}

fn fast(tokens: u64) -> Value {
    json!({"subscriptionTokens": tokens})
}

fn before(tokens: u64, time: &str) -> Observation {
    Observation::Before { amount: Amount::whole(tokens), at: at(time) }
}

fn after(tokens: u64, time: &str) -> Observation {
    Observation::After { amount: Amount::whole(tokens), at: at(time) }
}

#[test]
fn a_late_refill_rests_on_the_same_number_before_and_after_it_was_due() {
    let grounds = grounds(&[("2026-11-22T22:00:00Z", fast(3)), ("2026-11-23T00:47:00Z", fast(3))]);
    let due = Observation::Due { at: at("2026-11-23T00:00:00Z") };
    assert_eq!(
        grounds.observations,
        [before(3, "2026-11-22T22:00:00Z"), due, after(3, "2026-11-23T00:47:00Z")]
    );
}

#[test]
fn a_date_that_still_stands_is_named_beside_them() {
    let dated =
        |tokens: u64| json!({"subscriptionTokens": tokens, "tokenRenewalDate": "2026-11-23T00:00:00"});
    let grounds = grounds(&[("2026-11-22T22:00:00Z", dated(3)), ("2026-11-23T00:47:00Z", dated(3))]);
    let stands = Observation::DateStands { date: at("2026-11-23T00:00:00Z") };
    assert_eq!(grounds.observations.last(), Some(&stands));
}

#[test]
fn a_refill_in_time_rests_on_a_number_before_and_one_after_it_was_due() {
    let grounds = grounds(&[("2026-11-22T22:00:00Z", fast(3)), ("2026-11-23T00:02:00Z", fast(150))]);
    assert_eq!(grounds.observations, [before(3, "2026-11-22T22:00:00Z"), after(150, "2026-11-23T00:02:00Z")]);
}

#[test]
fn a_refill_that_came_late_rests_on_two_numbers_read_after_it_was_due() {
    let grounds = grounds(&[
        ("2026-11-22T22:00:00Z", fast(3)),
        ("2026-11-23T00:47:00Z", fast(3)),
        ("2026-11-23T01:10:00Z", fast(150)),
    ]);
    assert_eq!(grounds.observations, [after(3, "2026-11-23T00:47:00Z"), after(150, "2026-11-23T01:10:00Z")]);
}

#[test]
fn a_refill_that_came_early_rests_on_two_numbers_read_before_it_was_due() {
    let grounds = grounds(&[("2026-11-22T22:00:00Z", fast(3)), ("2026-11-22T23:31:00Z", fast(150))]);
    assert_eq!(
        grounds.observations,
        [before(3, "2026-11-22T22:00:00Z"), before(150, "2026-11-22T23:31:00Z")]
    );
}

#[test]
fn an_open_case_says_what_would_decide_it() {
    // A full pool that shows the same is no proof either way; a part of a refill that was spent may be one.
    let grounds = grounds(&[("2026-11-22T22:00:00Z", fast(100)), ("2026-11-23T06:00:00Z", fast(90))]);
    assert_eq!(grounds.decider, Some(Decider::FullerPool { allotment: Some(Amount::whole(150)) }));
}

#[test]
fn a_date_that_moved_alone_rests_on_what_the_pool_still_holds() {
    let dated = |tokens: u64, date: &str| json!({"plan": "ARTISAN", "subscriptionTokens": tokens, "rolloverTokens": 0, "tokenRenewalDate": date});
    let grounds = grounds(&[
        ("2026-11-13T23:00:00Z", dated(50, "2026-11-14T00:00:00")),
        ("2026-11-14T02:00:00Z", dated(50, "2026-12-14T00:00:00")),
        ("2026-11-14T09:00:00Z", dated(50, "2026-12-14T00:00:00")),
    ]);
    let seen = &grounds.observations;
    assert!(seen.contains(&after(50, "2026-11-14T09:00:00Z")), "{seen:?}");
    assert!(seen.contains(&Observation::DateMoved { date: at("2026-12-14T00:00:00Z") }), "{seen:?}");
}

#[test]
fn own_spending_before_and_after_the_refill_counts_as_spent_in_between() {
    let mut state = State::default();
    let details = |tokens: u64| json!({"data": {"user_details": [{"id": "ada", "plan": "FREE", "paidTokens": 0, "subscriptionTokens": tokens}]}});
    let answer = |tokens| Event::Answer(Answer::new(TabId(1), details(tokens)));
    let spend = |tokens| Event::Spend { tab: TabId(1), tokens, asked_at: None };
    let events = [
        ("2026-11-22T22:00:00Z", answer(13)),
        ("2026-11-22T23:00:00Z", spend(10)),
        ("2026-11-23T00:30:00Z", spend(20)),
        ("2026-11-23T00:50:00Z", answer(130)),
    ];
    for (time, event) in events {
        state.handle(event, at(time).into());
    }
    let grounds = state.status(Some(TabId(1)), at("2026-11-23T00:50:00Z").into()).grounds;
    assert_eq!(grounds.observations.last(), Some(&Observation::Spent { tokens: Amount::whole(30) }));
}
