//! What has come of an account's newest refill, as reminders, chart and report say it.
//!
//! A verdict rests on all that may have been. What is told once, or kept for weeks, has to be narrower: a date that moved
//! by itself brought no tokens, not even where the leftovers went to the bank with it, so its refill is still awaited.

use super::Account;
use super::chunk::RefillMark;
use crate::balance::Amount;
use crate::time::UtcMillis;
use crate::verdict::{NOTHING_PERCENT, Refill, Seen, Shortfall, Standing};

impl Account {
    /// The newest refill that brought tokens.
    #[must_use]
    pub fn arrived(&self) -> Option<&Refill> {
        let ledger = self.ledger();
        let open = ledger
            .open
            .as_ref()
            .filter(|open| open.standing == Standing::NotCome || open.renewed_at.is_some())
            .map(|open| open.due);
        let empty = self.date_alone().map(|short| short.due);
        ledger.refill.as_ref().filter(|refill| ![open, empty].contains(&Some(refill.due)))
    }

    /// When the refill was due that an answer shows not to have come, its date alone at the most.
    #[must_use]
    pub fn awaited(&self, now: UtcMillis) -> Option<UtcMillis> {
        let open = self.ledger().open.as_ref().filter(|open| open.standing == Standing::NotCome);
        let open = open.map(|open| (open.due, open.seen_at));
        let empty = self.date_alone().map(|short| (short.due, short.seen_at));
        let (due, _) = open.or(empty).filter(|(due, seen_at)| *due <= now && *seen_at <= now)?;
        Some(due)
    }

    /// Whether the date of the refill that is awaited has moved on without it.
    #[must_use]
    pub fn date_came_first(&self) -> bool {
        let moved = self.ledger().open.as_ref().is_some_and(|open| open.renewed_at.is_some());
        moved || self.date_alone().is_some()
    }

    /// What the newest refill left missing: far below the plan, and surely so or perhaps.
    #[must_use]
    pub fn left_missing(&self) -> Option<&Shortfall> {
        self.ledger().shortfall.as_ref().filter(|short| !short.came.is_zero())
    }

    /// Whether the newest refill came before it was due, with no doubt about which one it was.
    #[must_use]
    pub fn came_early(&self) -> bool {
        let slack = self.calendar().map_or(0, |calendar| calendar.slack());
        self.arrived().is_some_and(|refill| refill.came_early(slack))
    }

    /// In how many parts the newest refill has come by now.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.arrived().map_or(0, |refill| refill.further_parts + u64::from(!self.began_with_the_date(refill)))
    }

    /// The mark that the newest refill leaves in the history.
    pub(super) fn mark(&self) -> Option<(UtcMillis, RefillMark)> {
        let refill = self.arrived()?;
        let late_at_most = refill.seen_at.since(refill.due);
        let missing = self.left_missing().filter(|short| short.due == refill.due);
        let mark = RefillMark {
            due: refill.due,
            late_at_least: refill.not_before.since(refill.due).max(0),
            late_at_most: if self.came_early() { late_at_most } else { late_at_most.max(0) },
            further_parts: self.parts().saturating_sub(1),
            missing: missing.map_or(Amount::ZERO, |short| short.expected.minus(short.came)),
        };
        Some((refill.seen_at, mark))
    }

    /// Only the date has moved, some time ago; that it stayed at that is sure.
    fn date_alone(&self) -> Option<&Shortfall> {
        self.ledger().shortfall.as_ref().filter(|short| short.is_sure && short.came.is_zero())
    }

    /// Whether the first answer with a refill that came in parts had its date alone.
    fn began_with_the_date(&self, refill: &Refill) -> bool {
        let full = self.calendar().and_then(|calendar| calendar.allotment()).unwrap_or_default();
        let first = self.seen().find_map(|seen| match seen {
            Seen::Balance(sighting) if sighting.answered_at > refill.not_before => {
                sighting.pools.primary_amount()
            }
            _ => None,
        });
        refill.further_parts > 0 && first.is_some_and(|held| held.is_below_percent(NOTHING_PERCENT, full))
    }
}
