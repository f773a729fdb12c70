//! What the explanations say about refills: what all plausible ones share, and what is open.
//!
//! Each explanation is read by itself, then the readings are compared. Nothing is weighed here; the surprise
//! is given.

use super::calendar::DateNames;
use super::explanation::Explanation;
use super::surprise::{PLAUSIBLE, PLAUSIBLE_IF_SHORT, Surprise, WORTH_A_NOTE};
use super::{Calendar, OpenDue, Shortfall, Sighting, Standing};
use crate::balance::Amount;
use crate::time::HOUR;
use std::cmp::Reverse;

/// A refill below this share of the allotment is short, in per cent.
pub const SHORT_BELOW_PERCENT: u64 = 80;
/// Tokens follow a date that moved on within this. After that, a late refill is a short one that brought
/// nothing.
const TOKENS_FOLLOW_WITHIN: i64 = 4 * HOUR;

/// What is owed, and what was short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// The due instant that waits.
    pub open: Option<OpenDue>,
    /// The refill that was short.
    pub shortfall: Option<Shortfall>,
}

/// A refill below this share brought nothing.
pub const NOTHING_PERCENT: u64 = 3;

/// What one explanation says.
enum Reading {
    Fine,
    Owed(OpenDue),
    Short(Shortfall),
}

impl Readings {
    /// Reads the explanations as of the newest sighting.
    #[must_use]
    pub fn of(explanations: &[Explanation], newest: &Sighting, calendar: &Calendar) -> Self {
        let read =
            |explanation: &Explanation| (explanation.surprise, Reading::of(explanation, newest, calendar));
        let all: Vec<_> = explanations.iter().map(read).collect();
        let plausible = || all.iter().filter(|(surprise, _)| *surprise <= PLAUSIBLE);
        let is_owed = |reading: &Reading| match reading {
            Reading::Owed(_) => true,
            // Nothing came, so the refill is late all the same.
            Reading::Short(short) => short.came.is_zero(),
            Reading::Fine => false,
        };
        let all_are_owed = plausible().all(|(_, reading)| is_owed(reading));
        let near =
            || all.iter().filter(|(surprise, _)| *surprise <= WORTH_A_NOTE).map(|(_, reading)| reading);
        let owed = || {
            near().filter_map(|reading| match reading {
                Reading::Owed(open) => Some(open),
                _ => None,
            })
        };
        let short = near().find_map(|reading| match reading {
            Reading::Short(short) => Some(short.clone()),
            _ => None,
        });
        // If some tokens came, the rest may have come too and been spent at once. That takes a wider bound to
        // rule out.
        let bound =
            short.as_ref().filter(|short| !short.came.is_zero()).map_or(PLAUSIBLE, |_| PLAUSIBLE_IF_SHORT);
        let is_short = |(surprise, reading): &(Surprise, Reading)| {
            *surprise > bound || matches!(reading, Reading::Short(_))
        };
        if short.is_some() && all.iter().all(is_short) {
            let shortfall = short.map(|short| Shortfall { is_sure: true, ..short });
            return Self { open: None, shortfall };
        }
        if !all_are_owed {
            return Self { open: owed().next().cloned(), shortfall: short };
        }
        // All of them share the least that is owed.
        let least = owed().min_by_key(|open| (Reverse(open.due), open.due_count));
        let first = owed().map(|open| open.due).min();
        let open = least.map(|least| OpenDue {
            standing: Standing::NotCome,
            maybe_since: first.filter(|first| *first < least.due),
            ..least.clone()
        });
        Self { open, shortfall: short }
    }
}

impl Reading {
    fn of(explanation: &Explanation, newest: &Sighting, calendar: &Calendar) -> Self {
        let is = newest.pools.primary_amount().unwrap_or_default();
        let full = calendar.allotment();
        let is_low = full.is_some_and(|full| is.is_below_percent(SHORT_BELOW_PERCENT, full));
        if let Some(owed) = &explanation.owed {
            // The refill is due only roughly, and perhaps not yet; or a daily refill would add nothing.
            let adds_nothing = calendar.tops_up() && full.is_some_and(|full| is >= full);
            if owed.seen_at < owed.due.plus(calendar.slack()) || adds_nothing {
                return Self::Fine;
            }
            // The newest one is due only roughly, and perhaps not yet.
            let is_rough = owed.seen_at < owed.newest_due.plus(calendar.slack());
            // A date that names the last refill cannot have moved before that refill's instant.
            let named = newest.renewal.filter(|_| calendar.date == Some(DateNames::Last));
            let moved_by = owed.due.max(owed.stood_at.unwrap_or(owed.due)).max(named.unwrap_or(owed.due));
            let long_ago = owed.seen_at.since(moved_by) >= TOKENS_FOLLOW_WITHIN;
            if let Some(expected) = full.filter(|_| owed.renewed_at.is_some() && long_ago && is_low) {
                let came = Amount::ZERO;
                return Self::Short(Shortfall {
                    expected,
                    came,
                    due: owed.due,
                    seen_at: owed.seen_at,
                    is_sure: false,
                });
            }
            return Self::Owed(OpenDue {
                due: owed.due,
                standing: Standing::Unconfirmed,
                before_at: owed.before_at,
                before: owed.before,
                seen_at: owed.seen_at,
                due_count: owed.count - u32::from(owed.count > 1 && is_rough),
                renewed_at: owed.renewed_at,
                maybe_since: None,
            });
        }
        let Some((refill, expected)) = explanation.refill.as_ref().zip(full) else { return Self::Fine };
        let came = expected.minus(refill.missing);
        // The date moved, the leftovers may be in the bank, and hardly a token came: the tokens may still
        // follow.
        let may_follow = newest.answered_at.since(refill.due) < TOKENS_FOLLOW_WITHIN;
        if may_follow && came.is_below_percent(NOTHING_PERCENT, expected) {
            return Self::Owed(OpenDue {
                due: refill.due,
                standing: Standing::Unconfirmed,
                before_at: refill.not_before,
                before: refill.before,
                seen_at: newest.answered_at,
                due_count: 1,
                renewed_at: Some(refill.seen_at),
                maybe_since: None,
            });
        }
        if is_low && came.is_below_percent(SHORT_BELOW_PERCENT, expected) {
            let seen_at = refill.seen_at;
            return Self::Short(Shortfall { expected, came, due: refill.due, seen_at, is_sure: false });
        }
        Self::Fine
    }
}
