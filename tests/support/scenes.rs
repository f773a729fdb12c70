//! Every situation in which a surface says something of its own, for snapshots and the gallery.

use refill_watch::UtcMillis;
use refill_watch::state::{Action, Answer, Before, Event, State, TabChange, TabId};
use refill_watch::time::parse_timestamp;
use serde_json::{Value, json};

/// The tab in which every scene happens.
pub const TAB: TabId = TabId(1);

/// A state at one moment.
pub struct Scene {
    pub name: &'static str,
    pub state: State,
    pub now: UtcMillis,
}

/// All scenes, quiet ones first.
pub fn scenes() -> Vec<Scene> {
    vec![
        scene("fresh", "2026-11-22T20:48:00Z", |state| lived(state, 72)),
        scene("fresh-paid", "2026-11-22T20:48:00Z", paid),
        scene("fresh-first-met", "2026-11-22T20:48:00Z", |state| free(state, "2026-11-22T20:47:00Z", 72)),
        scene("fresh-old", "2026-11-22T23:52:00Z", |state| lived(state, 72)),
        scene("refilled", "2026-11-23T00:21:00Z", |state| {
            lived(state, 0);
            free(state, "2026-11-23T00:20:00Z", 150);
        }),
        scene("refilled-early", "2026-11-22T23:32:00Z", |state| {
            free(state, "2026-11-22T22:00:00Z", 12);
            free(state, "2026-11-22T23:31:00Z", 150);
        }),
        scene("refilled-in-parts", "2026-11-23T00:21:00Z", |state| {
            lived(state, 5);
            free(state, "2026-11-23T00:01:00Z", 80);
            free(state, "2026-11-23T00:20:00Z", 150);
        }),
        scene("refilled-below-allotment", "2026-11-17T14:02:00Z", |state| {
            artisan(state, "2026-11-13T22:00:00Z", 900, 0, "2026-11-14T00:00:00");
            artisan(state, "2026-11-17T14:00:00Z", 12_000, 900, "2026-12-14T00:00:00");
        }),
        scene("stale-before-refill", "2026-11-23T00:12:00Z", |state| lived(state, 0)),
        scene("stale-newer-elsewhere", "2026-11-22T21:30:00Z", |state| {
            lived(state, 72);
            let pools = json!({"fast": 40});
            let event = json!({"event": "device", "name": "Phone", "answer": {"answered_at": "2026-11-22T21:20:00Z", "pools": pools}});
            state.handle(
                serde_json::from_value(event).unwrap_or(Event::Tick),
                at("2026-11-22T21:21:00Z").into(),
            );
        }),
        scene("stale-counter-behind", "2026-11-22T20:50:00Z", |state| {
            lived(state, 72);
            state.handle(Event::Counter { tab: TAB, text: "999".into() }, at("2026-11-22T20:46:00Z").into());
        }),
        scene("late-just-due", "2026-11-23T00:03:00Z", |state| {
            lived(state, 0);
            free(state, "2026-11-23T00:02:00Z", 0);
        }),
        scene("late", "2026-11-23T00:47:00Z", |state| {
            lived(state, 0);
            free(state, "2026-11-23T00:45:00Z", 0);
        }),
        scene("late-same-after-reload", "2026-11-23T00:49:00Z", |state| {
            lived(state, 0);
            reload(state, "2026-11-23T00:48:00Z");
            free(state, "2026-11-23T00:48:03Z", 0);
        }),
        scene("late-renewed", "2026-11-14T02:10:00Z", |state| {
            artisan(state, "2026-11-13T23:00:00Z", 50, 0, "2026-11-14T00:00:00");
            artisan(state, "2026-11-14T02:00:00Z", 50, 0, "2026-12-14T00:00:00");
        }),
        scene("late-returned", "2026-11-14T00:14:00Z", |state| {
            artisan(state, "2026-11-13T22:00:00Z", 20_000, 0, "2026-11-14T00:00:00");
            artisan(state, "2026-11-13T23:50:00Z", 18_000, 0, "2026-11-14T00:00:00");
            artisan(state, "2026-11-14T00:12:00Z", 20_000, 0, "2026-11-14T00:00:00");
        }),
        scene("missed", "2026-11-24T06:10:00Z", |state| {
            lived(state, 0);
            free(state, "2026-11-23T00:45:00Z", 0);
            free(state, "2026-11-23T12:00:00Z", 0);
            free(state, "2026-11-24T06:00:00Z", 0);
        }),
        scene("short", "2026-11-23T00:10:00Z", |state| {
            lived(state, 0);
            free(state, "2026-11-22T23:58:00Z", 0);
            free(state, "2026-11-23T00:04:00Z", 90);
        }),
        scene("unknown-first-run", "2026-11-22T20:48:00Z", |_| {}),
        scene("unknown-signed-out", "2026-11-22T21:30:00Z", |state| {
            lived(state, 72);
            let body = json!({"errors": [{"message": "Could not verify JWT", "extensions": {"code": "invalid-jwt"}}]});
            state.handle(Event::Answer(Answer::new(TAB, body)), at("2026-11-22T21:29:00Z").into());
        }),
        scene("reload-under-way", "2026-11-23T00:13:00Z", |state| {
            lived(state, 0);
            reload(state, "2026-11-23T00:12:55Z");
        }),
        scene("reload-without-answer", "2026-11-23T00:14:00Z", |state| {
            lived(state, 0);
            reload(state, "2026-11-23T00:12:55Z");
            state.handle(Event::Tick, at("2026-11-23T00:13:40Z").into());
        }),
        scene("unsent", "2026-11-23T00:13:00Z", |state| {
            lived(state, 0);
            unsent(state, "2026-11-23T00:12:55Z");
        }),
        scene("unsent-checked", "2026-11-23T00:13:40Z", |state| {
            lived(state, 0);
            unsent(state, "2026-11-23T00:12:55Z");
            check(state, "2026-11-23T00:13:00Z");
        }),
        scene("notes", "2026-11-22T20:48:00Z", |state| {
            let fields = |fast: u64, top_up: u64| json!({"subscriptionTokens": fast, "paidTokens": top_up});
            answer(state, "2026-11-22T12:00:00Z", fields(90, 0));
            answer(state, "2026-11-22T12:10:00Z", fields(0, 400));
        }),
    ]
}

fn scene(name: &'static str, now: &str, play: impl FnOnce(&mut State)) -> Scene {
    let mut state = State::default();
    play(&mut state);
    Scene { name, state, now: at(now) }
}

/// The instant that a text names; 1970 for an invalid one, which any snapshot would show.
pub fn at(text: &str) -> UtcMillis {
    parse_timestamp(text).unwrap_or_default()
}

fn answer(state: &mut State, now: &str, fields: Value) {
    let mut details = json!({"id": "ada", "plan": "FREE", "paidTokens": 0});
    if let (Some(all), Value::Object(more)) = (details.as_object_mut(), fields) {
        all.extend(more);
    }
    let body = json!({"data": {"user_details": [details]}});
    state.handle(Event::Answer(Answer::new(TAB, body)), at(now).into());
}

fn free(state: &mut State, now: &str, fast: u64) {
    answer(state, now, json!({"subscriptionTokens": fast}));
}

/// A paid account with `bank` in its bank.
fn artisan(state: &mut State, now: &str, fast: u64, bank: u64, renewal: &str) {
    let fields = json!({"plan": "ARTISAN", "subscriptionTokens": fast, "rolloverTokens": bank, "tokenRenewalDate": renewal});
    answer(state, now, fields);
}

fn spend(state: &mut State, now: &str, tokens: u64) {
    state.handle(Event::Spend { tab: TAB, tokens, asked_at: None }, at(now).into());
}

fn reload(state: &mut State, now: &str) {
    state.handle(Event::Act { tab: Some(TAB), action: Action::FreshReload }, at(now).into());
    state.handle(Event::Unsent { tab: TAB, before: Before::Reload, is_there: false }, at(now).into());
    state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at(now).into());
}

/// The user presses fresh reload while the page holds unsent text.
fn unsent(state: &mut State, now: &str) {
    state.handle(Event::Unsent { tab: TAB, before: Before::Reload, is_there: true }, at(now).into());
}

/// The user chooses the check instead, and it finds that the refill has come.
fn check(state: &mut State, now: &str) {
    let behind = TabId(2);
    state.handle(Event::Act { tab: Some(TAB), action: Action::Check }, at(now).into());
    state.handle(Event::CheckIsOpen { tab: Some(behind) }, at(now).into());
    state.handle(Event::Tab { tab: behind, state: TabChange::Loaded }, at(now).into());
    let details = json!({"id": "ada", "plan": "FREE", "paidTokens": 0, "subscriptionTokens": 150});
    let body = json!({"data": {"user_details": [details]}});
    let now = at(now).plus(5_000);
    state.handle(Event::Answer(Answer::new(behind, body)), now.into());
    state.handle(Event::Tab { tab: behind, state: TabChange::Closed }, now.into());
}

/// Two weeks of a free account that ends with `left` tokens at 20:44 UTC (all zero: 23:10) on 22 November.
fn lived(state: &mut State, left: u64) {
    let left_of_day = [96, 12, 60, 88, 40, 131, 60, 3, 0, 102, 72, 0, 45];
    for (i, left) in left_of_day.into_iter().enumerate() {
        let day = 9 + i;
        // One refill was late. The others show ten minutes after the due instant, once the job is done.
        let came = if day == 18 { "02:40" } else { "00:11" };
        if day == 18 {
            free(state, &format!("2026-11-{day:02}T00:30:00Z"), 0);
            free(state, &format!("2026-11-{day:02}T02:31:00Z"), 0);
        }
        free(state, &format!("2026-11-{day:02}T{came}:00Z"), 150);
        let mut now = 150;
        for hour in [9, 15, 20] {
            let tokens = (150 - left) / 3;
            let tokens = if hour == 20 { now - left } else { tokens };
            if tokens > 0 {
                spend(state, &format!("2026-11-{day:02}T{hour:02}:00:00Z"), tokens);
            }
            now -= tokens;
            free(state, &format!("2026-11-{day:02}T{hour:02}:00:05Z"), now);
        }
    }
    free(state, "2026-11-22T00:11:00Z", 150);
    spend(state, "2026-11-22T16:00:00Z", 48);
    free(state, "2026-11-22T16:00:05Z", 102);
    let end = if left == 0 { "2026-11-22T23:09" } else { "2026-11-22T20:43" };
    spend(state, &format!("{end}:00Z"), 102 - left);
    free(state, &format!("{end}:05Z"), left);
}

/// A month of a paid account with tokens in every pool.
fn paid(state: &mut State) {
    let details = |fast: u64, renewal: &str| {
        json!({"plan": "ARTISAN_V2", "subscriptionTokens": fast, "rolloverTokens": 12_400, "paidTokens": 2_500,
            "tokenRenewalDate": renewal})
    };
    answer(state, "2026-09-12T10:00:00Z", details(9_000, "2026-09-14T10:30:00"));
    for (month, days, renewal, low) in
        [("09", 15..=30, "2026-10-14T10:30:00", 9_200), ("10", 1..=14, "2026-10-14T10:30:00", 2_000)]
    {
        let last = 25_000 - u64::from(month == "10") * 11_000;
        let steps: Vec<u32> = days.collect();
        for (i, day) in steps.iter().enumerate() {
            let left = last - (last - low) * i as u64 / steps.len() as u64;
            answer(state, &format!("2026-{month}-{day:02}T09:00:00Z"), details(left, renewal));
        }
    }
    for (month, days, renewal, first) in [
        ("10", 15..=31, "2026-11-14T10:30:00", 25_000_u64),
        ("11", 1..=13, "2026-11-14T10:30:00", 13_000),
        ("11", 15..=22, "2026-12-14T10:30:00", 25_000),
    ] {
        for (i, day) in days.enumerate() {
            let left = first.saturating_sub(720 * i as u64);
            for minute in 50..58 {
                spend(state, &format!("2026-{month}-{day:02}T17:{minute}:00Z"), if i > 0 { 90 } else { 0 });
            }
            answer(state, &format!("2026-{month}-{day:02}T18:00:00Z"), details(left, renewal));
        }
    }
}
