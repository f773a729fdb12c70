//! A refill that came early, in parts, with less than the plan gives, as a date without tokens, or not at all while a
//! cost came back: what the reminders say of it, and that none of it is false.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::NoticeKind;
use refill_watch::time::{DAY, HOUR, MINUTE};
use refill_watch::view::{self};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use support::machine::{Dice, Machine, before_renewal, paid, regular, spend_down_to};
use support::scenes::at;

/// All reminders, late ones after an hour.
fn remind(machine: &mut Machine) {
    machine.set("remind_due", "on");
    machine.set("remind_confirmed", "on");
    machine.set("remind_late", "60");
}

fn kinds(machine: &Machine) -> Vec<NoticeKind> {
    machine.told.iter().map(|(_, notice)| notice.kind).collect()
}

#[test]
fn the_rest_of_a_refill_is_told_as_the_rest_and_no_second_time() {
    let mut machine = regular();
    machine.set("remind_confirmed", "on");
    machine.wait_until(at("2026-11-22T23:58:00Z"));
    machine.look(&json!({"subscriptionTokens": 5}));
    machine.wait_until(at("2026-11-23T00:04:00Z"));
    machine.look(&json!({"subscriptionTokens": 80}));
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed]);
    let first = machine.last_words();
    assert_eq!(first.title, "80 came, your plan gives 150");
    assert!(first.message.ends_with(". 70 of 150 tokens have not come."), "{first:?}");
    machine.wait_until(at("2026-11-23T00:30:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed, NoticeKind::Rest]);
    let rest = machine.last_words();
    assert_eq!(rest.title, "150 tokens are in");
    assert_eq!(rest.message, "Fast tokens: the rest of the refill due today, 12:00 AM (00:00 UTC) has come.");
    assert_eq!(rest.id, first.id, "it takes the place of the first");
    machine.end_background(true);
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    spend_down_to(&mut machine, 150, 100);
    assert_eq!(machine.told.len(), 2);
}

#[test]
fn a_part_that_leaves_something_missing_is_not_called_the_rest() {
    let mut machine = before_renewal(0);
    machine.set("remind_confirmed", "on");
    let mut words = Vec::new();
    for (time, fast) in [("00:05", 10_000), ("01:00", 17_500), ("02:00", 25_000)] {
        machine.wait_until(at(&format!("2026-11-14T{time}:00Z")));
        machine.look(&paid(fast, 0, "2026-12-14T00:00:00"));
        words.push(machine.last_words().message);
    }
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed, NoticeKind::Rest, NoticeKind::Rest]);
    assert!(words[0].contains("0 → 10,000") && words[0].contains("15,000 of 25,000 tokens"), "{words:?}");
    assert!(words[1].starts_with("Fast tokens: another part of the refill"), "{words:?}");
    assert!(words[1].contains("7,500 of 25,000 tokens"), "{words:?}");
    assert!(words[2].starts_with("Fast tokens: the rest of the refill"), "{words:?}");
}

#[test]
fn parts_that_came_while_it_was_quiet_are_told_as_one_refill() {
    let mut machine = regular();
    machine.set("remind_confirmed", "on");
    machine.set("quiet_from", "22:00");
    machine.set("quiet_to", "08:00");
    machine.wait_until(at("2026-11-22T23:58:00Z"));
    machine.look(&json!({"subscriptionTokens": 5}));
    for (time, fast) in [("00:04", 80), ("00:30", 150)] {
        machine.wait_until(at(&format!("2026-11-23T{time}:00Z")));
        machine.look(&json!({ "subscriptionTokens": fast }));
    }
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed]);
    let words = machine.last_words();
    assert!(words.message.starts_with("Fast tokens: 5 → 150,"), "{words:?}");
}

#[test]
fn parts_that_came_before_the_user_asked_are_no_news_and_the_rest_is() {
    let mut machine = before_renewal(0);
    for (time, fast) in [("00:05", 10_000), ("01:00", 17_500)] {
        machine.wait_until(at(&format!("2026-11-14T{time}:00Z")));
        machine.look(&paid(fast, 0, "2026-12-14T00:00:00"));
    }
    machine.set("remind_confirmed", "on");
    machine.wait_until(at("2026-11-14T02:00:00Z"));
    assert_eq!(machine.told, []);
    machine.look(&paid(25_000, 0, "2026-12-14T00:00:00"));
    assert_eq!(kinds(&machine), [NoticeKind::Rest]);
}

#[test]
fn a_refill_below_the_plans_amount_says_what_is_missing_and_leaves_open_why() {
    let mut machine = before_renewal(900);
    machine.set("remind_confirmed", "on");
    machine.wait_until(at("2026-11-17T14:00:00Z"));
    machine.look(&paid(12_000, 900, "2026-12-14T00:00:00"));
    let words = machine.last_words();
    assert_eq!(words.title, "12,000 tokens are in");
    assert!(
        words.message.ends_with(". 13,000 of 25,000 tokens are missing: spent, or never came."),
        "{words:?}"
    );
}

#[test]
fn an_early_refill_is_told_as_early_and_at_its_time_nothing_is_due_or_late() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T22:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 12}));
    remind(&mut machine);
    machine.wait_until(at("2026-11-22T23:31:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed]);
    let words = machine.last_words();
    assert!(words.message.starts_with("Fast tokens: 12 → 150, the refill due tomorrow"), "{words:?}");
    assert!(words.message.ends_with("This refill came before it was due."), "{words:?}");
    // Spent from again after it was due: it may not be called missing.
    let mut left = 150;
    for hour in [1, 2, 5, 12, 20] {
        machine.wait_until(at(&format!("2026-11-23T{hour:02}:20:00Z")));
        spend_down_to(&mut machine, left, left - 25);
        left -= 25;
        machine.end_background(hour % 2 == 0);
    }
    assert_eq!(machine.told.len(), 1, "{:?}", machine.told);
    machine.wait_until(at("2026-11-24T00:10:00Z"));
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed, NoticeKind::Due], "the next one is due");
}

#[test]
fn who_is_only_reminded_of_due_refills_hears_at_that_time_that_it_came_early() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T22:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 12}));
    machine.set("remind_due", "on");
    machine.set("remind_late", "60");
    machine.wait_until(at("2026-11-22T23:31:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    assert_eq!(kinds(&machine), [NoticeKind::Due]);
    let words = machine.last_words();
    assert_eq!(words.title, "150 tokens are in");
    assert!(words.message.ends_with("This refill came before it was due."), "{words:?}");
}

#[test]
fn a_refill_weeks_early_is_told_once_however_far_ahead_it_was_due() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&paid(900, 0, "2026-12-14T10:00:00"));
    remind(&mut machine);
    for (day, fast, bank, renewal) in [(23, 25_000, 900, "2027-01-14"), (25, 25_000, 25_900, "2027-02-14")] {
        machine.wait_until(at(&format!("2026-11-{day}T10:00:00Z")));
        for hour in 10..20 {
            machine.wait_until(at(&format!("2026-11-{day}T{hour}:00:00Z")));
            machine.end_background(hour % 2 == 0);
            machine.look(&paid(fast, bank, &format!("{renewal}T10:00:00")));
        }
    }
    machine.wait_until(at("2027-02-14T09:00:00Z"));
    let dues: Vec<_> = machine.told.iter().map(|(_, notice)| notice.due.to_string()).collect();
    assert_eq!(kinds(&machine), [NoticeKind::Confirmed; 2], "{dues:?}");
    assert_eq!(dues, ["2026-12-14T10:00:00Z", "2027-01-14T10:00:00Z"]);
}

#[test]
fn a_date_that_moved_with_the_leftovers_alone_is_told_as_late_and_never_as_a_refill() {
    let mut machine = before_renewal(900);
    remind(&mut machine);
    for time in ["00:03", "00:30", "02:10"] {
        machine.wait_until(at(&format!("2026-11-14T{time}:00Z")));
        machine.look(&paid(0, 900, "2026-12-14T00:00:00"));
    }
    assert_eq!(kinds(&machine), [NoticeKind::Due, NoticeKind::Late]);
    let words = machine.last_words();
    assert_eq!(words.title, "Fast tokens: the refill is 1 hr late");
    assert!(words.message.contains("The refill date has moved, but no tokens came: 0 as of"), "{words:?}");
    let (due_at, due) = &machine.told[0];
    let words = view::notification(&machine.state, due, (*due_at).into(), machine.reader());
    assert_eq!(words.title, "Fast tokens: the refill was due");
    // Hours later it is a refill that brought nothing, and still none that came.
    machine.wait_until(at("2026-11-14T05:10:00Z"));
    machine.look(&paid(0, 900, "2026-12-14T00:00:00"));
    assert_eq!(machine.state.status(None, machine.now.into()).judgement.verdict.word(), "short");
    assert_eq!(machine.told.len(), 2, "{:?}", machine.told);
    machine.wait_until(at("2026-11-14T06:10:00Z"));
    machine.look(&paid(25_000, 900, "2026-12-14T00:00:00"));
    assert_eq!(kinds(&machine)[2..], [NoticeKind::Confirmed]);
    assert_eq!(machine.last_words().title, "25,000 tokens are in");
}

#[test]
fn a_date_that_moved_alone_hours_ago_is_told_as_late_to_whoever_looks_only_then() {
    let mut machine = before_renewal(50);
    machine.wait_until(at("2026-11-14T01:00:00Z"));
    machine.look(&paid(50, 0, "2026-12-14T00:00:00"));
    machine.wait_until(at("2026-11-14T06:30:00Z"));
    machine.look(&paid(50, 0, "2026-12-14T00:00:00"));
    assert_eq!(machine.state.status(None, machine.now.into()).judgement.verdict.word(), "short");
    machine.set("remind_late", "60");
    machine.wait_until(at("2026-11-14T06:40:00Z"));
    machine.look(&paid(50, 0, "2026-12-14T00:00:00"));
    assert_eq!(kinds(&machine), [NoticeKind::Late]);
    assert!(machine.last_words().message.contains("no tokens came: 50 as of"), "{:?}", machine.last_words());
}

#[test]
fn a_cost_that_came_back_is_told_as_that_and_not_as_a_refill() {
    let mut machine = before_renewal(20_000);
    remind(&mut machine);
    machine.wait_until(at("2026-11-13T23:50:00Z"));
    machine.look(&paid(18_000, 0, "2026-11-14T00:00:00"));
    machine.wait_until(at("2026-11-14T00:12:00Z"));
    machine.look(&paid(20_000, 0, "2026-11-14T00:00:00"));
    machine.wait_until(at("2026-11-14T02:00:00Z"));
    assert_eq!(kinds(&machine), [NoticeKind::Due, NoticeKind::Late]);
    let words = machine.last_words();
    assert!(words.message.contains("20,000 as of today, 12:12 AM"), "{words:?}");
    assert!(
        words
            .message
            .ends_with("2,000 tokens came back (today, 12:12 AM): a failed generation was refunded."),
        "{words:?}"
    );
}

/// A year in which each refill comes in time, early, late or in two parts, at random.
#[test]
fn over_a_year_of_early_late_and_parted_refills_nothing_false_is_told() {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Comes {
        InTime,
        Early,
        Late,
        InParts,
    }
    let mut machine = regular();
    // Else another hour is learned from the early ones.
    machine.set("daily_reset_utc", "00:00");
    remind(&mut machine);
    let mut dice = Dice(11);
    let (mut came, mut confirmed) = (BTreeMap::new(), BTreeSet::new());
    let (mut left, mut rests, mut was_early) = (5, 0, false);
    for day in 0..365 {
        let due = at("2026-11-23T00:00:00Z").plus(day * DAY);
        let comes = [Comes::InTime, Comes::InTime, Comes::Early, Comes::Late, Comes::InParts];
        let comes = comes[dice.roll(5) as usize];
        let first = match comes {
            Comes::InTime => 2 * MINUTE,
            Comes::Early => -(30 + dice.roll(60) as i64) * MINUTE,
            Comes::Late => (65 + dice.roll(120) as i64) * MINUTE,
            Comes::InParts => 3 * MINUTE,
        };
        // What the pool holds after the refill's first answer, and at the later looks.
        let (part, rest_at) = if comes == Comes::InParts { (60, 2 * HOUR) } else { (150, first + HOUR) };
        let before = machine.told.len();
        let mut looks = vec![(-2 * HOUR, left), (first + MINUTE, part), (rest_at, 150)];
        if comes == Comes::Late {
            looks.insert(1, (62 * MINUTE, left));
        }
        for (after, tokens) in looks {
            machine.wait_until(due.plus(after));
            machine.look(&json!({ "subscriptionTokens": tokens }));
            if dice.roll(3) == 0 {
                machine.end_background(dice.roll(2) == 0);
            }
        }
        left = 5 + dice.roll(40);
        machine.wait_until(due.plus(12 * HOUR));
        spend_down_to(&mut machine, 150, left);
        came.insert(due, due.plus(first + MINUTE));
        let told = &machine.told[before..];
        let count = |kind| told.iter().filter(|(_, notice)| notice.kind == kind).count();
        for (at, notice) in told {
            let is_confirmed = notice.kind == NoticeKind::Confirmed;
            // An early one may become clear only as it is spent from; a day later it is no news.
            let is_clear_now = is_confirmed && was_early && notice.due == due.plus(-DAY);
            assert!(notice.due == due || is_clear_now, "{due}: {told:?}");
            assert!(!is_confirmed || at.since(came[&notice.due]) < DAY, "{due}: {told:?}");
            assert!(!is_confirmed || confirmed.insert(notice.due), "{due}: {told:?}");
        }
        assert!(count(NoticeKind::Rest) <= usize::from(comes == Comes::InParts), "{due}: {told:?}");
        assert_eq!(count(NoticeKind::Late), usize::from(comes == Comes::Late), "{due}: {told:?}");
        rests += count(NoticeKind::Rest);
        was_early = comes == Comes::Early;
    }
    assert!(rests > 40, "only {rests} of some 70");
    assert!(confirmed.len() > 280, "only {}", confirmed.len());
}
