//! The cost of an event and of an evaluation, by how much has happened before.
//!
//! `cargo bench --bench engine`. Both must not grow with the history: within 1.5 times from 1 event to 100,000;
//! an evaluation stays below 20 µs. A benchmark only prints; it never fails.
#![allow(missing_docs)]

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use refill_watch::state::{Answer, TabChange, TabId};
use refill_watch::time::{HOUR, MINUTE, SECOND};
use refill_watch::{Event, State, UtcMillis};
use serde_json::json;
use std::hint::black_box;

const TAB: TabId = TabId(1);
const HISTORIES: [u64; 3] = [1, 1_000, 100_000];
/// 2026-11-22T00:00:00Z.
const START: UtcMillis = UtcMillis(1_795_305_600_000);

/// An answer of a free account that holds `fast` tokens, every field as the site sends it.
fn answer(fast: u64) -> Event {
    let details = json!({
        "id": "7d1c2f0a-0b5e-4c1d-9a53-2f6a8e0c41b7", "plan": "FREE", "tokenRenewalDate": null,
        "subscriptionTokens": fast, "rolloverTokens": 0, "paidTokens": 25, "streamTokens": 0,
        "subscriptionGptTokens": 0, "subscriptionModelTokens": 0, "__typename": "user_details",
    });
    Event::Answer(Answer::new(TAB, json!({"data": {"user_details": [details]}})))
}

/// A state after `events` events of normal use: 24 events a day, an answer every hour, most of them after a generation,
/// and the refill at midnight. The time is that of the next event.
fn after(events: u64) -> (State, UtcMillis) {
    let mut state = State::default();
    let mut now = START;
    let mut fast = 150;
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, now.into());
    for number in 0..events {
        if number.is_multiple_of(3) {
            now = now.plus(HOUR);
            fast = if now.time_of_day() < HOUR { 150 } else { fast };
            state.handle(answer(fast), now.into());
        } else {
            now = now.plus(MINUTE);
            fast = fast.saturating_sub(4);
            state.handle(Event::Spend { tab: TAB, tokens: 4, asked_at: None }, now.into());
        }
        if number.is_multiple_of(1_000) {
            // Pending writes do not pile up in the browser either.
            state.take_unsaved();
        }
    }
    state.take_unsaved();
    (state, now.plus(30 * SECOND))
}

fn engine(criterion: &mut Criterion) {
    let histories = HISTORIES.map(|events| (events, after(events)));
    let mut group = criterion.benchmark_group("event");
    for (events, (state, now)) in &histories {
        let mut with = |name, event: fn() -> Event| {
            group.bench_with_input(BenchmarkId::new(name, events), state, |bencher, state| {
                // One state at a time, as in a browser: a batch would measure memory latency.
                bencher.iter_batched(
                    || (state.clone(), event()),
                    // The state is returned, so that dropping it is not measured.
                    |(mut state, event)| (black_box(state.handle(event, (*now).into())), state),
                    BatchSize::PerIteration,
                );
            });
        };
        with("answer", || answer(42));
        with("spend", || Event::Spend { tab: TAB, tokens: 4, asked_at: None });
        with("counter", || Event::Counter { tab: TAB, text: "67".to_owned() });
        with("tick", || Event::Tick);
        group.bench_with_input(BenchmarkId::new("answer-and-save", events), state, |bencher, state| {
            bencher.iter_batched(
                || (state.clone(), answer(42)),
                |(mut state, event)| {
                    state.handle(event, (*now).into());
                    (black_box(state.take_unsaved()), state)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("evaluation");
    for (events, (state, now)) in &histories {
        group.bench_with_input(BenchmarkId::new("status", events), state, |bencher, state| {
            bencher.iter(|| black_box(state.status(Some(TAB), (*now).into())));
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
