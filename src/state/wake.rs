//! When the background must look again: the next boundary, and nothing before it.

use super::State;
use crate::time::{DeviceTime, MINUTE, UtcMillis};
use crate::verdict::{COUNTER_SETTLES, REFILL_IS_NEWS};

impl State {
    /// The next instant, by the computer's clock, at which time alone may change a verdict or make a reminder due;
    /// `None` if there is none.
    #[must_use]
    pub fn next_wake(&self, now: DeviceTime) -> Option<DeviceTime> {
        let now = self.corrected(now);
        let mut moments = Vec::new();
        for (id, account) in &self.accounts.known {
            let in_use = self.accounts.last.as_ref() == Some(id)
                || self.tabs.open.values().any(|t| t.account.as_ref() == Some(id));
            if !in_use {
                continue;
            }
            moments.extend(account.calendar().and_then(|calendar| calendar.next_boundary(now)));
            moments
                .extend(account.ledger().refill.as_ref().map(|refill| refill.seen_at.plus(REFILL_IS_NEWS)));
        }
        self.reminder_moments(now, &mut moments);
        moments.extend(self.next_check(now));
        moments.extend(self.checks.deadline());
        moments.extend(self.next_telling());
        for tab in self.tabs.open.values() {
            if let (Some(counter), Some(answer)) = (&tab.counter, &tab.answer) {
                moments.push(counter.since.max(answer.heard_at()).plus(COUNTER_SETTLES));
            }
            let old_after = self.banner.old_after.age();
            moments
                .extend(tab.answer.as_ref().zip(old_after).map(|(answer, age)| answer.answered_at.plus(age)));
            moments.extend(tab.silent_at());
            moments.extend(
                tab.reload.as_ref().filter(|reload| reload.is_under_way()).map(|reload| reload.deadline()),
            );
        }
        let next = moments.into_iter().filter(|at| *at > now).min()?;
        Some(self.clock.shown_at(next))
    }

    /// Milliseconds until a surface with a countdown must be painted again: at the next change of a shown minute, or
    /// at the next boundary if that comes first.
    #[must_use]
    pub fn repaint_in(&self, shown: DeviceTime, counted_to: Option<UtcMillis>) -> i64 {
        let now = self.corrected(shown);
        let minute = match counted_to {
            // In a countdown, the shown minute changes when a whole number of minutes remains.
            Some(due) if due > now => match due.since(now) % MINUTE {
                0 => MINUTE,
                rest => rest,
            },
            _ => MINUTE,
        };
        self.next_wake(shown).map_or(minute, |wake| wake.since(shown).min(minute)).max(1)
    }
}
