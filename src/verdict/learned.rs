//! The account's own daily refill minute, learned from its refills.
//!
//! Nobody publishes the hour. Each confirmed refill says that the job ran between two answers. How likely that is
//! differs from minute to minute of the day: a job runs within minutes of its time on most days, 1 to 4 hours late
//! on one day in ten, and seldom at any other time. All refills together weigh the minutes against each other (the
//! rule of Bayes), and 00:00 UTC, which is all that was ever published, begins ahead of the others. So an ordinary
//! late job moves nothing, and what the refills leave open stays open: [`LearnedMinute::slack`] says how far. When
//! the newest refills agree on another time than the older ones, these are forgotten.

use crate::stored::{Stored, read_fields, write_fields};
use crate::time::{DAY, HOUR, MINUTE, MinuteOfDay, UtcMillis};
use serde_json::Value;

/// A refill ran after `from` and by `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bracket {
    /// The last answer before it.
    pub from: UtcMillis,
    /// The answer that showed it.
    pub to: UtcMillis,
}

crate::stored::stored_struct!(Bracket { from, to });

/// The newest brackets of an account, oldest first, and what they teach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    brackets: Vec<Bracket>,
    /// Made anew from the brackets whenever they change.
    minute: Option<LearnedMinute>,
}

/// The brackets alone: what they teach is not stored.
impl Stored for Learned {
    fn write(&self, out: &mut String) {
        write_fields(out, &[("brackets", &self.brackets)]);
    }
    fn read(&mut self, value: &Value) -> bool {
        let read = read_fields(value, &mut [("brackets", &mut self.brackets)]);
        self.minute = conclude(&self.brackets);
        read
    }
}

/// A learned refill minute, with how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedMinute {
    /// The UTC minute of the day.
    pub minute: MinuteOfDay,
    /// From how many refills.
    pub samples: u32,
    /// How many of them ran on time, if that minute is right.
    pub agreeing: u32,
    /// How long after that minute these were seen, at the most: the median, in minutes.
    pub usual_delay_min: u32,
    /// By how many milliseconds the minute may be off, either way; 12 hours when any is possible.
    pub slack: i64,
    /// Whether the minute itself is known within half an hour, and not only that it is not 00:00 UTC.
    pub is_sharp: bool,
}

/// How many brackets are kept.
const KEPT: usize = 32;
/// One refill at an odd hour came early or late; more than one put 00:00 UTC in doubt.
const ENOUGH_TO_DOUBT: usize = 2;
/// Fewer refills than this teach no minute.
const ENOUGH: usize = 5;
/// A wider bracket says nothing about the hour. A wide one still does: leaving it out would leave those of late jobs.
const WIDEST: i64 = DAY;
/// Minutes of the day are weighed in steps of this.
const STEP: i64 = 5 * MINUTE;
/// How many steps a day has.
const STEPS: usize = 288;
/// A job that is on time still takes its minutes.
const JOB_TAKES: i64 = 10 * MINUTE;
/// Most are done by then.
const JOB_IS_QUICK: i64 = 3 * MINUTE;
/// A minute that may be off by more than this is no minute: it only speaks against 00:00 UTC.
const SHARP: i64 = HOUR / 2;

/// When a job runs after its time, with how often: on most days at once, on one in ten 1 to 4 hours late (users'
/// reports, good), now and then half a day late.
const DELAYS: [(i64, i64, f64); 3] =
    [(0, JOB_TAKES, 0.87), (HOUR, 4 * HOUR, 0.10), (11 * HOUR, 13 * HOUR, 0.01)];
/// What else may be: by support's hand, early, a refill taken for one that was none.
const OTHERWISE: f64 = 0.004;
/// How much likelier 00:00 UTC is than all other minutes together, before anything was seen.
const MIDNIGHT_AHEAD: f64 = 4.0;
/// Below this 00:00 UTC is no longer assumed.
const MIDNIGHT_STANDS: f64 = 0.5;
/// How sure a minute must be to be named.
const SURE: f64 = 0.9;
/// How much may be left outside of the slack.
const LEFT_OUT: f64 = 0.000_1;

impl Learned {
    /// Notes a confirmed daily refill.
    pub fn add(&mut self, bracket: Bracket) {
        let width = bracket.to.since(bracket.from);
        if !(1..WIDEST).contains(&width) {
            return;
        }
        self.brackets.push(bracket);
        if self.brackets.len() > KEPT {
            // Of the older half the one that says least.
            let older = self.brackets.iter().enumerate().take(KEPT / 2);
            let widest = older.rev().max_by_key(|(_, bracket)| bracket.to.since(bracket.from));
            if let Some((place, _)) = widest {
                self.brackets.remove(place);
            }
        }
        if let Some(older) = self.brackets.len().checked_sub(ENOUGH)
            && is_another_time(&self.brackets[..older], &self.brackets[older..])
        {
            self.brackets.drain(..older);
        }
        self.minute = conclude(&self.brackets);
    }

    /// The minute, once the account's refills speak against 00:00 UTC: what is assumed anyway needs no learning.
    #[must_use]
    pub fn minute(&self) -> Option<LearnedMinute> {
        self.minute
    }
}

/// How likely each step of the day is the refill's, given these brackets; they sum to 1. `midnight` is the weight that
/// 00:00 UTC begins with, where another step has 1.
fn weigh(brackets: &[Bracket], midnight: f64) -> [f64; STEPS] {
    let mut weights = [1.0; STEPS];
    weights[0] = midnight;
    for bracket in brackets {
        for (step, weight) in weights.iter_mut().enumerate() {
            *weight *= likelihood(bracket, step as i64 * STEP);
        }
        // Thirty factors of a thousandth are still far from the smallest number, but only just.
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// How likely a job set to that time of day runs within the bracket.
fn likelihood(bracket: &Bracket, time_of_day: i64) -> f64 {
    let begins = (bracket.from.0 - time_of_day).rem_euclid(DAY);
    let ends = begins + bracket.to.since(bracket.from);
    let shared = |from: i64, to: i64| (ends.min(to) - begins.max(from)).max(0);
    let mut sum = OTHERWISE;
    for (from, to, share) in DELAYS {
        // A bracket that begins late in the day may hold tomorrow's job.
        let time = shared(from, to) + shared(from + DAY, to + DAY);
        // Who looks minutes after midnight every day must not seem to speak against it. The other steps stand for any
        // minute within them.
        let enough = if from == 0 && time_of_day == 0 { JOB_IS_QUICK } else { to - from };
        sum += share * time.min(enough) as f64 / enough as f64;
    }
    sum
}

/// What the brackets teach; `None` while 00:00 UTC stands.
fn conclude(brackets: &[Bracket]) -> Option<LearnedMinute> {
    if brackets.len() < ENOUGH_TO_DOUBT {
        return None;
    }
    let weights = weigh(brackets, MIDNIGHT_AHEAD * (STEPS as f64 - 1.0));
    if weights[0] + weights[1] + weights[STEPS - 1] >= MIDNIGHT_STANDS {
        return None;
    }
    // The shortest stretch of the day that holds nearly everything, and within it the one that is sure.
    let (from, length) = shortest(&weights, 1.0 - LEFT_OUT);
    let (sure_from, sure_length) = shortest(&weights, SURE);
    let middle = sure_from as i64 * STEP + sure_length as i64 * STEP / 2;
    let minute = named(middle, sure_length as i64 * STEP);
    let at = i64::from(minute.minutes()) * MINUTE;
    let before = (at - from as i64 * STEP).rem_euclid(DAY);
    let after = length as i64 * STEP - before;
    let slack = before.max(after).clamp(JOB_TAKES, DAY / 2);
    let is_sharp = brackets.len() >= ENOUGH && sure_length as i64 * STEP <= 2 * SHARP;
    let mut delays: Vec<i64> = Vec::new();
    for bracket in brackets {
        // How long after the minute, give or take what it may be off, it was seen.
        let delay = (bracket.to.0 - at).rem_euclid(DAY);
        if delay <= bracket.to.since(bracket.from) + JOB_TAKES {
            let delay = delay / MINUTE;
            delays.insert(delays.partition_point(|other| *other <= delay), delay);
        }
    }
    Some(LearnedMinute {
        minute,
        samples: u32::try_from(brackets.len()).ok()?,
        agreeing: u32::try_from(delays.len()).ok()?,
        usual_delay_min: delays
            .get(delays.len() / 2)
            .and_then(|delay| u32::try_from(*delay).ok())
            .unwrap_or(0),
        slack,
        is_sharp,
    })
}

/// The shortest run of steps, round the clock, that holds at least `share`: where it begins, and how many.
fn shortest(weights: &[f64; STEPS], share: f64) -> (usize, usize) {
    let mut best = (0, STEPS);
    let (mut end, mut held) = (0, 0.0);
    for start in 0..STEPS {
        while held < share && end < start + STEPS {
            held += weights[end % STEPS];
            end += 1;
        }
        if held >= share && end - start < best.1 {
            best = (start, end - start);
        }
        held -= weights[start];
    }
    best
}

/// The minute to name for a job that runs within `room` milliseconds around `middle`. Jobs are set to round times:
/// a full or half hour in the middle half of the room is taken, else the middle.
fn named(middle: i64, room: i64) -> MinuteOfDay {
    let round = [HOUR, HOUR / 2]
        .into_iter()
        .map(|step| (middle + step / 2).div_euclid(step) * step)
        .find(|round| (round - middle).abs() <= (room / 4).min(SHARP / 2));
    MinuteOfDay::of(UtcMillis(round.unwrap_or(middle)))
}

/// Whether the newest brackets, all of them, name a time that the older ones exclude.
fn is_another_time(older: &[Bracket], newest: &[Bracket]) -> bool {
    // What was thought before must not decide what the newest say by themselves.
    let weights = weigh(newest, 1.0);
    let (from, length) = shortest(&weights, SURE);
    let middle = from as i64 * STEP + length as i64 * STEP / 2;
    let fits = |bracket: &&Bracket| likelihood(bracket, middle) > DELAYS[0].2 / 2.0;
    length as i64 * STEP <= 2 * SHARP
        && newest.iter().filter(fits).count() == newest.len()
        && older.iter().filter(fits).count() * 2 < older.len()
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

    /// The minute that is named; where it is only known that it is not midnight, none is.
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
    fn a_few_refills_far_from_midnight_are_enough_to_doubt_it_and_not_to_name_another() {
        let learned = learn((0..2).map(|day| bracket(day, "15:30", "17:00")));
        let doubt = learned.minute().unwrap();
        assert!(!doubt.is_sharp && doubt.slack > HOUR, "{doubt:?}");
    }

    #[test]
    fn someone_who_looks_once_a_day_still_teaches_against_the_late_jobs_he_happens_to_see() {
        // Most brackets last from one day's look to the next one's; only a late job falls between two close looks.
        let daily =
            |day| Bracket { to: bracket(day + 1, "01:37", "02:00").from, ..bracket(day, "03:25", "04:00") };
        let late = |day| bracket(day, "01:40", "03:25");
        let learned = learn((0..30).map(|day| if day % 10 == 4 { late(day) } else { daily(day) }));
        assert_eq!(learned.minute(), None);
    }

    #[test]
    fn what_is_learned_is_the_same_after_it_was_stored() {
        let learned = learn((0..7).map(|day| bracket(day, "07:30", "08:30")));
        let read: Learned = crate::stored::from_text(&crate::stored::to_text(&learned)).unwrap();
        assert_eq!(read, learned);
    }

    #[test]
    fn who_looks_right_after_midnight_every_day_does_not_speak_against_it() {
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
    fn brackets_too_wide_to_tell_teach_nothing() {
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
}
