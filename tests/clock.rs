//! This computer's clock: wrong, set back, set forward, and what we say meanwhile.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use refill_watch::state::{Answer, TabId};
use refill_watch::time::{DAY, DeviceTime, HOUR, MINUTE, SECOND};
use refill_watch::verdict::{Seen, Verdict};
use refill_watch::{Event, State, UtcMillis};
use serde_json::{Value, json};
use support::machine::Machine;
use support::replays::{answer, notes, pool, replay, spend, tick, verdicts};
use support::scenes::at;

/// What happens at `true_time` on a computer whose clock is ahead by `error`.
fn seen_by(error: i64, true_time: &str, mut event: Value) -> Value {
    event["at"] = json!(at(true_time).plus(error).to_string());
    event
}

/// An answer with a readable server clock.
fn dated(true_time: &str, error: i64, fast: i64) -> Value {
    let mut line = seen_by(error, true_time, answer(true_time, 1, fast));
    line["server_date"] = json!(true_time);
    line
}

/// The same, without one.
fn undated(true_time: &str, error: i64, fast: i64) -> Value {
    seen_by(error, true_time, answer(true_time, 1, fast))
}

fn later(true_time: &str, error: i64) -> Value {
    seen_by(error, true_time, tick(true_time))
}

const ERRORS: [i64; 4] = [10 * MINUTE, HOUR, 3 * HOUR, DAY];

#[test]
fn the_newest_answer_counts_however_far_the_clock_was_set() {
    for error in ERRORS {
        for (before, after) in [(error, 0), (0, error), (0, -error), (-error, 0), (error, -error)] {
            let said = replay(&[
                undated("2026-11-10T10:00:00Z", before, 100),
                undated("2026-11-10T10:02:00Z", after, 92),
                later("2026-11-10T10:03:00Z", after),
                undated("2026-11-10T10:04:00Z", after, 80),
            ]);
            for (line, fast) in [(1, 92), (2, 92), (3, 80)] {
                assert_eq!(pool(&said[line], "fast")["amount"], fast, "{before} to {after}: {}", said[line]);
                assert_ne!(said[line]["reason"], "newer-elsewhere", "{before} to {after}: {}", said[line]);
            }
        }
    }
}

#[test]
fn a_tab_that_is_open_over_midnight_is_stale_though_nothing_happened_before_midnight() {
    // The alarm for midnight is the first event on the clock as it was set.
    for (error, first) in [
        (10 * MINUTE, "2026-11-11T00:00:00Z"),
        (10 * MINUTE, "2026-11-11T00:01:00Z"),
        (3 * HOUR, "2026-11-11T00:00:00Z"),
        (3 * HOUR, "2026-11-11T00:30:00Z"),
        (DAY, "2026-11-11T00:30:00Z"),
        (DAY, "2026-11-11T02:00:00Z"),
    ] {
        let said = replay(&[undated("2026-11-10T23:55:00Z", error, 9), later(first, 0)]);
        assert_eq!(said[1]["verdict"], "stale", "{error}: {}", said[1]);
        assert_eq!(said[1]["reason"], "before-refill", "{error}: {}", said[1]);
    }
}

#[test]
fn a_clock_that_is_set_back_far_from_any_refill_makes_nothing_stale() {
    for error in [10 * MINUTE, HOUR, 3 * HOUR] {
        let said = replay(&[undated("2026-11-10T10:00:00Z", error, 100), later("2026-11-10T10:01:00Z", 0)]);
        assert_eq!(said[1]["verdict"], "fresh", "{error}: {}", said[1]);
        assert_eq!(pool(&said[1], "fast")["as_of"], "2026-11-10T10:01:00Z", "{error}: at the latest");
    }
}

#[test]
fn what_was_seen_on_both_sides_of_a_refill_stays_there_when_the_clock_is_set_back() {
    let said = replay(&[
        undated("2026-11-10T23:50:00Z", 3 * HOUR, 5),
        undated("2026-11-11T00:05:00Z", 3 * HOUR, 150),
        undated("2026-11-11T00:10:00Z", 3 * HOUR, 120),
        later("2026-11-11T00:11:00Z", 0),
        undated("2026-11-11T00:12:00Z", 0, 120),
        later("2026-11-11T09:00:00Z", 0),
    ]);
    assert_eq!(said[4]["verdict"], "refilled", "{}", said[4]);
    assert_eq!(said[5]["verdict"], "fresh", "{}", said[5]);
    assert_eq!(pool(&said[5], "fast")["next_refill"], "2026-11-12T00:00:00Z");
}

#[test]
fn a_refill_that_a_clock_ahead_took_for_tomorrows_does_not_silence_tomorrows() {
    let said = replay(&[
        undated("2026-11-10T23:50:00Z", DAY, 5),
        undated("2026-11-11T00:05:00Z", DAY, 150),
        spend("2026-11-11T00:29:00Z", 1, 90),
        undated("2026-11-11T00:30:00Z", 0, 60),
        undated("2026-11-12T00:30:00Z", 0, 60),
    ]);
    assert_eq!(verdicts(&said)[4], "late", "{}", said[4]);
}

#[test]
fn a_refill_that_a_clock_ahead_missed_is_no_longer_missed() {
    // By a clock 5 hours ahead, midnight passed at 19:00 and nothing came.
    let said = replay(&[
        undated("2026-11-10T18:30:00Z", 5 * HOUR, 40),
        undated("2026-11-10T20:00:00Z", 5 * HOUR, 40),
        later("2026-11-10T20:10:00Z", 0),
        later("2026-11-11T00:20:00Z", 0),
    ]);
    assert_eq!(said[1]["verdict"], "late", "{}", said[1]);
    assert_eq!(said[2]["verdict"], "fresh", "{}", said[2]);
    assert_eq!(said[3]["verdict"], "stale", "{}", said[3]);
}

#[test]
fn what_has_left_the_log_is_mended_like_what_is_in_it() {
    // More than the log holds; among the oldest is a due instant that only passed by the wrong clock.
    let mut events = vec![undated("2026-11-10T18:30:00Z", 5 * HOUR, 100)];
    let begin = at("2026-11-10T19:10:00Z");
    for n in 1..=60 {
        let minute = begin.plus(n * MINUTE);
        events.push(seen_by(5 * HOUR, &minute.to_string(), spend("", 1, 1)));
        events.push(undated(&minute.plus(SECOND).to_string(), 5 * HOUR, 100 - n));
    }
    events.push(later("2026-11-10T20:20:00Z", 0));
    events.push(undated("2026-11-10T20:21:00Z", 0, 40));
    events.push(later("2026-11-11T00:20:00Z", 0));
    events.push(undated("2026-11-11T00:30:00Z", 0, 40));
    let said = replay(&events);
    let last = &said[said.len() - 5..];
    assert_eq!(verdicts(last), ["late", "fresh", "fresh", "stale", "late"]);
    assert_eq!(last[4]["late_by_s"], 30 * 60);
}

#[test]
fn with_dates_a_clock_that_was_set_wrong_never_carries_the_present_back() {
    for error in ERRORS {
        let said = replay(&[
            dated("2026-11-10T23:00:00Z", 0, 30),
            dated("2026-11-11T00:10:00Z", 0, 30),
            later("2026-11-11T00:11:00Z", -error),
            dated("2026-11-11T00:12:00Z", -error, 28),
            later("2026-11-11T00:13:00Z", -error),
        ]);
        assert_eq!(verdicts(&said)[1..], ["late", "late", "late", "late"], "{error}");
        assert_eq!(notes(&said[4]), ["clock-off"], "{error}");
        assert_eq!(pool(&said[4], "fast")["as_of"], "2026-11-11T00:12:00Z", "{error}");
    }
}

#[test]
fn two_dates_show_that_a_clock_was_set_forward_and_one_does_not() {
    for error in ERRORS {
        let said = replay(&[
            dated("2026-11-10T22:00:00Z", 0, 30),
            dated("2026-11-10T22:30:00Z", error, 28),
            dated("2026-11-10T22:31:00Z", error, 26),
            later("2026-11-10T23:59:00Z", error),
            later("2026-11-11T00:00:00Z", error),
            dated("2026-11-11T00:10:00Z", 0, 26),
        ]);
        assert!(!notes(&said[1]).contains(&"clock-off"), "{error}: it may come out of a cache");
        assert_eq!(pool(&said[1], "fast")["as_of"], "2026-11-10T22:30:00Z", "{error}");
        for line in &said[2..5] {
            assert_eq!(notes(line), ["clock-off"], "{error}: {line}");
        }
        assert_eq!(pool(&said[3], "fast")["as_of"], "2026-11-10T22:31:00Z", "{error}");
        assert_eq!(verdicts(&said)[2..], ["fresh", "fresh", "stale", "late"], "{error}");
        // Set right, and noticed at once.
        assert_eq!(notes(&said[5]), Vec::<&str>::new(), "{error}");
    }
}

#[test]
fn a_clock_that_was_behind_and_is_set_right_is_right_with_the_first_date() {
    for error in ERRORS {
        let said = replay(&[
            dated("2026-11-10T20:00:00Z", -error, 30),
            dated("2026-11-10T20:10:00Z", 0, 28),
            later("2026-11-10T23:59:59Z", 0),
        ]);
        assert_eq!(notes(&said[0]), ["clock-off"], "{error}");
        assert_eq!(notes(&said[1]), Vec::<&str>::new(), "{error}");
        assert_eq!(pool(&said[1], "fast")["amount"], 28, "{error}");
        assert_eq!(pool(&said[1], "fast")["as_of"], "2026-11-10T20:10:00Z", "{error}");
        assert_eq!(said[2]["verdict"], "fresh", "{error}: {}", said[2]);
    }
}

#[test]
fn a_service_worker_that_answers_with_what_it_fetched_last_is_a_cache_and_no_wrong_clock() {
    let kept = |heard: &str, fetched: &str, fast: i64| {
        let mut line = answer(heard, 1, fast);
        line["server_date"] = json!(fetched);
        line
    };
    let said = replay(&[
        kept("2026-11-10T10:00:00Z", "2026-11-10T10:00:00Z", 100),
        kept("2026-11-10T13:00:00Z", "2026-11-10T10:00:01Z", 100),
        kept("2026-11-10T14:00:00Z", "2026-11-10T13:00:01Z", 90),
        kept("2026-11-10T18:00:00Z", "2026-11-10T14:00:01Z", 80),
        kept("2026-11-11T00:05:00Z", "2026-11-10T18:00:01Z", 70),
    ]);
    for line in &said {
        assert!(!notes(line).contains(&"clock-off"), "{line}");
    }
    assert_eq!(pool(&said[3], "fast")["as_of"], "2026-11-10T14:00:01Z");
    assert_eq!(said[4]["reason"], "before-refill", "{}", said[4]);
}

#[test]
fn an_answer_that_was_long_on_its_way_is_no_proof_of_a_wrong_clock() {
    let mut slow = answer("2026-11-10T10:20:00Z", 1, 100);
    slow["asked_at"] = json!("2026-11-10T10:00:00Z");
    slow["server_date"] = json!("2026-11-10T10:00:03Z");
    let said = replay(&[slow, answer("2026-11-10T10:21:00Z", 1, 92)]);
    assert_eq!(notes(&said[0]), Vec::<&str>::new());
    assert_eq!(pool(&said[0], "fast")["as_of"], "2026-11-10T10:00:00Z");
    assert_eq!(pool(&said[1], "fast")["as_of"], "2026-11-10T10:21:00Z");
}

#[test]
fn an_answer_counts_from_when_it_was_asked_for() {
    let asked = |asked: &str| {
        let mut line = answer("2026-11-11T00:00:40Z", 1, 12);
        line["asked_at"] = json!(asked);
        replay(&[answer("2026-11-10T22:00:00Z", 1, 12), line])[1].clone()
    };
    assert_eq!(asked("2026-11-10T23:59:59Z")["reason"], "before-refill");
    assert_eq!(asked("2026-11-11T00:00:30Z")["verdict"], "late");
    // No page asks in the future.
    assert_eq!(pool(&asked("2026-11-11T03:00:00Z"), "fast")["as_of"], "2026-11-11T00:00:40Z");
}

#[test]
fn an_answer_that_another_one_overtook_does_not_become_the_newest() {
    let mut slow = answer("2026-11-10T10:00:20Z", 1, 100);
    slow["asked_at"] = json!("2026-11-10T10:00:00Z");
    let mut quick = answer("2026-11-10T10:00:12Z", 1, 92);
    quick["asked_at"] = json!("2026-11-10T10:00:11Z");
    let said = replay(&[quick, slow]);
    assert_eq!(pool(&said[1], "fast")["amount"], 92);
    assert_eq!(said[1]["verdict"], "fresh", "{}", said[1]);
}

/// An answer that was requested at `asked` and arrived at `heard`.
fn heard(state: &mut State, asked: &str, heard: &str, body: Value) {
    let answer = Answer { asked_at: Some(asked.to_owned()), ..Answer::new(TabId(1), body) };
    state.handle(Event::Answer(answer), at(heard).into());
}

fn balance(fast: i64) -> Value {
    json!({"data": {"user_details": [{"id": "ada", "plan": "FREE", "subscriptionTokens": fast}]}})
}

#[test]
fn a_cost_counts_from_its_own_request_and_keeps_when_it_was_told() {
    let mut state = State::default();
    let cost = json!({"data": {"generate": {"cost": {"amount": "40", "unit": "CREDITS"}}}});
    heard(&mut state, "2026-11-10T10:00:00Z", "2026-11-10T10:00:01Z", balance(148));
    heard(&mut state, "2026-11-10T10:01:01Z", "2026-11-10T10:01:02Z", balance(108));
    // The page asked for the balance right after the generation, and heard of the cost last.
    heard(&mut state, "2026-11-10T10:01:00Z", "2026-11-10T10:01:03Z", cost);
    let (_, account) = state.accounts().next().unwrap();
    let seen: Vec<_> = account.seen().map(|seen| (seen.at(), seen.heard_at())).collect();
    let pair = |asked: &str, heard: &str| (at(asked), at(heard));
    assert_eq!(
        seen,
        [
            pair("2026-11-10T10:00:00Z", "2026-11-10T10:00:01Z"),
            pair("2026-11-10T10:01:00Z", "2026-11-10T10:01:03Z"),
            pair("2026-11-10T10:01:01Z", "2026-11-10T10:01:02Z"),
        ]
    );
    let status = state.status(Some(TabId(1)), at("2026-11-10T10:02:00Z").into());
    assert_eq!(status.judgement.verdict.word(), "fresh");
    assert_eq!(status.judgement.notes, [], "the cost explains the fall");
}

#[test]
fn the_saved_diagnostics_tell_both_instants() {
    let mut state = State::default();
    let cost = json!({"data": {"generate": {"cost": {"amount": "40", "unit": "CREDITS"}}}});
    heard(&mut state, "2026-11-10T10:00:00Z", "2026-11-10T10:00:01Z", balance(148));
    heard(&mut state, "2026-11-10T10:01:00Z", "2026-11-10T10:01:03Z", cost);
    heard(&mut state, "2026-11-10T10:01:01Z", "2026-11-10T10:01:04Z", balance(148));
    let text = state.recording(at("2026-11-10T10:02:00Z"));
    let mut replayed = State::default();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let now = at(value["at"].as_str().unwrap());
        replayed.handle(serde_json::from_value(value).unwrap(), now.into());
    }
    let instants = |state: &State| -> Vec<_> {
        let (_, account) = state.accounts().next().unwrap();
        account.seen().map(|seen| (seen.at(), seen.heard_at())).collect()
    };
    assert_eq!(instants(&replayed), instants(&state));
}

#[test]
fn a_clock_that_is_set_back_while_nobody_is_awake_is_noticed() {
    for with_browser in [false, true] {
        let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-11T03:00:00Z"));
        machine.look(&json!({"subscriptionTokens": 9}));
        machine.now = at("2026-11-10T21:01:00Z");
        machine.end_background(with_browser);
        machine.wait_until(at("2026-11-11T00:30:00Z"));
        let status = machine.state.status(None, machine.now.into());
        assert_eq!(status.judgement.verdict.word(), "stale", "{:?}", status.judgement);
        // The chart has no point in the future.
        let (id, _) = machine.state.accounts().next().unwrap();
        assert_eq!(machine.state.detail(id).count(), 1);
        assert!(machine.state.detail(id).all(|point| point.at <= at("2026-11-10T21:01:00Z")));
        assert_eq!(machine.state.days(id).count(), 1);
    }
}

#[test]
fn a_page_that_was_kept_from_before_the_clock_was_set_back_shows_what_its_account_knows() {
    let mut state = State::default();
    state.handle(Event::Answer(Answer::new(TabId(1), balance(9))), at("2026-11-11T03:00:00Z").into());
    let kept = state.kept(TabId(1));
    state.handle(Event::Tick, at("2026-11-10T21:01:00Z").into());
    let back = Event::Back { tab: TabId(1), kept, from_cache: true };
    state.handle(back, at("2026-11-11T04:00:00Z").into());
    let status = state.status(Some(TabId(1)), at("2026-11-11T04:00:00Z").into());
    assert_eq!(status.shown.map(|amount| amount.tokens()), Some(9));
    assert_eq!(status.judgement.verdict.word(), "stale", "{:?}", status.judgement);
}

#[test]
fn a_reminder_that_came_too_early_by_a_wrong_clock_comes_again_in_time() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-10T22:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 9}));
    machine.set("remind_due", "on");
    machine.set("remind_minutes", "0");
    // Two hours ahead, it announces midnight at 22:30.
    machine.wait_until(at("2026-11-11T00:30:00Z"));
    assert_eq!(machine.told.len(), 1);
    machine.now = at("2026-11-10T22:31:00Z");
    machine.event(Event::Tick);
    machine.wait_until(at("2026-11-10T23:59:00Z"));
    assert_eq!(machine.told.len(), 1);
    machine.wait_until(at("2026-11-11T00:01:00Z"));
    assert_eq!(machine.told.len(), 2, "{:?}", machine.told);
}

#[test]
fn a_clock_whose_battery_is_empty_costs_nothing_that_was_known() {
    for shown in ["2001-01-01T00:00:00Z", "2024-12-31T00:00:00Z"] {
        let said = replay(&[
            answer("2026-11-10T22:00:00Z", 1, 30),
            spend("2026-11-10T22:01:00Z", 1, 8),
            tick(shown),
            tick("2026-11-10T22:10:00Z"),
            tick("2026-11-11T00:01:00Z"),
        ]);
        assert_eq!(verdicts(&said), ["fresh", "fresh", "fresh", "fresh", "stale"], "{shown}");
        assert_eq!(pool(&said[3], "fast")["as_of"], "2026-11-10T22:00:00Z", "{shown}");
    }
}

#[test]
fn a_reload_goes_on_when_the_clock_is_set_back_during_it() {
    let said = replay(&[
        answer("2026-11-10T10:10:00Z", 1, 12),
        json!({"at": "2026-11-10T10:10:30Z", "event": "fresh-reload", "tab": 1}),
        json!({"at": "2026-11-10T10:00:31Z", "event": "tab", "tab": 1, "state": "loaded"}),
        answer("2026-11-10T10:00:33Z", 1, 12),
    ]);
    assert_eq!(verdicts(&said)[2..], ["unknown", "fresh"]);
}

/// One event.
#[derive(Clone, Copy, Debug)]
enum What {
    Answer(i64),
    Spend,
    Counter(i64),
    Tick,
    Load,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    /// True milliseconds since the step before.
    after: i64,
    /// How far the clock is set just before.
    set: Option<i64>,
    tab: i64,
    what: What,
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        4 => (0..150_i64).prop_map(What::Answer),
        1 => Just(What::Spend),
        1 => (0..150_i64).prop_map(What::Counter),
        2 => Just(What::Tick),
        1 => Just(What::Load),
    ];
    let after = prop_oneof![2 => 1..20 * SECOND, 2 => SECOND..2 * HOUR, 1 => HOUR..30 * HOUR];
    let set = proptest::option::weighted(
        0.25,
        prop_oneof![
            -DAY..DAY,
            -5 * MINUTE..5 * MINUTE,
            Just(3 * HOUR),
            Just(-3 * HOUR),
            Just(-DAY),
            Just(DAY)
        ],
    );
    (after, set, 1..3_i64, what).prop_map(|(after, set, tab, what)| Step { after, set, tab, what })
}

/// A browser on a computer whose clock is ahead by `error`.
struct World {
    state: State,
    now: UtcMillis,
    error: i64,
    has_dates: bool,
}

impl World {
    fn shown(&self) -> DeviceTime {
        self.now.plus(self.error).into()
    }

    fn answer(&mut self, tab: i64, fast: i64) {
        let mut answer = Answer::new(TabId(tab), balance(fast));
        // Requested a moment ago, and sent in between.
        answer.asked_at = Some(self.shown().plus(-300).to_string());
        if self.has_dates {
            let date = UtcMillis(self.now.plus(-100).0.div_euclid(SECOND) * SECOND);
            answer.server_date = Some(date.to_string());
        }
        self.state.handle(Event::Answer(answer), self.shown());
    }

    fn step(&mut self, step: Step) {
        self.now = self.now.plus(step.after);
        self.error += step.set.unwrap_or_default();
        let tab = TabId(step.tab);
        let event = match step.what {
            What::Answer(fast) => return self.answer(step.tab, fast),
            What::Spend => Event::Spend { tab, tokens: 8, asked_at: None },
            What::Counter(shown) => Event::Counter { tab, text: shown.to_string() },
            What::Tick => Event::Tick,
            What::Load => Event::Tab { tab, state: refill_watch::state::TabChange::Loaded },
        };
        self.state.handle(event, self.shown());
    }

    /// Nothing known is in the future, and observations are in order.
    fn check(&self) -> Result<(), TestCaseError> {
        let now = self.state.corrected(self.shown());
        for (_, account) in self.state.accounts() {
            let mut before = UtcMillis(i64::MIN);
            for seen in account.seen() {
                prop_assert!(seen.at() >= before && seen.heard_at() <= now, "{seen:?} at {now}");
                before = seen.at();
            }
            let ledger = account.ledger();
            prop_assert!(ledger.known.iter().all(|(_, known)| known.as_of <= now), "{ledger:?} at {now}");
            prop_assert!(
                ledger.refill.as_ref().is_none_or(|refill| refill.seen_at <= now),
                "{ledger:?} at {now}"
            );
            prop_assert!(
                ledger.open.as_ref().is_none_or(|open| open.due <= now && open.seen_at <= now),
                "{ledger:?} at {now}"
            );
        }
        for tab in self.state.tabs().map(Some).chain([None]) {
            let status = self.state.status(tab, self.shown());
            prop_assert!(status.answered_at.is_none_or(|answered| answered <= status.now), "{status:?}");
            let rests_on = match &status.judgement.verdict {
                Verdict::Missed { due, seen_at, .. } | Verdict::Late { due, seen_at, .. } => {
                    vec![*due, *seen_at]
                }
                Verdict::Short { seen_at, .. } | Verdict::Refilled { seen_at, .. } => vec![*seen_at],
                _ => Vec::new(),
            };
            prop_assert!(rests_on.iter().all(|at| *at <= status.now), "{:?} at {now}", status.judgement);
        }
        Ok(())
    }
}

fn cases() -> u32 {
    // Quick enough for every run; `PROPTEST_CASES=10000` looks deeper.
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    // A failure becomes a named test, not a seed.
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_clock_does_two_answers_later_the_newest_is_shown(
        error in prop_oneof![Just(0), -DAY..DAY],
        has_dates in any::<bool>(),
        steps in vec(step(), 1..40),
        last in (11 * SECOND..10 * MINUTE, 0..150_i64, 0..150_i64),
    ) {
        let now = at("2026-11-10T12:00:00Z");
        let mut world = World { state: State::default(), now, error, has_dates };
        for one in steps {
            world.step(one);
            world.check()?;
        }
        let (gap, one, two) = last;
        for fast in [one, two] {
            world.now = world.now.plus(gap);
            world.answer(1, fast);
            world.check()?;
        }
        let status = world.state.status(Some(TabId(1)), world.shown());
        prop_assert_eq!(status.shown.map(|amount| amount.tokens()), Some(two.unsigned_abs()));
        let fast = status.primary().and_then(|row| row.amount).map(|amount| amount.tokens());
        prop_assert_eq!(fast, Some(two.unsigned_abs()));
        prop_assert!(!matches!(status.judgement.verdict, Verdict::Stale { .. }), "{:?}", status.judgement);
        if has_dates {
            let off = status.now.since(world.now).abs();
            prop_assert!(off <= 2 * MINUTE + 10 * SECOND, "off by {off} ms after two dates");
        }
        // No verdict that follows is silenced: the newest answer is from before the next refill, whatever hour the
        // account seems to keep.
        world.now = world.now.plus(3 * DAY);
        world.state.handle(Event::Tick, world.shown());
        let status = world.state.status(Some(TabId(1)), world.shown());
        prop_assert_eq!(status.judgement.verdict.reason(), Some("before-refill"), "{:?}", status.judgement);
    }
}

#[test]
fn what_is_seen_keeps_its_order_within_the_same_moment() {
    let mut state = State::default();
    for fast in [100, 92] {
        state.handle(Event::Answer(Answer::new(TabId(1), balance(fast))), at("2026-11-10T10:10:00Z").into());
    }
    state.handle(Event::Answer(Answer::new(TabId(1), balance(80))), at("2026-11-10T10:00:00Z").into());
    let (_, account) = state.accounts().next().unwrap();
    let told: Vec<_> = account
        .seen()
        .filter_map(|seen| match seen {
            Seen::Balance(sighting) => sighting.pools.primary_amount().map(|amount| amount.tokens()),
            Seen::Spent { .. } => None,
        })
        .collect();
    assert_eq!(told, [100, 92, 80]);
}
