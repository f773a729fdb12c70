//! What anyone could have learned of an account's refill hour from what its browser was told.

use crate::server::{Fate, Instant, Server};
use refill_watch::time::{DAY, HOUR, MINUTE};

/// Two answers further apart than this say little about the minute of the refill between them.
const WIDEST: i64 = 12 * HOUR;

/// The refills that were seen between two answers.
#[derive(Clone, Copy, Debug)]
pub struct Brackets {
    previous: Option<Instant>,
    cycle_number: u32,
    /// How many.
    pub count: u32,
    /// How many of them, as they were told, do not fit 00:00 UTC, not even 4 hours late.
    pub against_midnight: u32,
    /// From the true due instant to the latest answer before a refill on time.
    low: i64,
    /// From the true due instant to the earliest answer after one.
    high: i64,
}

impl Default for Brackets {
    fn default() -> Self {
        Self { previous: None, cycle_number: 0, count: 0, against_midnight: 0, low: -DAY, high: DAY }
    }
}

impl Brackets {
    /// Notes that an answer came at `at`.
    pub fn answered(&mut self, server: &Server, at: Instant) {
        if self.cycle_number != server.cycle_number {
            *self = Self { cycle_number: server.cycle_number, ..Self::default() };
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
            let latest_midnight = at.div_euclid(DAY) * DAY;
            if latest_midnight <= previous - 4 * HOUR - 15 * MINUTE {
                self.against_midnight += 1;
            }
            if job.fate == Fate::OnTime {
                self.low = self.low.max(previous - job.due);
                self.high = self.high.min(at - job.due);
            }
        }
    }

    /// How closely all refills on time together enclose the true minute.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.high - self.low
    }
}
