//! What must hold whatever happens, in whatever order, and wherever the background stops.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/disk.rs"]
mod disk;
#[path = "support/lives.rs"]
mod lives;

use disk::Disk;
use lives::{START, Step, event, fields, gap, life, lines};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use refill_watch::state::replay::Replay;
use refill_watch::state::{Answer, TabId};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};
use refill_watch::verdict::{Observation, Verdict};
use refill_watch::{Event, State, UtcMillis};
use serde_json::{Map, Value, json};

/// Everything a state says at `now`, about every tab and about none.
fn said(state: &State, now: UtcMillis) -> String {
    let tabs = state.tabs().map(Some).chain([None]);
    let each = tabs.map(|tab| {
        let status = state.status(tab, now.into());
        let account = status.account.map(|(id, _)| id.to_string());
        let (judgement, pools) = (&status.judgement, &status.pools);
        format!(
            "{tab:?} {account:?} {judgement:?} {pools:?} {:?} {:?} {:?} {:?}\n",
            status.calendar, status.answered_at, status.shown, status.spendable
        )
    });
    each.collect::<String>() + &format!("{:?}", state.next_wake(now.into()))
}

/// Everything we keep of balances over time.
fn kept(state: &State, now: UtcMillis) -> String {
    let tabs = state.tabs().map(Some).chain([None]);
    let accounts = tabs.filter_map(|tab| Some(state.status(tab, now.into()).account?.0.clone()));
    let each = accounts.map(|id| {
        let (points, days): (Vec<_>, Vec<_>) = (state.detail(&id).collect(), state.days(&id).collect());
        format!("{id} {points:?} {days:?}")
    });
    each.collect()
}

/// Instants after the last event at which to look again.
fn later(last: UtcMillis) -> [UtcMillis; 5] {
    [0, 1, 10 * MINUTE, 26 * HOUR, 33 * DAY].map(|after| last.plus(after))
}

fn check_times(state: &State, now: UtcMillis) -> Result<(), TestCaseError> {
    for tab in state.tabs().map(Some).chain([None]) {
        let status = state.status(tab, now.into());
        prop_assert!(status.judgement.verdict.late_by(status.now) >= 0, "{:?}", status.judgement);
        for row in &status.pools {
            prop_assert!(row.next_refill.is_none_or(|due| due > status.now), "{row:?} at {}", status.now);
            prop_assert!(row.last_due.is_none_or(|due| due <= status.now), "{row:?} at {}", status.now);
            prop_assert!(state.repaint_in(now.into(), row.next_refill) >= 1);
            prop_assert!(state.repaint_in(now.into(), row.next_refill) <= MINUTE);
        }
        if let Some((due, calendar)) =
            status.calendar.as_ref().and_then(|calendar| Some((calendar.next_due(status.now)?, calendar)))
        {
            prop_assert!(due > status.now);
            prop_assert!(calendar.next_due(due).is_none_or(|next| next > due));
        }
    }
    prop_assert!(state.repaint_in(now.into(), None) >= 1);
    prop_assert!(
        state.next_wake(now.into()).is_none_or(|wake| wake > now.into()),
        "{:?} at {now}",
        state.next_wake(now.into())
    );
    Ok(())
}

/// What a verdict rests on says of each number truly whether the refill was due when it was read.
fn check_grounds(state: &State, now: UtcMillis) -> Result<(), TestCaseError> {
    for tab in state.tabs().map(Some).chain([None]) {
        let status = state.status(tab, now.into());
        let observations = &status.grounds.observations;
        let named = observations.iter().find_map(|observation| match observation {
            Observation::Due { at } => Some(*at),
            _ => None,
        });
        let due = match &status.judgement.verdict {
            Verdict::Refilled { due, .. } | Verdict::Short { due, .. } => Some(*due),
            _ => named,
        };
        let Some(due) = due else { continue };
        for observation in observations {
            match observation {
                Observation::Before { at, .. } => {
                    prop_assert!(*at < due, "{observation:?}: {due}")
                }
                Observation::After { at, .. } => prop_assert!(*at >= due, "{observation:?}: {due}"),
                _ => {}
            }
        }
    }
    Ok(())
}

fn config() -> ProptestConfig {
    // Quick enough for every run; `PROPTEST_CASES=10000` looks deeper.
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(120);
    // A failure becomes a named test, not a seed.
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

/// What is known when answers, each with the instant it was asked at, have arrived in `order`, all of them long under way.
fn arrived(events: &[(UtcMillis, Value)], order: &[usize]) -> State {
    let last = events.last().unwrap().0;
    let mut state = State::default();
    // One answer names the account before anything is spent in it: a cost alone belongs to nobody.
    let first = json!({"data": {"user_details": [{"id": "ada", "plan": "FREE", "subscriptionTokens": 5}]}});
    state.handle(Event::Answer(Answer::new(TabId(1), first)), START.into());
    for (n, (asked, body)) in (0..).zip(order.iter().filter_map(|i| events.get(*i))) {
        let asked_at = Some(asked.to_string());
        let answer = Answer { asked_at, ..Answer::new(TabId(1), body.clone()) };
        state.handle(Event::Answer(answer), last.plus(n).into());
    }
    let at = last.plus(100);
    // The current document got one more answer, the last of all.
    state.handle(Event::Tab { tab: TabId(1), state: refill_watch::state::TabChange::Closed }, at.into());
    state.handle(Event::Tick, at.plus(1).into());
    state
}

fn cost(tokens: u64) -> Value {
    json!({"data": {"generate": {"cost": {"amount": tokens, "unit": "CREDITS"}}}})
}

/// An answer of the account, with `fields` beside its id.
fn of_ada(mut fields: Map<String, Value>) -> Value {
    fields.insert("id".to_owned(), json!("ada"));
    fields.entry("subscriptionTokens").or_insert(json!(7));
    json!({"data": {"user_details": [fields]}})
}

#[test]
fn an_answer_with_the_former_date_is_known_by_when_it_was_asked_for_not_by_when_it_arrives() {
    let told = |fields: Value| of_ada(fields.as_object().unwrap().clone());
    let (early, late) = ("2026-03-11T00:00:00Z", "2026-03-11T01:00:00Z");
    let events: Vec<(UtcMillis, Value)> = [
        (1, cost(1)),
        (2, told(json!({}))),
        (3, cost(1)),
        (4, told(json!({"plan": "BASIC"}))),
        (5, cost(1)),
        (6, told(json!({"subscriptionTokens": 19, "tokenRenewalDate": early}))),
        (7, cost(1)),
        (8, told(json!({"plan": "ARTISAN", "tokenRenewalDate": late}))),
        (9, told(json!({"plan": "ARTISAN", "tokenRenewalDate": "2026-03-11T00:00:00"}))),
        (3 * DAY + 9, told(json!({"subscriptionTokens": null}))),
        (3 * DAY + 10, told(json!({"tokenRenewalDate": "2026-01-29T00:00:00Z"}))),
    ]
    .map(|(after, body)| (START.plus(after), body))
    .into();
    let sorted = arrived(&events, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let shuffled = arrived(&events, &[0, 1, 2, 3, 6, 5, 4, 7, 9, 10, 8]);
    for now in later(events.last().unwrap().0.plus(101)) {
        assert_eq!(said(&shuffled, now), said(&sorted, now));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_countdown_is_negative_and_the_next_due_is_to_come(life in life(30)) {
        let mut state = State::default();
        let lines = lines(&life);
        for (at, line) in &lines {
            state.handle(event(line), (*at).into());
            check_times(&state, *at)?;
        }
        for now in later(lines.last().unwrap().0) {
            check_times(&state, now)?;
        }
    }

    #[test]
    fn no_number_behind_a_verdict_stands_on_the_wrong_side_of_the_refill(life in life(30)) {
        let mut state = State::default();
        for (at, line) in lines(&life) {
            state.handle(event(&line), at.into());
            check_grounds(&state, at)?;
        }
    }

    #[test]
    fn the_clock_jumping_about_breaks_nothing(life in life(20), jumps in vec(-400 * DAY..400 * DAY, 20)) {
        let mut state = State::default();
        for ((at, line), jump) in lines(&life).iter().zip(jumps) {
            let at = at.plus(jump);
            state.handle(event(line), at.into());
            check_times(&state, at)?;
        }
    }

    #[test]
    fn unknown_never_becomes_zero(life in life(30)) {
        let mut replay = Replay::default();
        // Every number so far, whoever reported it.
        let mut told: Vec<f64> = Vec::new();
        for (_, line) in lines(&life) {
            collect_numbers(&line, &mut told);
            let said: Value = serde_json::from_str(&replay.line(&line.to_string())).unwrap();
            prop_assert!(said.get("error").is_none(), "{said}");
            prop_assert!(said["late_by_s"].as_i64().unwrap() >= 0, "{said}");
            for pool in said["pools"].as_array().unwrap() {
                let amount = pool["amount"].as_f64().unwrap();
                prop_assert!(told.contains(&amount), "{pool}: no answer said that");
            }
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_change_the_end(
        answers in vec((gap(), fields(), proptest::option::of(1..40_u32)), 2..16),
        order in Just((0..48).collect::<Vec<usize>>()).prop_shuffle(),
        twice in any::<Index>(),
    ) {
        let mut at = START;
        let mut events = Vec::new();
        for (after, fields, spent) in answers {
            // Two answers at the very same instant have no order.
            at = at.plus(after.max(1));
            if let Some(tokens) = spent {
                events.push((at, cost(tokens.into())));
                at = at.plus(1);
            }
            events.push((at, of_ada(fields)));
        }
        let run = |order: &[usize]| arrived(&events, order);
        let in_order: Vec<usize> = (0..48).collect();
        let (sorted, shuffled) = (run(&in_order), run(&order));
        for now in later(at.plus(101)) {
            prop_assert_eq!(said(&shuffled, now), said(&sorted, now));
        }
        // The same answer arriving twice is one answer.
        let again = twice.index(events.len());
        if events[again].1["data"].get("user_details").is_some() {
            let mut order = in_order.clone();
            order.push(again);
            let doubled = run(&order);
            for now in later(at.plus(101)) {
                prop_assert_eq!(said(&doubled, now), said(&sorted, now));
            }
        }
    }

    #[test]
    fn a_saved_history_gives_the_same_verdicts(life in life(40)) {
        let mut state = State::default();
        let lines = lines(&life);
        for (at, line) in &lines {
            state.handle(event(line), (*at).into());
        }
        let mut disk = Disk::default();
        disk.write(&state.take_unsaved());
        let loaded = disk.load();
        for now in later(lines.last().unwrap().0) {
            prop_assert_eq!(said(&loaded, now), said(&state, now));
            prop_assert_eq!(kept(&loaded, now), kept(&state, now));
        }
    }

    #[test]
    fn a_stop_between_any_two_events_loses_nothing(life in life(25)) {
        let mut lived = State::default();
        let mut disk = Disk::default();
        for (at, line) in lines(&life) {
            lived.handle(event(&line), at.into());
            let mut woken = disk.load();
            woken.handle(event(&line), at.into());
            disk.write(&woken.take_unsaved());
            prop_assert_eq!(said(&woken, at), said(&lived, at));
        }
        let whole = later(lines(&life).last().unwrap().0);
        let loaded = disk.load();
        for now in whole {
            prop_assert_eq!(said(&loaded, now), said(&lived, now));
            prop_assert_eq!(kept(&loaded, now), kept(&lived, now));
        }
    }

    #[test]
    fn a_stop_before_an_event_is_saved_loses_that_event_alone(life in life(25), stop in any::<Index>()) {
        let lines = lines(&life);
        let stop = stop.index(lines.len());
        let (mut without, mut stopped, mut disk) = (State::default(), State::default(), Disk::default());
        for (i, (at, line)) in lines.iter().enumerate() {
            stopped.handle(event(line), (*at).into());
            if i == stop {
                stopped = disk.load();
            } else {
                without.handle(event(line), (*at).into());
                disk.write(&stopped.take_unsaved());
            }
        }
        for now in later(lines.last().unwrap().0) {
            prop_assert_eq!(said(&stopped, now), said(&without, now));
            prop_assert_eq!(kept(&stopped, now), kept(&without, now));
        }
    }

    #[test]
    fn a_stop_between_two_writes_leaves_what_can_be_gone_on_from(
        life in life(25),
        stop in any::<Index>(),
        written in any::<Index>(),
    ) {
        let lines = lines(&life);
        let stop = stop.index(lines.len());
        let (mut state, mut disk) = (State::default(), Disk::default());
        for (i, (at, line)) in lines.iter().enumerate() {
            state.handle(event(line), (*at).into());
            let unsaved = state.take_unsaved();
            if i == stop {
                disk.write(&unsaved[..written.index(unsaved.len() + 1)]);
                state = disk.load();
                prop_assert!(state.diagnostics.set_aside.is_empty(), "{:?}", state.diagnostics);
            } else {
                disk.write(&unsaved);
            }
            check_times(&state, *at)?;
        }
    }
}

fn collect_numbers(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Number(number) => into.extend(number.as_f64()),
        Value::Array(list) => list.iter().for_each(|inner| collect_numbers(inner, into)),
        Value::Object(fields) => {
            fields
                .iter()
                .filter(|(name, _)| *name != "tab")
                .for_each(|(_, inner)| collect_numbers(inner, into));
        }
        _ => {}
    }
}

#[test]
fn a_stop_during_a_visit_keeps_that_the_rest_was_spent_elsewhere() {
    let change = |state: &str| json!({"event": "tab", "tab": 1, "state": state});
    let answer = |fast: u32| {
        let details = json!({"id": "ada", "plan": "FREE", "subscriptionTokens": fast});
        json!({"event": "answer", "tab": 1, "body": {"data": {"user_details": [details]}}})
    };
    let visits = [
        (HOUR, change("loaded")),
        (SECOND, answer(100)),
        (SECOND, change("closed")),
        (HOUR, change("loaded")),
        (SECOND, answer(50)),
    ];
    let visits = visits.map(|(after, what)| Step { after, what });
    let (mut lived, mut disk) = (State::default(), Disk::default());
    for (at, line) in lines(&visits) {
        lived.handle(event(&line), at.into());
        let mut woken = disk.load();
        woken.handle(event(&line), at.into());
        disk.write(&woken.take_unsaved());
        assert_eq!(said(&woken, at), said(&lived, at));
    }
    // No cost was reported for it in the minutes since.
    let later = START.plus(3 * HOUR);
    assert!(said(&lived, later).contains("SpentElsewhere"), "{}", said(&lived, later));
}
