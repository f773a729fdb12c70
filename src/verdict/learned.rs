//! The minute of an account's daily refill, learned from its own refills.
//!
//! Nobody publishes the hour. Each confirmed refill says that the job ran between two answers, its bracket.
//! How likely that is depends on the minute the job is set to: a job runs within minutes of its time on most
//! days, 1 to 4 hours late on one day in ten, and rarely at any other time. All brackets together weigh the
//! minutes of the day against each other (Bayes' rule). 00:00 UTC, the only time ever published, starts
//! ahead.
//!
//! So an ordinary late job moves nothing, and what the refills leave open stays open:
//! [`LearnedMinute::slack`] says how far. When the newest refills agree on another time than the older ones,
//! the older ones are forgotten. Nothing here knows a plan or a date of the server.

use crate::time::{DAY, HOUR, MINUTE, MinuteOfDay, UtcMillis};
use serde::{Deserialize, Serialize};

/// A refill ran after `from` and by `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bracket {
    /// The last answer before it.
    pub from: UtcMillis,
    /// The answer that shows it.
    pub to: UtcMillis,
}

/// The newest brackets of an account, oldest first, and what they teach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Brackets", into = "Brackets")]
pub struct Learned {
    brackets: Vec<Bracket>,
    /// Computed again whenever the brackets change.
    minute: Option<LearnedMinute>,
}

/// What is stored: the brackets alone.
#[derive(Serialize, Deserialize)]
struct Brackets {
    brackets: Vec<Bracket>,
}

impl From<Brackets> for Learned {
    fn from(stored: Brackets) -> Self {
        Self { minute: conclude(&stored.brackets), brackets: stored.brackets }
    }
}

impl From<Learned> for Brackets {
    fn from(learned: Learned) -> Self {
        Self { brackets: learned.brackets }
    }
}

/// A learned refill minute, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedMinute {
    /// The UTC minute of the day.
    pub minute: MinuteOfDay,
    /// How many refills it rests on.
    pub samples: u32,
    /// How many of them ran on time, if the minute is right.
    pub agreeing: u32,
    /// The median time from the minute to the answer that showed the refill, in minutes.
    pub usual_delay_min: u32,
    /// How far the minute may be off either way, in milliseconds; 12 hours if it may be any.
    pub slack: i64,
    /// Whether the minute is known to within half an hour. If not, all that is known is that it is not 00:00
    /// UTC.
    pub is_sharp: bool,
}

/// How many brackets are kept.
const KEPT: usize = 32;
/// One refill at an odd hour came early or late. Two put 00:00 UTC in doubt.
const ENOUGH_TO_DOUBT: usize = 2;
/// Fewer refills than this name no minute.
const ENOUGH: usize = 5;
/// A bracket of this width or more says nothing about the hour. A narrower one counts even if it is wide:
/// without those, the brackets of late jobs would weigh too much.
const WIDEST: i64 = DAY;
/// The step in which the minutes of the day are weighed.
const STEP: i64 = 5 * MINUTE;
/// How many steps a day has.
const STEPS: usize = 288;
/// A job that starts on time still takes some minutes.
const JOB_TAKES: i64 = 10 * MINUTE;
/// Most jobs are done by then.
const JOB_IS_QUICK: i64 = 3 * MINUTE;
/// A minute that may be off by more than this is not named. It only speaks against 00:00 UTC.
const SHARP: i64 = HOUR / 2;

/// How late a job runs (from, to) and how often: on most days at once, on one in ten 1 to 4 hours late
/// (users' reports, good), now and then half a day late.
const DELAYS: [(i64, i64, f64); 3] =
    [(0, JOB_TAKES, 0.87), (HOUR, 4 * HOUR, 0.10), (11 * HOUR, 13 * HOUR, 0.01)];
/// Everything else: support runs it by hand, it runs early, or the rise was no refill.
const OTHERWISE: f64 = 0.004;
/// A refill less likely than this at some time of day speaks against that time.
const HARDLY: f64 = 0.02;
/// How much likelier 00:00 UTC is than all other minutes together, before anything is seen.
const MIDNIGHT_AHEAD: f64 = 4.0;
/// Below this likelihood, 00:00 UTC is no longer assumed.
const MIDNIGHT_STANDS: f64 = 0.5;
/// How sure the named minute must be.
const SURE: f64 = 0.9;
/// How much likelihood may lie outside the slack.
const LEFT_OUT: f64 = 0.000_1;

impl Learned {
    /// Notes a confirmed daily refill. A bracket too wide to say anything is dropped.
    pub fn add(&mut self, bracket: Bracket) {
        let width = bracket.to.since(bracket.from);
        if !(1..WIDEST).contains(&width) {
            return;
        }
        self.brackets.push(bracket);
        if self.brackets.len() > KEPT {
            // The bracket in the older half that says least goes.
            let older = self.brackets.iter().enumerate().take(KEPT / 2);
            let widest = older.rev().max_by_key(|(_, bracket)| bracket.to.since(bracket.from));
            if let Some((place, _)) = widest {
                self.brackets.remove(place);
            }
        }
        if let Some(older) = self.brackets.len().checked_sub(ENOUGH)
            && is_another_time(&self.brackets[..older], &self.brackets[older..], self.minute)
        {
            self.brackets.drain(..older);
        }
        self.minute = conclude(&self.brackets);
    }

    /// Forgets brackets that turn out to be wrong.
    pub fn forget(&mut self, is_wrong: impl Fn(&Bracket) -> bool) {
        self.brackets.retain(|bracket| !is_wrong(bracket));
        self.minute = conclude(&self.brackets);
    }

    /// Whether at least five of the newest ten refills speak against this time of day (milliseconds after
    /// midnight), wherever in their brackets they ran.
    #[must_use]
    pub fn contradicts(&self, time_of_day: i64) -> bool {
        let against = |bracket: &&Bracket| likelihood(bracket, time_of_day) < HARDLY;
        self.brackets.iter().rev().take(2 * ENOUGH).filter(against).count() >= ENOUGH
    }

    /// The minute, once the account's refills speak against 00:00 UTC. That one is assumed anyway and needs
    /// no learning.
    #[must_use]
    pub fn minute(&self) -> Option<LearnedMinute> {
        self.minute
    }
}

/// How likely each step of the day is the refill's; the sum is 1. `brackets` is not empty. `midnight` is the
/// weight that 00:00 UTC starts with; every other step starts with 1.
fn weigh(brackets: &[Bracket], midnight: f64) -> [f64; STEPS] {
    let mut weights = [1.0; STEPS];
    weights[0] = midnight;
    for bracket in brackets {
        for (step, weight) in weights.iter_mut().enumerate() {
            *weight *= likelihood(bracket, step as i64 * STEP);
        }
        // A product of many small factors would underflow; a sum of 1 after each bracket keeps it in range.
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
    weights
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
        // Looks that come minutes after midnight every day must not speak against it. Every other step stands
        // for any minute within it.
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
    // The slack covers the shortest stretch of the day that holds nearly everything. The minute comes from
    // the shorter stretch that is sure enough.
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
        // A refill agrees if it may have run on time, give or take the minutes that a job takes.
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

/// The shortest run of steps, round the clock, that holds at least `share`: its first step and its length.
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

/// The minute to name for a job that runs within `room` milliseconds around `middle`. People set jobs to
/// round times: a full or half hour near the middle wins, else the middle itself.
fn named(middle: i64, room: i64) -> MinuteOfDay {
    let round = [HOUR, HOUR / 2]
        .into_iter()
        .map(|step| (middle + step / 2).div_euclid(step) * step)
        .find(|round| (round - middle).abs() <= (room / 4).min(SHARP / 2));
    MinuteOfDay::of(UtcMillis(round.unwrap_or(middle)))
}

/// Whether all the newest brackets name one time, and most of the older ones another.
fn is_another_time(older: &[Bracket], newest: &[Bracket], known: Option<LearnedMinute>) -> bool {
    // What was learned before must not weigh on what the newest brackets say.
    let weights = weigh(newest, 1.0);
    let (from, length) = shortest(&weights, SURE);
    let middle = from as i64 * STEP + length as i64 * STEP / 2;
    let fits_at = |bracket: &Bracket, at: i64| likelihood(bracket, at) > DELAYS[0].2 / 2.0;
    let fits = |bracket: &&Bracket| fits_at(bracket, middle);
    let as_before = known.is_some_and(|known| {
        let at = i64::from(known.minute.minutes()) * MINUTE;
        newest.iter().filter(|bracket| fits_at(bracket, at)).count() * 2 > newest.len()
    });
    !as_before
        && length as i64 * STEP <= 2 * SHARP
        && newest.iter().filter(fits).count() == newest.len()
        && older.iter().filter(fits).count() * 2 < older.len()
}

#[cfg(test)]
mod tests;
