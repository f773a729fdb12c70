//! Which date, hour or day is believed, for which plan, up to which bound.

use super::*;
use crate::time::{MINUTE, parse_timestamp};

fn at(text: &str) -> UtcMillis {
    parse_timestamp(text).unwrap()
}

fn seen(plan: &str, ahead: Option<i64>) -> Sighting {
    let answered_at = at("2026-11-23T12:00:00");
    let renewal = ahead.map(|ahead| answered_at.plus(ahead));
    Sighting { answered_at, plan: Some(plan.into()), renewal, ..Sighting::default() }
}

fn calendar(seen: &Sighting, learned: Option<LearnedMinute>) -> Calendar {
    Calendar::of(seen, &Manual::default(), learned, PlanHistory::default())
}

/// How the schedule is known if a renewal date lies `ahead` milliseconds after its answer.
fn basis(plan: &str, ahead: i64) -> Option<Basis> {
    calendar(&seen(plan, Some(ahead)), None).planned.map(|planned| planned.basis)
}

fn learned(slack: i64, is_sharp: bool) -> LearnedMinute {
    let minute = MinuteOfDay::parse("16:00").unwrap();
    LearnedMinute { minute, samples: 6, agreeing: 6, usual_delay_min: 5, slack, is_sharp }
}

#[test]
fn a_daily_plan_believes_a_date_within_about_a_day() {
    let assumed = Some(Basis::Assumed);
    for (ahead, expected) in [
        (-DAY, assumed),
        (0, assumed),
        (1, Some(Basis::Server)),
        (DAY + 4 * HOUR, Some(Basis::Server)),
        (DAY + 4 * HOUR + 1, assumed),
        (300 * DAY, assumed),
    ] {
        assert_eq!(basis("FREE", ahead), expected, "{ahead}");
    }
    let planned = calendar(&seen("FREE", Some(300 * DAY)), None).planned.unwrap();
    assert_eq!(
        planned.schedule,
        Schedule::Daily(MinuteOfDay::MIDNIGHT),
        "the billing day belongs to another clock"
    );
}

#[test]
fn the_last_refills_date_names_the_hour_of_a_daily_plans_next_one() {
    let mut seen = seen("FREE", None);
    seen.renewal = Some(at("2026-11-22T07:00:00"));
    seen.answered_at = at("2026-11-22T09:00:00");
    let planned = calendar(&seen, None).planned.unwrap();
    assert_eq!(planned.schedule, Schedule::Daily(MinuteOfDay::parse("07:00").unwrap()));
    assert_eq!(planned.basis, Basis::Assumed);
}

#[test]
fn five_own_refills_at_another_hour_correct_the_servers_date() {
    let basis = |samples: u32, is_sharp: bool| {
        let learned = LearnedMinute { samples, ..learned(10 * MINUTE, is_sharp) };
        let mut seen = seen("FREE", None);
        seen.renewal = Some(seen.answered_at.start_of_day().plus(DAY));
        calendar(&seen, Some(learned)).planned.unwrap().basis
    };
    assert_eq!(basis(4, true), Basis::Server);
    assert_eq!(basis(5, true), Basis::Learned);
    assert_eq!(basis(9, false), Basis::Assumed, "an hour that is not sharp still rules midnight out");
}

#[test]
fn a_monthly_plan_believes_a_date_within_about_a_month_and_only_the_day_of_one_within_a_year() {
    for (ahead, expected) in [
        (-35 * DAY, Some(Basis::Server)),
        (-35 * DAY - 1, None),
        (31 * DAY + 2 * HOUR, Some(Basis::Server)),
        (31 * DAY + 2 * HOUR + 1, Some(Basis::Assumed)),
        (367 * DAY, Some(Basis::Assumed)),
        (367 * DAY + 1, None),
    ] {
        assert_eq!(basis("APPRENTICE", ahead), expected, "{ahead}");
    }
    let mut paid_by_year = seen("APPRENTICE", None);
    paid_by_year.renewal = Some(at("2027-08-17T05:30:00"));
    let planned = calendar(&paid_by_year, None).planned.unwrap();
    let minute = MinuteOfDay::parse("05:30").unwrap();
    assert_eq!(planned.schedule, Schedule::Monthly { day: 17, minute });
    let history = PlanHistory { has_changed: true, ..PlanHistory::default() };
    let changed = Calendar::of(&paid_by_year, &Manual::default(), None, history);
    assert_eq!(changed.planned, None, "after a change of plan it may be the end of the old plan's year");
}

#[test]
fn a_rough_hour_counts_as_due_once_the_last_possible_instant_has_passed() {
    let rough = calendar(&seen("FREE", None), Some(learned(60 * MINUTE, false)));
    assert_eq!(rough.slack(), HOUR);
    assert_eq!(rough.planned.map(|planned| planned.basis), Some(Basis::Assumed));
    let (yesterday, today) = (at("2026-11-22T16:00:00"), at("2026-11-23T16:00:00"));
    assert_eq!(rough.last_due(at("2026-11-23T16:59:59")), Some(yesterday));
    assert_eq!(rough.last_due(at("2026-11-23T17:00:00")), Some(today));
    assert_eq!(rough.next_boundary(at("2026-11-23T16:30:00")), Some(at("2026-11-23T17:00:00")));
    assert_eq!(rough.next_boundary(at("2026-11-23T17:00:00")), Some(at("2026-11-24T17:00:00")));
    assert_eq!(rough.next_due(at("2026-11-23T16:30:00")), Some(at("2026-11-24T16:00:00")));
    let sharp = calendar(&seen("FREE", None), Some(learned(10 * MINUTE, true)));
    assert_eq!(sharp.planned.map(|planned| planned.basis), Some(Basis::Learned));
    assert_eq!(calendar(&seen("APPRENTICE", None), Some(learned(HOUR, true))).planned, None);
}

#[test]
fn an_hour_or_day_set_by_hand_beats_everything_for_its_kind_of_plan() {
    let manual =
        Manual { daily_reset_utc: MinuteOfDay::parse("09:15"), billing_day: Some(31), ..Manual::default() };
    let set = |plan: &str| {
        let planned = Calendar::of(&seen(plan, Some(HOUR)), &manual, None, PlanHistory::default()).planned;
        planned.map(|planned| (planned.schedule, planned.basis))
    };
    let minute = MinuteOfDay::parse("09:15").unwrap();
    assert_eq!(set("FREE"), Some((Schedule::Daily(minute), Basis::Manual)));
    let minute = MinuteOfDay::MIDNIGHT;
    assert_eq!(set("MAESTRO"), Some((Schedule::Monthly { day: 31, minute }, Basis::Manual)));
    assert_eq!(
        set("BASIC").map(|(_, basis)| basis),
        Some(Basis::Server),
        "neither is meant for an unknown plan"
    );
}
