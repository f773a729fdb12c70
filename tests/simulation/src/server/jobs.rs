//! The refill jobs, and how well they run.

use super::{Cycle, Instant};
use crate::dice::Dice;
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};

/// 1 to 4 hours late: what users report as usual, on about one day in ten.
const LATE: f64 = 0.10;
/// About 12 hours late: an incident, a few times a year.
const VERY_LATE: f64 = 0.007;
/// Never: rare, and yet everyone who writes to support has had it.
const SKIPPED: f64 = 0.005;
/// After a skipped one the next is skipped as well that often: the cause was not mended.
const SKIPPED_AGAIN: f64 = 0.25;
/// Minutes to hours before it is due.
const EARLY: f64 = 0.004;
/// Runs, and gives too little.
const PARTIAL: f64 = 0.004;
/// A monthly refill that was skipped is made good by hand, some days later, that often.
const MADE_GOOD: f64 = 0.6;

/// How a job fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Seconds to minutes after it is due.
    OnTime,
    /// 1 to 4 hours late.
    Late,
    /// 11 to 13 hours late.
    VeryLate,
    /// Not at all.
    Skipped,
    /// Not at all; support books it by hand days later.
    MadeGood,
    /// Before it is due.
    Early,
    /// On time, with too little.
    Partial,
}

/// One refill job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// When it should run.
    pub due: Instant,
    /// How it fares.
    pub fate: Fate,
    /// When it will run, if ever.
    pub runs_at: Option<Instant>,
    /// When it ran.
    pub ran_at: Option<Instant>,
    /// How much it gives, in per cent of the allotment; after the run of a daily one, how full the pool stood.
    pub percent: u64,
    /// Whether anything in the wallet changed.
    pub changed: bool,
    /// The cycle it belonged to ended before it ran.
    pub void: bool,
}

impl Job {
    /// Whether it is due at `at` and has not run by then.
    #[must_use]
    pub fn is_owed(&self, at: Instant) -> bool {
        self.due <= at && !self.void && self.ran_at.is_none_or(|ran| ran > at)
    }
}

/// Draws how the job due at `due` will fare; `before` is how the one before it fared.
pub(super) fn draw_fate(due: Instant, cycle: Cycle, before: Option<Fate>, dice: &mut Dice) -> Job {
    let skipped = if before == Some(Fate::Skipped) { SKIPPED_AGAIN } else { SKIPPED };
    let fates = [
        (LATE, Fate::Late),
        (VERY_LATE, Fate::VeryLate),
        (skipped, Fate::Skipped),
        (EARLY, Fate::Early),
        (PARTIAL, Fate::Partial),
    ];
    let mut fate = dice.weighted(&fates, Fate::OnTime);
    if fate == Fate::Skipped && !cycle.is_daily() && dice.chance(MADE_GOOD) {
        fate = Fate::MadeGood;
    }
    let delay = match fate {
        Fate::OnTime | Fate::Partial => dice.between(2 * SECOND, 4 * MINUTE),
        Fate::Late => dice.between(HOUR, 4 * HOUR),
        Fate::VeryLate => dice.between(11 * HOUR, 13 * HOUR),
        Fate::Early => -dice.between(10 * MINUTE, 5 * HOUR),
        Fate::MadeGood => dice.between(DAY, 5 * DAY),
        Fate::Skipped => 0,
    };
    let percent = if fate == Fate::Partial { u64::try_from(dice.between(10, 95)).unwrap_or(50) } else { 100 };
    let runs_at = (fate != Fate::Skipped).then_some(due + delay);
    Job { due, fate, runs_at, ran_at: None, percent, changed: false, void: false }
}
