//! What anyone could have learned about an account's refill hour from the answers in its browser.

use crate::server::{Cycle, Fate, Server};
use crate::world::Parsed;
use refill_watch::time::{DAY, HOUR, MINUTE};

/// Two answers further apart than this say too little about the minute of the refill between them.
const WIDEST: i64 = 12 * HOUR;
/// A clock that jumps by more than this was set, which moves the hour learned by it.
const CLOCK_WAS_SET: i64 = HOUR / 2;

/// The daily refills that came between two answers, and what they show of their hour.
#[derive(Clone, Copy, Debug)]
pub struct Brackets {
    previous: Option<i64>,
    cycle_number: u32,
    /// How many there are.
    pub count: u32,
    /// How many of them cannot have been due at 00:00 UTC, not even if they came 4 hours late.
    pub against_midnight: u32,
    /// How many of them cannot have been due at the former hour, by the computer's clock. The hour changes with the
    /// account's cycle, and when the clock is set. Counts all of them if the hour is the same; `None` if nothing
    /// changed.
    pub against_former: Option<u32>,
    /// The time of day of the daily refills by the computer's clock, in milliseconds: now, and (`former`) before it
    /// changed. A paid plan may lie between the two.
    time: Option<i64>,
    former: Option<i64>,
    /// How far the computer's clock is ahead, in milliseconds.
    ahead: i64,
    /// Milliseconds from the true due instant to the latest answer before a refill on time.
    low: i64,
    /// Milliseconds from the true due instant to the earliest answer after one.
    high: i64,
}

impl Default for Brackets {
    fn default() -> Self {
        Self {
            previous: None,
            cycle_number: 0,
            count: 0,
            against_midnight: 0,
            against_former: None,
            time: None,
            former: None,
            ahead: 0,
            low: -DAY,
            high: DAY,
        }
    }
}

impl Brackets {
    /// Records an answer.
    pub fn answered(&mut self, server: &Server, told: &Parsed) {
        let (at, ahead) = (told.served, told.stamped - told.asked);
        let former = self.time.or(self.former);
        if self.cycle_number != server.cycle_number {
            let against_former = Some(0);
            *self = Self { cycle_number: server.cycle_number, former, against_former, ..Self::default() };
        } else if (ahead - self.ahead).abs() > CLOCK_WAS_SET {
            *self = Self { former, against_former: former.map(|_| 0), ..*self };
        }
        self.ahead = ahead;
        if let Cycle::Daily(time) = server.cycle {
            self.time = Some((time + ahead).rem_euclid(DAY));
        }
        let previous = self.previous.unwrap_or(at);
        self.previous = Some(previous.max(at));
        if at <= previous || at - previous > WIDEST || !server.cycle.is_daily() {
            return;
        }
        for job in server.jobs.iter().rev().take(4).filter(|job| job.changed && !job.void) {
            if !job.ran_at.is_some_and(|ran| previous < ran && ran <= at) {
                continue;
            }
            self.count += 1;
            let excludes = |time: i64| {
                let latest = (at - time).div_euclid(DAY) * DAY + time;
                latest <= previous - 4 * HOUR - 15 * MINUTE
            };
            self.against_midnight += u32::from(excludes(0));
            let another = self
                .former
                .filter(|former| self.time.is_none_or(|time| (former - time).abs() > CLOCK_WAS_SET));
            let tells = another.is_none_or(|former| excludes(former - ahead));
            self.against_former = self.against_former.map(|count| count + u32::from(tells));
            if job.fate == Fate::OnTime {
                self.low = self.low.max(previous - job.due);
                self.high = self.high.min(at - job.due);
            }
        }
    }

    /// How many milliseconds all refills on time together leave open around the true due instant.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.high - self.low
    }
}
