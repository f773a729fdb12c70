//! The account's own daily refill minute, learned from its refills.
//!
//! Nobody publishes the hour. Each confirmed refill says that the job ran between two answers; where most of
//! these brackets overlap, within an hour, is the minute. An ordinary late job lies outside the overlap and
//! does not move it; when the newest five agree on another place, the old pattern is forgotten.

use crate::stored::stored_struct;
use crate::time::{DAY, HOUR, MINUTE, MinuteOfDay, UtcMillis};

/// A refill ran after `from` and by `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bracket {
    /// The last answer before it.
    pub from: UtcMillis,
    /// The answer that showed it.
    pub to: UtcMillis,
}

stored_struct!(Bracket { from, to });

/// The newest brackets of an account, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    brackets: Vec<Bracket>,
}

stored_struct!(Learned { brackets });

/// A learned refill minute, with how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedMinute {
    /// The UTC minute of the day.
    pub minute: MinuteOfDay,
    /// From how many refills.
    pub samples: u32,
    /// How many of them agree.
    pub agreeing: u32,
    /// How long the refills that agree were seen after that minute, at the most: the median, in minutes.
    pub usual_delay_min: u32,
    /// By how many milliseconds the minute may be off, either way.
    pub slack: i64,
}

impl LearnedMinute {
    /// Whether the minute itself is known, and not only roughly when.
    #[must_use]
    pub fn is_sharp(&self) -> bool {
        self.slack <= SHARP
    }
}

/// How many brackets are kept.
const KEPT: usize = 32;
/// Fewer refills than this teach nothing.
const ENOUGH: usize = 5;
/// To know only roughly when takes more: a few late jobs in wide brackets look the same.
const ENOUGH_FOR_ROUGH: usize = 8;
/// A wider bracket says nothing about the hour.
const WIDEST: i64 = 20 * HOUR;
/// An overlap wider than this names no time at all.
const WIDEST_OVERLAP: i64 = 12 * HOUR;
/// A minute that may be off by more than this is no minute: it only speaks against 00:00 UTC.
const SHARP: i64 = HOUR / 2;
/// A job that is on time still takes its minutes, so a bracket may begin just after the true minute.
const JOB_TAKES: i64 = 10 * MINUTE;

impl Learned {
    /// Notes a confirmed daily refill.
    pub fn add(&mut self, bracket: Bracket) {
        let width = bracket.to.since(bracket.from);
        if !(1..WIDEST).contains(&width) {
            return;
        }
        self.brackets.push(bracket);
        if self.brackets.len() > KEPT {
            self.brackets.remove(0);
        }
    }

    /// The minute, once at least five refills speak against 00:00 UTC and agree on another: what is assumed
    /// anyway needs no learning.
    #[must_use]
    pub fn minute(&self) -> Option<LearnedMinute> {
        let newest = self.brackets.len().checked_sub(ENOUGH)?;
        // All of the newest five: a new pattern. Else seven in ten of everything: one late day in ten is usual.
        agreement(self.brackets.get(newest..)?, ENOUGH)
            .or_else(|| agreement(&self.brackets, (self.brackets.len() * 7).div_ceil(10)))
    }
}

/// The minute that at least `wanted` of the brackets contain, if enough of them speak against 00:00 UTC.
fn agreement(brackets: &[Bracket], wanted: usize) -> Option<LearnedMinute> {
    let mut best: Option<(usize, i64, i64)> = None;
    for start in brackets {
        // Every overlap begins where one of its brackets does.
        let from = start.from.plus(-JOB_TAKES);
        let room = |bracket: &Bracket| covers(bracket, from).map(|after| width(bracket) - after);
        let agreeing = brackets.iter().filter_map(room).count();
        let sharp = brackets.iter().filter_map(room).min().unwrap_or(DAY);
        if best.is_none_or(|(most, _, narrow)| (agreeing, -sharp) > (most, -narrow)) {
            best = Some((agreeing, from.time_of_day(), sharp));
        }
    }
    let (agreeing, from, room) = best?;
    let agree = |bracket: &&Bracket| covers(bracket, UtcMillis(from)).is_some();
    let against_midnight =
        brackets.iter().filter(agree).filter(|bracket| covers(bracket, UtcMillis(0)).is_none()).count();
    if agreeing < wanted || room > WIDEST_OVERLAP {
        return None;
    }
    // Late jobs speak against midnight as well: one refill in three would be three times as many of them as
    // there are. Where the overlap is wide, they have to be most.
    let rough = room - JOB_TAKES > 2 * SHARP;
    let (enough, of) = if rough { (ENOUGH_FOR_ROUGH, 2) } else { (ENOUGH, 3) };
    if against_midnight < enough || against_midnight * of < brackets.len() {
        return None;
    }
    let (minute, slack) = choose(from + JOB_TAKES, (room - JOB_TAKES).max(0));
    let mut delays: Vec<i64> = Vec::new();
    for bracket in brackets.iter().filter(agree) {
        let delay =
            (bracket.to.time_of_day() - i64::from(minute.minutes()) * MINUTE).rem_euclid(DAY) / MINUTE;
        let place = delays.partition_point(|other| *other <= delay);
        delays.insert(place, delay);
    }
    Some(LearnedMinute {
        minute,
        samples: u32::try_from(brackets.len()).ok()?,
        agreeing: u32::try_from(agreeing).ok()?,
        usual_delay_min: delays
            .get(delays.len() / 2)
            .and_then(|delay| u32::try_from(*delay).ok())
            .unwrap_or(0),
        slack,
    })
}

fn width(bracket: &Bracket) -> i64 {
    bracket.to.since(bracket.from) + JOB_TAKES
}

/// How far into the bracket that time of day lies; `None` when it lies outside.
fn covers(bracket: &Bracket, time_of_day: UtcMillis) -> Option<i64> {
    let after = time_of_day.since(bracket.from.plus(-JOB_TAKES)).rem_euclid(DAY);
    (after <= width(bracket)).then_some(after)
}

/// The minute to name for a job that runs within `room` milliseconds from `from`, and how far it may be off.
/// Jobs are set to round times: a full or half hour in the middle half of the room is taken, else the middle.
fn choose(from: i64, room: i64) -> (MinuteOfDay, i64) {
    let middle = from + room / 2;
    for step in [HOUR, HOUR / 2] {
        let round = (middle + step / 2).div_euclid(step) * step;
        if (round - middle).abs() <= (room / 4).max(JOB_TAKES) {
            return (MinuteOfDay::of(UtcMillis(round)), (room / 2 + (round - middle).abs()).max(JOB_TAKES));
        }
    }
    (MinuteOfDay::of(UtcMillis(middle)), (room / 2).max(JOB_TAKES))
}

#[cfg(test)]
mod tests {
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

    fn minute(learned: &Learned) -> Option<String> {
        learned.minute().map(|learned| learned.minute.to_string())
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
    fn a_late_job_in_ten_days_does_not_shift_it() {
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
        // Someone who looks in the evening and in the morning, and on some days the job was late.
        let night =
            |day| Bracket { to: bracket(day + 1, "07:00", "08:00").from, ..bracket(day, "22:00", "23:00") };
        let late = |day| bracket(day, "01:00", "04:00");
        for lates in 0..ENOUGH {
            let learned =
                learn((0..12).map(|day| if (day as usize) < lates { late(day) } else { night(day) }));
            assert_eq!(minute(&learned), None, "{lates} late jobs");
        }
    }

    #[test]
    fn midnight_is_assumed_and_need_not_be_learned() {
        let over_midnight =
            |day| Bracket { to: bracket(day + 1, "00:20", "01:00").from, ..bracket(day, "23:50", "23:59") };
        assert_eq!(minute(&learn((0..12).map(over_midnight))), None);
        assert_eq!(minute(&learn((0..12).map(|day| bracket(day, "00:05", "00:20")))), None);
    }

    #[test]
    fn brackets_too_wide_to_tell_teach_nothing() {
        assert_eq!(minute(&learn((0..12).map(|day| bracket(day, "02:00", "18:00")))), None);
        let rough = learn((0..12).map(|day| bracket(day, "02:00", "09:00"))).minute().unwrap();
        assert!(!rough.is_sharp() && rough.slack >= 3 * HOUR, "{rough:?}");
    }

    #[test]
    fn a_minute_across_midnight_utc_is_found_too() {
        let learned = learn((0..6).map(|day| Bracket {
            to: bracket(day + 1, "00:00", "00:00").from,
            ..bracket(day, "23:20", "23:30")
        }));
        assert_eq!(minute(&learned), None, "00:00 is in every bracket");
        let learned = learn((0..6).map(|day| bracket(day, "23:20", "23:40")));
        assert_eq!(minute(&learned).as_deref(), Some("23:30"));
    }
}
