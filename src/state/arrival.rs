//! What has come of an account's newest refill, as reminders say it.
//!
//! A verdict rests on all that may have been. What is told once, or kept for weeks, has to be narrower: a date that moved
//! by itself brought no tokens, not even where the leftovers went to the bank with it, so its refill is still awaited.

use super::Account;
use crate::time::UtcMillis;
use crate::verdict::{Refill, Shortfall, Standing};

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
        let is_early = |refill: &Refill| refill.is_surely_early() && refill.due.since(refill.seen_at) > slack;
        self.arrived().is_some_and(is_early)
    }

    /// Only the date has moved, some time ago; that it stayed at that is sure.
    fn date_alone(&self) -> Option<&Shortfall> {
        self.ledger().shortfall.as_ref().filter(|short| short.is_sure && short.came.is_zero())
    }
}
