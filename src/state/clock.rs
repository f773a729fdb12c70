//! This computer's clock and its error: the only place where a [`DeviceTime`] becomes a [`UtcMillis`].
//!
//! Two things reveal the error. First, an answer's `Date` is the server's clock: never later than the truth when the
//! answer arrives, and not earlier than the request, unless it comes from a cache. So each answer leaves a range of
//! possible errors, and several answers leave the overlap of their ranges. Second, a clock that goes backwards was
//! set:
//!
//! | what we see | what it means |
//! |---|---|
//! | a `Date` that fits the clock as it is | the clock is right, whatever we thought before |
//! | a `Date` later than the clock can be | the clock was set back, or is behind: the `Date` counts |
//! | a `Date` earlier than the clock can be, once | a cache: that answer is as old as it says |
//! | the same again, with a `Date` that moved on with the clock | the clock was set forward |
//! | the clock shows less than before | it was set, and people set clocks right; but the present is never earlier than a `Date` already seen |
//! | the clock shows a year before this software | its battery is empty: we go on from the time before |

use crate::time::{DAY, DeviceTime, HOUR, MINUTE, SECOND, SetBack, UtcMillis};
use serde::{Deserialize, Serialize};

/// How far the computer's clock may be off before we correct it.
const TOLERANCE: i64 = 2 * MINUTE;
/// Servers' clocks differ from each other by this much, and the same error never measures the same twice.
const SKEW: i64 = 5 * SECOND;
/// A `Date` is cut to whole seconds.
const ROUNDING: i64 = SECOND;
/// How many of the newest answers count.
const MOST_BOUNDS: usize = 6;
/// No computer that runs this has a clock this far back: 2025-01-01T00:00:00Z.
const EARLIEST: DeviceTime = DeviceTime(1_735_689_600_000);
/// The most time we assume passed between the last event on a clock and the first after it was set; the other limit
/// is how far it was set back.
const MOST_SLACK: i64 = 4 * HOUR;
/// What we learn is stored along with other changes; on its own only this often.
const STORED_EVERY: i64 = 10 * MINUTE;

/// The errors one answer leaves possible, in milliseconds that the server is ahead of this computer.
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

    /// The server was later than the other range allows.
    fn is_above(self, other: Self) -> bool {
        self.least > other.most.saturating_add(SKEW)
    }
}

/// What we know about this computer's clock, as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The estimate: milliseconds that the server is ahead of this computer; 0 within tolerance.
    ahead: i64,
    /// The ranges the newest answers leave possible, oldest first.
    bounds: Vec<Bound>,
    /// An answer from a cache, or the first after the clock was set forward: its `Date`, and the range it would
    /// leave.
    doubted: Option<Doubted>,
    /// The newest `Date` so far.
    newest_date: Option<UtcMillis>,
    /// What the clock showed at the last event.
    last_heard: Option<DeviceTime>,
    /// The same, when last stored.
    #[serde(skip)]
    stored_at: Option<DeviceTime>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Doubted {
    date: UtcMillis,
    bound: Bound,
}

/// What an answer says about time, each by its own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct DatedAnswer {
    /// When it was asked for.
    pub asked: DeviceTime,
    /// When it arrived.
    pub heard: DeviceTime,
    /// Its `Date`.
    pub date: UtcMillis,
    /// Whether its `Age` says that it comes from a cache.
    pub is_aged: bool,
}

/// What an answer's `Date` led to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lesson {
    /// The answer comes from a cache.
    pub is_kept: bool,
    /// The present is earlier than we thought.
    pub set_back: Option<SetBack>,
}

impl Clock {
    /// A clock of which only the error is known, as older versions stored it.
    pub(super) fn with_error(ahead: i64) -> Self {
        Self { ahead, ..Self::default() }
    }

    /// The true time when this computer's clock shows this.
    #[must_use]
    pub fn correct(&self, shown: DeviceTime) -> UtcMillis {
        UtcMillis(shown.0.saturating_add(self.ahead))
    }

    /// What this computer's clock shows at this true time.
    #[must_use]
    pub fn shown_at(&self, at: UtcMillis) -> DeviceTime {
        DeviceTime(at.0.saturating_sub(self.ahead))
    }

    /// Milliseconds that the server is ahead of this computer; 0 within tolerance.
    #[must_use]
    pub fn ahead(&self) -> i64 {
        self.ahead
    }

    /// No clock is a century off: a broken value must not push the present off the calendar.
    pub(super) fn bounded(mut self) -> Self {
        self.ahead = self.ahead.clamp(-36_525 * DAY, 36_525 * DAY);
        self.stored_at = self.last_heard;
        self
    }

    /// Notes an event at clock time `now`, and whether the clock was set back.
    pub(super) fn hear(&mut self, now: DeviceTime) -> Option<SetBack> {
        let Some(last) = self.last_heard.replace(now) else {
            // We know nothing about a clock that may already have stamped things.
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
            // Earlier stamps were right; it is now that the clock is wrong.
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
        // Even after the clock was set, an earlier `Date` can still show another to be old.
        let is_below = known.map_or(Some(date) <= self.newest_date, |known| known.is_above(bound));
        let is_kept = is_aged || (is_below && !bound.agrees() && !self.is_confirmed(date, bound));
        if is_kept {
            // From a cache or not, it is never later than the truth.
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
                // Earlier ranges belong to a clock that has since been set, or were made up.
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

    /// Whether this is the second answer in a row that would need the clock to be ahead. A cache would have repeated
    /// the same `Date`, or shown another error.
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

    /// Whether to store the newest event again.
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

/// The error to use: the old one as long as it is still possible.
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
