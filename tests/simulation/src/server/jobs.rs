//! The refill jobs, and how well they run.

use super::{Cycle, Instant};
use crate::dice::Dice;
use crate::rates::Rates;
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};

/// Share of skipped monthly refills that support books by hand some days later.
const MADE_GOOD: f64 = 0.6;
/// How likely the refill after a skipped one is skipped too: nobody has fixed the cause.
const SKIPPED_AGAIN: f64 = 0.4;

/// How a job goes.
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
    /// Before it is due, and a new month starts with it.
    Anew,
    /// On time, in two parts.
    Parts,
    /// On time, with too little; the rest comes days later, or never.
    Short,
    /// The date moves when it is due; the tokens come later, or in parts, or never.
    DateFirst,
    /// On time, and then a second time.
    Twice,
}

impl Fate {
    /// Its name in the report and in causes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OnTime => "on-time",
            Self::Late => "late",
            Self::VeryLate => "very-late",
            Self::Skipped => "skipped",
            Self::MadeGood => "made-good",
            Self::Early => "early",
            Self::Anew => "anew",
            Self::Parts => "in-parts",
            Self::Short => "short",
            Self::DateFirst => "date-first",
            Self::Twice => "twice",
        }
    }
}

/// One step of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The renewal date moves on.
    Date,
    /// This much of the allotment comes, in per cent.
    Tokens(u64),
}

/// One refill job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// When it should run.
    pub due: Instant,
    /// How it goes.
    pub fate: Fate,
    /// What it will do and when, in order of time.
    pub steps: Vec<(Instant, Step)>,
    /// When the renewal date moved.
    pub date_moved_at: Option<Instant>,
    /// When its first tokens came.
    pub ran_at: Option<Instant>,
    /// How much of the allotment it has given, in per cent.
    pub given: u64,
    /// When tokens came, and how much of the allotment the job had given by then, in per cent.
    pub brought: Vec<(Instant, u64)>,
    /// Whether its tokens changed anything in the wallet.
    pub changed: bool,
    /// Whether its cycle ended before it ran.
    pub void: bool,
}

impl Job {
    /// Whether it was due by `at`, is not void, and had brought no tokens yet.
    #[must_use]
    pub fn is_owed(&self, at: Instant) -> bool {
        self.due <= at && !self.void && !self.has_run(at)
    }

    /// Whether its first tokens had come by `at`.
    #[must_use]
    pub fn has_run(&self, at: Instant) -> bool {
        self.ran_at.is_some_and(|ran| ran <= at)
    }

    /// How much of the allotment it had given by `at`, in per cent; `None` before its first tokens.
    #[must_use]
    pub fn percent(&self, at: Instant) -> Option<u64> {
        self.brought.iter().rev().find(|(came, _)| *came <= at).map(|(_, percent)| *percent)
    }

    /// Whether it changed the wallet and brought tokens in `(from, to]`.
    #[must_use]
    pub fn brought_between(&self, from: Instant, to: Instant) -> bool {
        self.changed && self.brought.iter().any(|(came, _)| *came > from && *came <= to)
    }

    /// When it moved the date, if that was by `at` and no tokens had come by then.
    #[must_use]
    pub fn is_renewed(&self, at: Instant) -> Option<Instant> {
        self.date_moved_at.filter(|moved| *moved <= at && !self.has_run(at))
    }

    /// Whether it had run by `at`, with more of its tokens to come within 4 hours.
    #[must_use]
    pub fn rest_is_near(&self, at: Instant) -> bool {
        let coming = |(when, step): &(Instant, Step)| matches!(step, Step::Tokens(_)) && *when > at;
        self.has_run(at) && self.steps.iter().any(|step| coming(step) && step.0 - at <= 4 * HOUR)
    }
}

/// Draws how the job due at `due` will go; `before` is how the job before it went.
pub(super) fn draw_fate(
    due: Instant,
    cycle: Cycle,
    before: Option<Fate>,
    rates: &Rates,
    dice: &mut Dice,
) -> Job {
    let again = before == Some(Fate::Skipped) && rates.skipped > 0.0;
    let fates = [
        (rates.late, Fate::Late),
        (rates.very_late, Fate::VeryLate),
        (if again { SKIPPED_AGAIN } else { rates.skipped }, Fate::Skipped),
        (rates.date_first, Fate::DateFirst),
        (rates.parts, Fate::Parts),
        (rates.short, Fate::Short),
        (rates.early, Fate::Early),
        (rates.twice, Fate::Twice),
    ];
    let mut fate = dice.weighted(&fates, Fate::OnTime);
    if fate == Fate::Skipped && !cycle.is_daily() && dice.chance(MADE_GOOD) {
        fate = Fate::MadeGood;
    }
    if fate == Fate::Early && !cycle.is_daily() && dice.chance(rates.anew) {
        fate = Fate::Anew;
    }
    let mut steps = steps(due, fate, cycle, rates, dice);
    steps.sort_by_key(|(at, _)| *at);
    Job {
        due,
        fate,
        steps,
        date_moved_at: None,
        ran_at: None,
        given: 0,
        brought: Vec::new(),
        changed: false,
        void: false,
    }
}

fn steps(due: Instant, fate: Fate, cycle: Cycle, rates: &Rates, dice: &mut Dice) -> Vec<(Instant, Step)> {
    let soon = due + dice.between(2 * SECOND, 4 * MINUTE);
    let percent = |n: i64| u64::try_from(n).unwrap_or(50);
    let whole = |at: Instant| vec![(at, Step::Tokens(100)), (at, Step::Date)];
    match fate {
        Fate::OnTime | Fate::Late => {
            let at = if fate == Fate::OnTime { soon } else { due + dice.between(HOUR, 4 * HOUR) };
            let lag = if dice.chance(rates.date_lags) { dice.between(MINUTE, HOUR) } else { 0 };
            vec![(at, Step::Tokens(100)), (at + lag, Step::Date)]
        }
        Fate::VeryLate => whole(due + dice.between(11 * HOUR, 13 * HOUR)),
        Fate::Skipped => Vec::new(),
        Fate::MadeGood => whole(due + dice.between(DAY, 5 * DAY)),
        Fate::Early if !cycle.is_daily() && dice.chance(0.5) => whole(due - dice.between(5 * HOUR, 21 * DAY)),
        Fate::Early => whole(due - dice.between(10 * MINUTE, 5 * HOUR)),
        Fate::Anew => whole(due - dice.between(DAY, 21 * DAY)),
        Fate::Parts => {
            let first = percent(dice.between(20, 80));
            let rest = soon + dice.between(MINUTE, 3 * HOUR);
            vec![(soon, Step::Tokens(first)), (soon, Step::Date), (rest, Step::Tokens(100 - first))]
        }
        Fate::Short => {
            let first = percent(dice.between(40, 90));
            let mut steps = vec![(soon, Step::Tokens(first)), (soon, Step::Date)];
            if dice.chance(rates.rest_later) {
                let most = if cycle.is_daily() { 20 * HOUR } else { 4 * DAY };
                steps.push((soon + dice.between(5 * HOUR, most), Step::Tokens(100 - first)));
            }
            steps
        }
        Fate::DateFirst => {
            let mut steps = vec![(soon, Step::Date)];
            let tokens = soon + dice.between(2 * MINUTE, 3 * HOUR);
            if dice.chance(rates.date_only) {
                // The tokens never come.
            } else if dice.chance(0.3) {
                let first = percent(dice.between(20, 80));
                steps.push((tokens, Step::Tokens(first)));
                steps.push((tokens + dice.between(MINUTE, HOUR), Step::Tokens(100 - first)));
            } else {
                steps.push((tokens, Step::Tokens(100)));
            }
            steps
        }
        Fate::Twice => {
            let again = soon + if dice.chance(0.5) { SECOND } else { dice.between(MINUTE, 2 * HOUR) };
            vec![(soon, Step::Tokens(100)), (soon, Step::Date), (again, Step::Tokens(100))]
        }
    }
}
