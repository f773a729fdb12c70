//! What refills teach about their hour, how surely, and what teaches nothing.

use super::*;
use crate::time::parse_timestamp;

fn bracket(day: i64, from: &str, to: &str) -> Bracket {
    let at = |text: &str| parse_timestamp(&format!("2026-11-02T{text}:00")).unwrap().plus(day * DAY);
    Bracket { from: at(from), to: at(to) }
}

fn learn(brackets: impl IntoIterator<Item = Bracket>) -> Learned {
    let mut learned = Learned::default();
    for bracket in brackets {
        learned.add(bracket);
    }
    learned
}

/// The named minute; `None` if all that is known is that it is not midnight.
fn minute(learned: &Learned) -> Option<String> {
    learned.minute().filter(|learned| learned.is_sharp).map(|learned| learned.minute.to_string())
}

#[test]
fn five_refills_that_agree_teach_the_hour() {
    let four = [("06:10", "09:00"), ("07:40", "12:00"), ("05:00", "08:20"), ("07:30", "08:30")];
    let learned = learn(four.iter().zip(0..).map(|((from, to), day)| bracket(day, from, to)));
    assert_eq!(minute(&learned), None);
    let mut learned = learned;
    learned.add(bracket(4, "07:50", "08:40"));
    let known = learned.minute().unwrap();
    assert_eq!(known.minute.to_string(), "08:00");
    assert_eq!((known.samples, known.agreeing), (5, 5));
}

#[test]
fn one_late_job_in_ten_days_does_not_shift_the_minute() {
    let late =
        |day| if day % 10 == 6 { bracket(day, "10:00", "11:00") } else { bracket(day, "07:30", "08:30") };
    for days in 5..40 {
        assert_eq!(minute(&learn((0..days).map(late))).as_deref(), Some("08:00"), "after {days} days");
    }
}

#[test]
fn a_new_pattern_is_taken_up_after_five_refills() {
    let mut learned = learn((0..12).map(|day| bracket(day, "07:30", "08:30")));
    for day in 12..16 {
        learned.add(bracket(day, "15:30", "16:20"));
        assert_eq!(minute(&learned).as_deref(), Some("08:00"), "day {day}");
    }
    learned.add(bracket(16, "15:30", "16:20"));
    assert_eq!(minute(&learned).as_deref(), Some("16:00"));
}

#[test]
fn late_jobs_of_a_midnight_account_teach_nothing() {
    // Somebody looks in the evening and in the morning, and on some days the job is late.
    let night =
        |day| Bracket { to: bracket(day + 1, "07:00", "08:00").from, ..bracket(day, "22:00", "23:00") };
    let late = |day| bracket(day, "01:00", "04:00");
    for lates in 0..ENOUGH {
        let learned = learn((0..12).map(|day| if (day as usize) < lates { late(day) } else { night(day) }));
        assert_eq!(minute(&learned), None, "{lates} late jobs");
    }
}

#[test]
fn two_refills_far_from_midnight_put_it_in_doubt_and_name_no_other_minute() {
    let learned = learn((0..2).map(|day| bracket(day, "15:30", "17:00")));
    let doubt = learned.minute().unwrap();
    assert!(!doubt.is_sharp && doubt.slack > HOUR, "{doubt:?}");
}

#[test]
fn wide_brackets_of_daily_looks_outweigh_the_late_jobs_between_close_looks() {
    // Most brackets last from one day's look to the next one's. Only a late job falls between two close
    // looks.
    let daily =
        |day| Bracket { to: bracket(day + 1, "01:37", "02:00").from, ..bracket(day, "03:25", "04:00") };
    let late = |day| bracket(day, "01:40", "03:25");
    let learned = learn((0..30).map(|day| if day % 10 == 4 { late(day) } else { daily(day) }));
    assert_eq!(learned.minute(), None);
}

#[test]
fn storing_and_reading_changes_nothing_that_was_learned() {
    let learned = learn((0..7).map(|day| bracket(day, "07:30", "08:30")));
    let read: Learned = serde_json::from_str(&serde_json::to_string(&learned).unwrap()).unwrap();
    assert_eq!(read, learned);
}

#[test]
fn looks_right_after_midnight_every_day_do_not_speak_against_it() {
    let soon =
        |day| Bracket { to: bracket(day + 1, "00:06", "01:00").from, ..bracket(day, "20:00", "21:00") };
    assert_eq!(learn((0..40).map(soon)).minute(), None);
}

#[test]
fn midnight_is_assumed_and_need_not_be_learned() {
    let over_midnight =
        |day| Bracket { to: bracket(day + 1, "00:20", "01:00").from, ..bracket(day, "23:50", "23:59") };
    assert_eq!(minute(&learn((0..12).map(over_midnight))), None);
    assert_eq!(minute(&learn((0..12).map(|day| bracket(day, "00:05", "00:20")))), None);
}

#[test]
fn brackets_too_wide_to_tell_name_no_minute() {
    let wide = learn((0..12).map(|day| bracket(day, "06:00", "22:00"))).minute().unwrap();
    assert!(!wide.is_sharp && wide.slack >= 7 * HOUR, "{wide:?}");
    let rough = learn((0..12).map(|day| bracket(day, "02:00", "09:00"))).minute().unwrap();
    assert!(!rough.is_sharp && rough.slack >= 3 * HOUR, "{rough:?}");
}

#[test]
fn a_minute_across_midnight_utc_is_found_too() {
    let learned = learn((0..6).map(|day| Bracket {
        to: bracket(day + 1, "00:10", "00:10").from,
        ..bracket(day, "23:20", "23:30")
    }));
    assert_eq!(learned.minute(), None, "00:00 is in every bracket");
    let learned = learn((0..6).map(|day| bracket(day, "23:20", "23:40")));
    assert_eq!(minute(&learned).as_deref(), Some("23:30"));
}

/// Everything that is learned, in one line.
fn in_full(learned: &Learned) -> String {
    let Some(known) = learned.minute() else { return "nothing".into() };
    let LearnedMinute { minute, samples, agreeing, usual_delay_min, slack, is_sharp } = known;
    let slack = slack / MINUTE;
    format!(
        "{minute} give or take {slack}, {agreeing} of {samples}, {usual_delay_min} late, sharp: {is_sharp}"
    )
}

#[test]
fn the_minute_says_how_sure_it_is_and_how_many_refills_it_rests_on() {
    let days =
        |days: i64, from: &'static str, to: &'static str| (0..days).map(move |day| bracket(day, from, to));
    for (name, brackets, expected) in [
        (
            "an hour around",
            days(6, "07:30", "08:30").collect::<Vec<_>>(),
            "08:00 give or take 35, 6 of 6, 30 late, sharp: true",
        ),
        (
            "a quarter of an hour, off the full hour",
            days(6, "16:07", "16:22").collect(),
            "16:10 give or take 10, 6 of 6, 12 late, sharp: true",
        ),
        (
            "nearly three hours",
            days(9, "10:10", "13:00").collect(),
            "11:30 give or take 85, 9 of 9, 90 late, sharp: false",
        ),
        (
            "two days",
            days(2, "15:30", "17:00").collect(),
            "16:00 give or take 720, 2 of 2, 60 late, sharp: false",
        ),
        (
            "four days",
            days(4, "15:30", "17:00").collect(),
            "16:00 give or take 60, 4 of 4, 60 late, sharp: false",
        ),
        (
            "before midnight",
            days(7, "23:20", "23:40").collect(),
            "23:30 give or take 15, 7 of 7, 10 late, sharp: true",
        ),
        (
            "with a late job",
            days(8, "04:10", "05:05").chain([bracket(8, "05:20", "07:40")]).collect(),
            "04:30 give or take 35, 8 of 9, 35 late, sharp: true",
        ),
        (
            "with two late ones",
            days(12, "04:10", "05:05")
                .chain([bracket(12, "05:20", "07:40"), bracket(13, "06:30", "08:40")])
                .collect(),
            "04:30 give or take 30, 12 of 14, 35 late, sharp: true",
        ),
        (
            "with one half a day late",
            days(8, "04:10", "05:05").chain([bracket(8, "16:00", "17:00")]).collect(),
            "04:30 give or take 35, 8 of 9, 35 late, sharp: true",
        ),
        (
            "closing in from both sides",
            (0..8)
                .map(|day| Bracket {
                    from: bracket(day, "09:00", "10:00").from.plus(day * 4 * MINUTE),
                    to: bracket(day, "09:00", "11:00").to.plus(-day * 7 * MINUTE),
                })
                .collect(),
            "09:45 give or take 35, 8 of 8, 54 late, sharp: true",
        ),
    ] {
        assert_eq!(in_full(&learn(brackets)), expected, "{name}");
    }
}

#[test]
fn the_older_refills_that_say_least_are_dropped_first_and_the_newest_stay() {
    // One that says little among the old ones, and one among the new.
    let wide = |day| bracket(day, "01:00", "23:00");
    let learned = learn(
        (0..40).map(|day| if day == 3 || day == 38 { wide(day) } else { bracket(day, "07:30", "08:30") }),
    );
    assert_eq!(learned.brackets.len(), KEPT);
    assert!(!learned.brackets.contains(&wide(3)) && learned.brackets.contains(&wide(38)));
    let exactly = learn((0..KEPT as i64).map(|day| bracket(day, "07:30", "08:30")));
    assert_eq!(exactly.brackets.len(), KEPT);
}

#[test]
fn the_shortest_stretch_is_found_wherever_it_lies() {
    let at = |places: &[(usize, f64)]| {
        let mut weights = [0.0; STEPS];
        for (place, weight) in places {
            weights[*place] = *weight;
        }
        weights
    };
    assert_eq!(shortest(&at(&[(7, 1.0)]), 0.9), (7, 1));
    assert_eq!(shortest(&at(&[(7, 0.5), (9, 0.5)]), 0.9), (7, 3));
    assert_eq!(shortest(&at(&[(STEPS - 1, 0.5), (1, 0.5)]), 0.9), (STEPS - 1, 3), "round the clock");
    assert_eq!(shortest(&at(&[(3, 0.05), (100, 0.92), (200, 0.03)]), 0.9), (100, 1));
    assert_eq!(shortest(&at(&[(3, 0.5), (4, 0.5), (100, 0.5), (101, 0.5)]), 0.9), (3, 2), "the first of two");
}

#[test]
fn a_round_time_is_named_if_there_is_room_for_it() {
    let named = |hours: i64, minutes: i64, room: i64| {
        named(hours * HOUR + minutes * MINUTE, room * MINUTE).to_string()
    };
    assert_eq!(named(8, 9, 60), "08:00");
    assert_eq!(named(8, 20, 60), "08:30");
    assert_eq!(named(8, 16, 40), "08:16", "too far from either");
    assert_eq!(named(7, 51, 40), "08:00");
    assert_eq!(named(7, 51, 30), "07:51");
    assert_eq!(named(23, 58, 20), "00:00", "midnight of the next day");
    assert_eq!(named(8, 25, 600), "08:30", "never further than a quarter of an hour");
    assert_eq!(named(8, 15, 600), "08:00");
}
