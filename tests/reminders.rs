//! Reminders: sent once, at the right time, whatever happens to the computer in between.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use chrono_tz::Tz;
use refill_watch::UtcMillis;
use refill_watch::balance::Pool;
use refill_watch::state::{Action, Event, NoticeKind, Setting, TabChange};
use refill_watch::time::{DAY, HOUR, MINUTE};
use refill_watch::view::{self, Locale as _};
use serde_json::json;
use std::collections::BTreeMap;
use support::machine::{Dice, Machine, TAB};
use support::scenes::at;
use support::{English, visible_text};

/// A free account whose 72 tokens were read at this time, with reminders 5 minutes after the due instant.
fn free_account(zone: Tz, now: &str) -> Machine {
    let mut machine = Machine::new(zone, at(now));
    machine.look(&json!({"subscriptionTokens": 72}));
    machine.close();
    machine
}

fn told(machine: &Machine, kind: NoticeKind) -> Vec<(UtcMillis, UtcMillis)> {
    let told = machine.told.iter().filter(|(_, notice)| notice.kind == kind);
    told.map(|(at, notice)| (*at, notice.due)).collect()
}

#[test]
fn nothing_is_told_before_the_user_asks_for_it() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    machine.wait_until(at("2026-11-25T12:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 72}));
    machine.look(&json!({"subscriptionTokens": 150}));
    assert_eq!(machine.told, []);
}

#[test]
fn whoever_asks_is_told_five_minutes_after_each_refill_of_the_account_in_use() {
    let mut machine = free_account(chrono_tz::America::Los_Angeles, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.wait_until(at("2026-11-24T12:00:00Z"));
    let expected = ["2026-11-23", "2026-11-24"].map(|day| {
        let due = at(&format!("{day}T00:00:00Z"));
        (due.plus(5 * MINUTE), due)
    });
    assert_eq!(told(&machine, NoticeKind::Due), expected);
    let words = machine.last_words();
    assert_eq!(words.title, "Fast tokens: the refill was due");
    assert!(words.message.contains("today, 4:00 PM (00:00 UTC)"), "{words:?}");
}

#[test]
fn the_minutes_can_be_set_from_none_to_two_hours() {
    for (minutes, after) in [("0", 0), ("120", 120), (" 30 ", 30)] {
        let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
        machine.set("remind_due", "on");
        machine.set("remind_minutes", minutes);
        machine.wait_until(at("2026-11-23T12:00:00Z"));
        let due = at("2026-11-23T00:00:00Z");
        assert_eq!(told(&machine, NoticeKind::Due), [(due.plus(after * MINUTE), due)]);
    }
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    for typed in ["121", "-1", "5.5", "soon", ""] {
        machine.act(Action::Set { key: Setting::RemindMinutes, value: typed.into() });
        assert!(machine.state.refused_setting().is_some(), "{typed:?}");
        assert_eq!(machine.state.setting(&Setting::RemindMinutes), "5");
        let options = view::options(&machine.state, machine.now.into(), machine.reader()).tree;
        assert!(visible_text(&options).contains("is not a number from 0 to 120"), "{typed:?}");
    }
}

#[test]
fn a_computer_that_slept_tells_late_and_says_when_it_was_due() {
    let mut machine = free_account(chrono_tz::America::Los_Angeles, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.sleep_until(at("2026-11-23T06:30:00Z"));
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    let due = at("2026-11-23T00:00:00Z");
    assert_eq!(told(&machine, NoticeKind::Due), [(at("2026-11-23T06:30:00Z"), due)]);
    let words = machine.last_words();
    assert!(
        words.message.starts_with("It was due today, 4:00 PM (00:00 UTC), 6 hr, 30 min ago"),
        "{words:?}"
    );
}

#[test]
fn of_several_refills_that_passed_in_a_long_sleep_only_the_newest_is_told() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.sleep_until(at("2026-11-27T09:00:00Z"));
    machine.wait_until(at("2026-11-27T20:00:00Z"));
    assert_eq!(told(&machine, NoticeKind::Due), [(at("2026-11-27T09:00:00Z"), at("2026-11-27T00:00:00Z"))]);
}

#[test]
fn a_confirmed_refill_is_told_with_what_came_and_the_reminder_that_it_is_due_is_spared() {
    let mut machine = free_account(chrono_tz::America::Los_Angeles, "2026-11-22T23:50:00Z");
    machine.set("remind_due", "on");
    machine.set("remind_confirmed", "on");
    machine.wait_until(at("2026-11-23T00:02:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    let due = at("2026-11-23T00:00:00Z");
    assert_eq!(told(&machine, NoticeKind::Confirmed), [(machine.now, due)]);
    let words = machine.last_words();
    assert_eq!(words.title, "150 tokens are in");
    assert!(words.message.contains("72 → 150"), "{words:?}");
    machine.answer(&json!({"subscriptionTokens": 150}));
    machine.end_background(true);
    machine.look(&json!({"subscriptionTokens": 140}));
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    assert_eq!(machine.told.len(), 1, "{:?}", machine.told);
}

#[test]
fn who_only_wants_to_be_reminded_is_told_that_it_has_come_where_that_is_known() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T23:50:00Z");
    machine.set("remind_due", "on");
    machine.wait_until(at("2026-11-23T00:02:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    assert_eq!(machine.told, []);
    machine.wait_until(at("2026-11-23T00:10:00Z"));
    assert_eq!(told(&machine, NoticeKind::Due).len(), 1);
    assert_eq!(machine.last_words().title, "150 tokens are in");
}

#[test]
fn a_refill_that_came_before_the_user_asked_is_no_news() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T23:50:00Z");
    machine.wait_until(at("2026-11-23T00:02:00Z"));
    machine.look(&json!({"subscriptionTokens": 150}));
    machine.set("remind_confirmed", "on");
    machine.set("remind_due", "on");
    machine.wait_until(at("2026-11-23T23:00:00Z"));
    assert_eq!(machine.told, []);
}

#[test]
fn a_late_refill_is_told_once_after_the_chosen_time_and_only_on_evidence() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T23:50:00Z");
    machine.set("remind_late", "60");
    machine.wait_until(at("2026-11-23T03:00:00Z"));
    assert_eq!(machine.told, [], "nobody has looked, so nothing is known");
    machine.look(&json!({"subscriptionTokens": 72}));
    let due = at("2026-11-23T00:00:00Z");
    assert_eq!(told(&machine, NoticeKind::Late), [(at("2026-11-23T03:00:00Z"), due)]);
    assert_eq!(machine.last_words().title, "Fast tokens: the refill is 3 hr late");
    for hour in 4..20 {
        machine.wait_until(at(&format!("2026-11-23T{hour:02}:00:00Z")));
        machine.end_background(hour % 2 == 0);
        machine.look(&json!({"subscriptionTokens": 72}));
    }
    assert_eq!(machine.told.len(), 1);
}

#[test]
fn lateness_known_early_is_told_when_the_chosen_time_has_passed_unless_the_refill_came_meanwhile() {
    for came in [false, true] {
        let mut machine = free_account(chrono_tz::UTC, "2026-11-22T23:50:00Z");
        machine.set("remind_late", "60");
        machine.wait_until(at("2026-11-23T00:10:00Z"));
        machine.look(&json!({"subscriptionTokens": 72}));
        machine.wait_until(at("2026-11-23T00:50:00Z"));
        if came {
            machine.look(&json!({"subscriptionTokens": 150}));
        }
        machine.wait_until(at("2026-11-23T12:00:00Z"));
        let expected = if came { vec![] } else { vec![at("2026-11-23T01:00:00Z")] };
        assert_eq!(machine.told.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn quiet_hours_hold_back_what_is_still_true_when_they_end() {
    let mut machine = free_account(chrono_tz::Europe::Berlin, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.set("remind_late", "30");
    machine.set("quiet_from", "22:30");
    machine.set("quiet_to", "07:15");
    machine.wait_until(at("2026-11-23T00:20:00Z"));
    machine.look(&json!({"subscriptionTokens": 72}));
    machine.wait_until(at("2026-11-23T02:00:00Z"));
    // The late refill comes at night: that it was late is not worth mentioning any more.
    machine.look(&json!({"subscriptionTokens": 150}));
    machine.wait_until(at("2026-11-23T06:14:59Z"));
    assert_eq!(machine.told, []);
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    let due = at("2026-11-23T00:00:00Z");
    assert_eq!(told(&machine, NoticeKind::Due), [(at("2026-11-23T06:15:00Z"), due)]);
    assert_eq!(machine.told.len(), 1);
}

#[test]
fn quiet_hours_wait_for_the_browser_to_say_what_time_it_is() {
    let mut machine = free_account(chrono_tz::Asia::Tokyo, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    // 00:05 UTC is 09:05 in Tokyo.
    machine.set("quiet_from", "09:00");
    machine.set("quiet_to", "10:00");
    machine.sleep_until(at("2026-11-23T00:30:00Z"));
    machine.end_background(true);
    assert_eq!(machine.told, []);
    machine.wait_until(at("2026-11-23T12:00:00Z"));
    assert_eq!(told(&machine, NoticeKind::Due).len(), 1);
    assert_eq!(machine.told[0].0, at("2026-11-23T01:00:00Z"));
}

#[test]
fn only_the_chosen_pools_are_told_of() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    machine.look(
        &json!({"id": "bob", "plan": "ARTISAN", "subscriptionTokens": 900, "tokenRenewalDate": "2026-11-23T10:00:00",
            "apiPaidTokens": 40, "apiPlanTokenRenewalDate": "2026-11-23T15:00:00"}),
    );
    let with_api = |has_api: bool| {
        let mut all = machine.state.accounts();
        all.find(|(_, account)| account.planned(Pool::Api).is_some() == has_api).unwrap().0.to_string()
    };
    let (ada, bob) = (with_api(false), with_api(true));
    machine.set(&format!("watch:{bob}:api"), "true");
    machine.set("remind_due", "on");
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    let due = at("2026-11-23T15:00:00Z");
    assert_eq!(told(&machine, NoticeKind::Due), [(due.plus(5 * MINUTE), due)]);
    assert!(machine.last_words().title.starts_with("API credits"));
    // Ticked and unticked again; the other account ticked as well.
    machine.set(&format!("watch:{bob}:api"), "false");
    assert_eq!(machine.state.setting(&Setting::Watch(format!("{bob}:api"))), "");
    machine.act(Action::Undo);
    assert_eq!(machine.state.setting(&Setting::Watch(format!("{bob}:api"))), "true");
    machine.set(&format!("watch:{ada}:fast"), "true");
    machine.wait_until(at("2026-11-24T20:00:00Z"));
    assert_eq!(told(&machine, NoticeKind::Due).len(), 2);
    assert!(machine.last_words().title.starts_with("Fast tokens"));
    machine.act(Action::Set { key: Setting::Watch("0000000000000000:fast".into()), value: "true".into() });
    assert!(machine.state.refused_setting().is_some(), "there is no such account");
}

#[test]
fn a_date_that_moves_on_before_the_reminder_is_told_takes_nothing_away() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    let paid = |fast: u64, renewal: &str| json!({"plan": "ARTISAN", "subscriptionTokens": fast, "tokenRenewalDate": renewal});
    machine.look(&paid(900, "2026-11-23T10:00:00"));
    machine.set("remind_due", "on");
    machine.set("remind_minutes", "30");
    machine.wait_until(at("2026-11-23T10:01:00Z"));
    machine.look(&paid(25_000, "2026-12-23T10:00:00"));
    machine.wait_until(at("2026-12-23T12:00:00Z"));
    let dues = ["2026-11-23T10:00:00Z", "2026-12-23T10:00:00Z"].map(at);
    assert_eq!(told(&machine, NoticeKind::Due), dues.map(|due| (due.plus(30 * MINUTE), due)));
}

#[test]
fn a_daily_date_of_leonardos_is_told_of_on_the_days_after_it_as_well_and_a_monthly_one_only_once() {
    let told_of = |plan: &str, days: usize| {
        let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
        machine.look(
            &json!({"plan": plan, "subscriptionTokens": 72, "tokenRenewalDate": "2026-11-23T10:30:00"}),
        );
        machine.set("remind_due", "on");
        machine.close();
        machine.wait_until(at("2026-11-22T20:00:00Z").plus(days as i64 * DAY));
        told(&machine, NoticeKind::Due).into_iter().map(|(_, due)| due.to_string()).collect::<Vec<_>>()
    };
    let days = ["2026-11-23T10:30:00Z", "2026-11-24T10:30:00Z", "2026-11-25T10:30:00Z"];
    assert_eq!(told_of("FREE", 3), days);
    // Leonardo has not said when next month's refill is due.
    assert_eq!(told_of("ARTISAN", 70), days[..1]);
}

#[test]
fn a_clock_that_ran_ahead_for_a_while_silences_nothing() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.now = at("2027-01-01T12:00:00Z");
    machine.event(Event::Tick);
    machine.now = at("2026-11-23T12:00:00Z");
    machine.event(Event::Tick);
    let before = machine.told.len();
    machine.wait_until(at("2026-11-26T12:00:00Z"));
    let dues: Vec<_> = machine.told[before..].iter().map(|(_, notice)| notice.due).collect();
    assert_eq!(dues, ["2026-11-24", "2026-11-25", "2026-11-26"].map(|day| at(&format!("{day}T00:00:00Z"))));
}

#[test]
fn settings_out_of_a_file_do_not_tell_what_fell_due_meanwhile() {
    let mut machine = free_account(chrono_tz::UTC, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    let file = machine.state.export();
    machine.wait_until(at("2026-11-25T12:00:00Z"));
    let before = machine.told.len();
    machine.act(Action::Import(file));
    machine.wait_until(at("2026-11-25T20:00:00Z"));
    assert_eq!(machine.told.len(), before);
    machine.wait_until(at("2026-11-26T20:00:00Z"));
    assert_eq!(machine.told.len(), before + 1);
}

/// The local time of day in minutes.
fn local_minute(reader: &English, at: UtcMillis) -> i64 {
    at.plus(reader.ahead_of_utc(at)).time_of_day() / MINUTE
}

/// A year with a computer that sleeps at random and a browser that ends at random. Every refill is announced exactly
/// once, at the first moment when somebody is awake and it is not quiet. One that is still unannounced when the next
/// is due is dropped.
fn a_year(zone: Tz, seed: u64, quiet: Option<(i64, i64)>) {
    let start = at("2026-11-22T20:00:00Z");
    let mut machine = free_account(zone, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    if let Some((from, to)) = quiet {
        let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        machine.set("quiet_from", &text(from));
        machine.set("quiet_to", &text(to));
    }
    let mut dice = Dice(seed);
    let mut asleep = Vec::new();
    while machine.now < start.plus(366 * DAY) {
        let next = machine.now.plus(dice.roll(20 * 60) as i64 * MINUTE + dice.roll(60_000) as i64);
        match dice.roll(4) {
            0 => {
                // Now and then for days.
                let next = if dice.roll(20) == 0 { next.plus(3 * DAY) } else { next };
                asleep.push((machine.now, next));
                machine.sleep_until(next);
            }
            1 => {
                machine.wait_until(next);
                machine.end_background(dice.roll(2) == 0);
            }
            _ => {
                machine.wait_until(next);
                machine.event(Event::Tick);
            }
        }
    }
    let reader = machine.reader();
    let is_quiet = |at: UtcMillis| {
        let minute = local_minute(reader, at);
        quiet.is_some_and(|(from, to)| {
            if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
        })
    };
    let mut times: BTreeMap<UtcMillis, Vec<UtcMillis>> = BTreeMap::new();
    for (at, due) in told(&machine, NoticeKind::Due) {
        assert!(!is_quiet(at), "{due} was told at {at}, in quiet hours");
        times.entry(due).or_default().push(at);
    }
    let mut told_in_all = 0;
    for day in 1..366 {
        let due = start.start_of_day().plus(day * DAY);
        // From minute to minute, and from the end of each sleep.
        let mut first = due.plus(5 * MINUTE);
        loop {
            // There is a waking moment between two sleeps.
            if let Some((_, wakes)) = asleep.iter().find(|(from, to)| *from < first && first < *to) {
                first = *wakes;
            } else if is_quiet(first) {
                first = UtcMillis((first.0 / MINUTE + 1) * MINUTE);
            } else {
                break;
            }
        }
        let expected = if first < due.plus(DAY) { vec![first] } else { vec![] };
        let found = times.remove(&due).unwrap_or_default();
        told_in_all += found.len();
        assert_eq!(found.len(), expected.len(), "{due}: told at {found:?}, expected {expected:?}");
        // On the night when the clocks go forward, someone may wait for the hour that is skipped.
        for (found, expected) in found.iter().zip(&expected) {
            let night = (reader.ahead_of_utc(due.plus(-DAY)) - reader.ahead_of_utc(due.plus(DAY))).abs();
            let late = found.since(*expected);
            assert!((0..=night.min(HOUR)).contains(&late), "{due}: told at {found}, expected at {expected}");
        }
    }
    assert!(told_in_all > 250, "only {told_in_all}");
    assert!(times.keys().all(|due| *due > start.plus(365 * DAY)), "told of what was not due: {times:?}");
}

#[test]
fn over_a_year_with_sleep_restarts_and_summer_time_every_refill_is_told_exactly_once() {
    for (seed, zone) in [
        (1, chrono_tz::Europe::Berlin),
        (2, chrono_tz::America::Los_Angeles),
        (3, chrono_tz::Australia::Lord_Howe),
    ] {
        a_year(zone, seed, None);
    }
}

#[test]
fn the_same_year_with_quiet_hours_keeps_them_and_still_tells_every_refill_exactly_once() {
    a_year(chrono_tz::Europe::Berlin, 4, Some((22 * 60, 8 * 60)));
    a_year(chrono_tz::America::New_York, 5, Some((18 * 60, 23 * 60 + 30)));
    a_year(chrono_tz::America::Los_Angeles, 6, Some((9 * 60, 17 * 60 + 15)));
}

#[test]
fn a_year_of_refills_some_of_them_late_is_told_as_it_was_seen() {
    let mut machine = free_account(chrono_tz::Europe::Berlin, "2026-11-22T20:00:00Z");
    machine.set("remind_due", "on");
    machine.set("remind_confirmed", "on");
    machine.set("remind_late", "60");
    let mut dice = Dice(7);
    let start = machine.now.start_of_day();
    let (mut came, mut late) = (Vec::new(), Vec::new());
    let mut left = 72;
    for day in 1..366 {
        let due = start.plus(day * DAY);
        let delay = if dice.roll(10) == 0 { (61 + dice.roll(180) as i64) * MINUTE } else { 2 * MINUTE };
        if delay > HOUR {
            late.push(due);
        }
        came.push(due);
        // Looked at before, during and after the delay; ended in between, at random.
        let looks = [(-20 * MINUTE, 30), (delay - MINUTE, 30), (delay + MINUTE, 150), (delay + 5 * HOUR, 90)];
        for (after, tokens) in looks {
            let after = if after == delay - MINUTE && delay < HOUR { MINUTE } else { after };
            machine.wait_until(due.plus(after));
            machine.event(Event::Tab { tab: TAB, state: TabChange::Loaded });
            if tokens < left {
                machine.event(Event::Spend { tab: TAB, tokens: left - tokens, asked_at: None });
            }
            left = tokens;
            machine.answer(&json!({"subscriptionTokens": tokens}));
            if dice.roll(3) == 0 {
                machine.end_background(dice.roll(2) == 0);
            }
            machine.close();
        }
    }
    let dues = |kind| told(&machine, kind).into_iter().map(|(_, due)| due).collect::<Vec<_>>();
    assert_eq!(dues(NoticeKind::Confirmed), came);
    assert!(late.len() > 20);
    assert_eq!(dues(NoticeKind::Late), late);
    // The plain reminder comes only if the refill was still missing then.
    assert_eq!(dues(NoticeKind::Due), late);
}

#[test]
fn a_billing_day_on_the_31st_is_told_every_month() {
    let mut machine = Machine::new(chrono_tz::America::New_York, at("2026-12-05T12:00:00Z"));
    machine.look(&json!({"plan": "ARTISAN", "subscriptionTokens": 900}));
    machine.set("billing_day", "31");
    machine.set("remind_due", "on");
    machine.close();
    for month in 0..12 {
        machine.wait_until(at("2026-12-05T12:00:00Z").plus(month * 30 * DAY));
        machine.end_background(true);
    }
    machine.wait_until(at("2027-12-05T12:00:00Z"));
    let days: Vec<String> =
        told(&machine, NoticeKind::Due).iter().map(|(_, due)| due.to_string()[..10].to_owned()).collect();
    assert_eq!(
        days,
        [
            "2026-12-31",
            "2027-01-31",
            "2027-02-28",
            "2027-03-31",
            "2027-04-30",
            "2027-05-31",
            "2027-06-30",
            "2027-07-31",
            "2027-08-31",
            "2027-09-30",
            "2027-10-31",
            "2027-11-30",
        ]
    );
}
