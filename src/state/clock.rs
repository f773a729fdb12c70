//! This computer's clock, and what is known of its error: the one place where a [`DeviceTime`] becomes a [`UtcMillis`].
//!
//! Two things tell of the error. An answer's `Date` is the server's clock: never later than the truth when the answer is
//! heard, and not earlier than when it was asked for, unless it comes out of a cache. So each answer leaves a range of
//! errors possible, and several leave what their ranges have in common. And a clock that goes backwards was set:
//!
//! | what is seen | what it means |
//! |---|---|
//! | a `Date` within reach of the clock as it shows | the clock is right, whatever was known before |
//! | a `Date` later than the clock can be | it was set back, or is behind: the `Date` counts |
//! | a `Date` earlier than the clock can be, once | a cache: that answer is as old as it says |
//! | the same again, with a `Date` that has moved on with the clock | it was set forward |
//! | the clock shows less than before | it was set, and whoever sets a clock sets it right; but no present is earlier than a `Date` that was heard |
//! | the clock shows a year before this software | its battery is empty: the time before goes on counting |

use crate::time::{DAY, DeviceTime, HOUR, MINUTE, SECOND, SetBack, UtcMillis};
use serde::{Deserialize, Serialize};

/// What the computer's clock may be off before it is corrected.
const TOLERANCE: i64 = 2 * MINUTE;
/// Servers' clocks differ by so much among each other, and an error is not measured twice the same.
const SKEW: i64 = 5 * SECOND;
/// A `Date` is cut to whole seconds.
const ROUNDING: i64 = SECOND;
/// The newest answers that count.
const MOST_BOUNDS: usize = 6;
/// No computer on which this runs is that far back: 2025-01-01T00:00:00Z.
const EARLIEST: DeviceTime = DeviceTime(1_735_689_600_000);
/// Between the last thing that was seen by a clock and the first one after it was set, no more time is thought of than
/// it was set back by, nor than this.
const MOST_SLACK: i64 = 4 * HOUR;
/// What is heard is stored with whatever else is; by itself it is only so often.
const STORED_EVERY: i64 = 10 * MINUTE;

/// The errors that one answer leaves possible: milliseconds by which the server is ahead of this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Bound {
    least: i64,
    most: i64,
}

impl Bound {
    fn and(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: self.most.min(other.most) }
    }

    /// The clock is right as it is.
    fn agrees(self) -> bool {
        self.least <= TOLERANCE && self.most >= -TOLERANCE
    }

    /// The server was later than the other one allows.
    fn is_above(self, other: Self) -> bool {
        self.least > other.most.saturating_add(SKEW)
    }
}

/// What is known of this computer's clock; storage holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Milliseconds by which the server is taken to be ahead of this computer; 0 within tolerance.
    ahead: i64,
    /// What the newest answers leave possible, oldest first.
    bounds: Vec<Bound>,
    /// An answer that came out of a cache, or was the first after the clock was set forward: its `Date`, and what it
    /// would leave possible.
    doubted: Option<Doubted>,
    /// The newest `Date` that was heard.
    newest_date: Option<UtcMillis>,
    /// What the clock showed when something last happened.
    last_heard: Option<DeviceTime>,
    /// The same, when it was last stored.
    #[serde(skip)]
    stored_at: Option<DeviceTime>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Doubted {
    date: UtcMillis,
    bound: Bound,
}

/// What an answer tells of time, each by its own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct DatedAnswer {
    /// When it was asked for.
    pub asked: DeviceTime,
    /// When it was heard.
    pub heard: DeviceTime,
    /// Its `Date`.
    pub date: UtcMillis,
    /// Its `Age` says that it comes out of a cache.
    pub is_aged: bool,
}

/// What came of an answer's `Date`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lesson {
    /// The answer comes out of a cache.
    pub is_kept: bool,
    /// The present is earlier than it was taken for.
    pub set_back: Option<SetBack>,
}

impl Clock {
    /// One of which all that is known is its error, as older versions stored it.
    pub(super) fn with_error(ahead: i64) -> Self {
        Self { ahead, ..Self::default() }
    }

    /// When it is what this computer's clock shows.
    #[must_use]
    pub fn correct(&self, shown: DeviceTime) -> UtcMillis {
        UtcMillis(shown.0.saturating_add(self.ahead))
    }

    /// What this computer's clock shows then.
    #[must_use]
    pub fn shown_at(&self, at: UtcMillis) -> DeviceTime {
        DeviceTime(at.0.saturating_sub(self.ahead))
    }

    /// Milliseconds by which the server is ahead of this computer; 0 within tolerance.
    #[must_use]
    pub fn ahead(&self) -> i64 {
        self.ahead
    }

    /// No clock is a century off: a broken value must not carry the present out of the calendar.
    pub(super) fn bounded(mut self) -> Self {
        self.ahead = self.ahead.clamp(-36_525 * DAY, 36_525 * DAY);
        self.stored_at = self.last_heard;
        self
    }

    /// Notes that something happens when the clock shows `now`, and notices when it was set back.
    pub(super) fn hear(&mut self, now: DeviceTime) -> Option<SetBack> {
        let Some(last) = self.last_heard.replace(now) else {
            // Nothing is known of the clock by which there may be something stamped already.
            return Some(SetBack { to: self.correct(now), by: 0, slack: 0 });
        };
        let present = self.correct(last);
        let mut slack = 0;
        let (was_set, is_set) = (last >= EARLIEST, now >= EARLIEST);
        if was_set && !is_set {
            self.begin_anew(present.0.saturating_sub(now.0));
        } else if !was_set && is_set || now.since(last) < -TOLERANCE {
            let behind = self.newest_date.map_or(0, |date| date.0.saturating_sub(now.0));
            let is_behind = behind > TOLERANCE;
            self.begin_anew(if is_behind { behind } else { 0 });
            // What was stamped until then was right, where it is now that the clock is wrong.
            slack = if is_behind { 0 } else { MOST_SLACK };
        }
        self.set_back_from(present, now).map(|back| SetBack { slack: slack.min(back.by), ..back })
    }

    fn begin_anew(&mut self, ahead: i64) {
        self.ahead = ahead;
        self.bounds.clear();
        self.doubted = None;
    }

    fn set_back_from(&self, present: UtcMillis, now: DeviceTime) -> Option<SetBack> {
        let to = self.correct(now);
        (to < present).then(|| SetBack { to, by: present.since(to), slack: 0 })
    }

    /// Learns from an answer's `Date`.
    pub(super) fn learn(&mut self, told: DatedAnswer) -> Lesson {
        let DatedAnswer { asked, heard, date, is_aged } = told;
        let present = self.correct(heard);
        let least = date.0.saturating_sub(heard.0);
        let most = date.0.saturating_add(ROUNDING).saturating_sub(asked.min(heard).0);
        let bound = Bound { least, most };
        let known = self.possible();
        let is_above = known.is_some_and(|known| bound.is_above(known));
        // Where a clock was set since, a `Date` that was heard before still shows another to be old.
        let is_below = known.map_or(Some(date) <= self.newest_date, |known| known.is_above(bound));
        let is_kept = is_aged || (is_below && !bound.agrees() && !self.is_confirmed(date, bound));
        if is_kept {
            // Out of a cache or not, it is never later than the truth.
            if is_above {
                self.bounds = vec![Bound { least, most: i64::MAX }];
            } else if !is_aged {
                self.doubted = Some(Doubted { date, bound });
            }
        } else {
            if is_above || is_below {
                self.bounds.clear();
            }
            if is_below {
                // What was heard before was of a clock that has been set since, or made up.
                self.newest_date = None;
            }
            self.doubted = None;
            self.bounds.push(bound);
            let surplus = self.bounds.len().saturating_sub(MOST_BOUNDS);
            self.bounds.drain(..surplus);
        }
        self.newest_date = self.newest_date.max(Some(date));
        if let Some(possible) = self.possible() {
            self.ahead = chosen(possible, self.ahead);
        }
        Lesson { is_kept, set_back: self.set_back_from(present, heard) }
    }

    /// Whether an answer of which the clock would have to be ahead is the second one of that kind. A cache would have told
    /// the same `Date` again, or one by another error.
    fn is_confirmed(&self, date: UtcMillis, bound: Bound) -> bool {
        self.doubted.is_some_and(|doubted| {
            date.since(doubted.date) > 2 * SKEW
                && !bound.is_above(doubted.bound)
                && !doubted.bound.is_above(bound)
        })
    }

    /// The errors that the newest answers leave possible.
    fn possible(&self) -> Option<Bound> {
        self.bounds.iter().copied().reduce(Bound::and)
    }

    /// Whether what was last heard is to be stored again.
    pub(super) fn is_to_store(&mut self, something_is_stored: bool) -> bool {
        let Some(last) = self.last_heard else { return false };
        let is_old = self.stored_at.is_none_or(|at| last.since(at).abs() >= STORED_EVERY);
        let is_to_store = is_old || (something_is_stored && self.stored_at != self.last_heard);
        if is_to_store {
            self.stored_at = self.last_heard;
        }
        is_to_store
    }
}

/// The error to go on with: the one of before as long as it is possible.
fn chosen(possible: Bound, before: i64) -> i64 {
    let Bound { least, most } = possible;
    if possible.agrees() {
        0
    } else if (least.saturating_sub(SKEW)..=most.saturating_add(SKEW)).contains(&before) {
        before
    } else if before < least || most.saturating_sub(least) <= SKEW {
        least
    } else {
        most
    }
}
