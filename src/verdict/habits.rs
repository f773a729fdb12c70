//! Who spends from an account, and how much of it this browser gets to read.
//!
//! Counts go in, surprises come out. Each single fall is judged elsewhere.

use super::surprise::Surprise;
use serde::{Deserialize, Serialize};

/// Who spends, as far as it has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// How often this browser's costs explained a fall to the token.
    pub explained: u32,
    /// How often a fall while a tab was open was more than these costs.
    pub unexplained: u32,
    /// How often an hour or more passed in which nothing fell and nothing was spent.
    pub quiet: u32,
    /// How often the pool was not charged with an own cost at all: a team's pool pays that is not told.
    #[serde(default)]
    pub uncharged: u32,
    /// How often a pool fell while no tab was open: somebody else spent.
    #[serde(default)]
    pub fell_away: u32,
    /// How often no pool fell while no tab was open.
    #[serde(default)]
    pub stood_away: u32,
    /// Somebody else spends: the balance fell while no tab was open, or another device reports.
    pub is_shared: bool,
    /// No tab was open in the step at hand, so somebody else spent what was spent.
    pub is_alone: bool,
}

/// This many explained falls, with hardly any other, say that costs are read completely.
const COMPLETE: u32 = 4;
/// This many own costs that the pool was not charged with say that another pool pays, unless there is more
/// than one explained fall to four of them.
const NEVER_CHARGED: u32 = 3;
/// At this count all counts are halved, so that new habits show: a page is rewritten, a phone is bought.
const MANY: u32 = 40;

impl Habits {
    /// Notes a fall that this browser's costs explain.
    pub fn note_explained(&mut self) {
        self.forget();
        self.explained += 1;
    }

    /// Notes a fall, while a tab was open, that these costs do not explain.
    pub fn note_unexplained(&mut self) {
        self.forget();
        self.unexplained += 1;
    }

    /// The newest unexplained fall turns out to be an own cost that was told late.
    pub fn take_back(&mut self) {
        self.unexplained = self.unexplained.saturating_sub(1);
        self.explained += 1;
    }

    /// Notes a time in which nothing fell.
    pub fn note_quiet(&mut self) {
        self.forget();
        self.quiet += 1;
    }

    /// Notes own costs that the pool was not charged with.
    pub fn note_uncharged(&mut self) {
        if self.uncharged + self.explained >= MANY {
            self.uncharged /= 2;
            self.explained /= 2;
        }
        self.uncharged += 1;
    }

    /// Whether a pool that is not told pays own costs, as far as it has shown.
    #[must_use]
    pub fn pays_elsewhere(&self) -> bool {
        self.uncharged >= NEVER_CHARGED && self.explained * 4 <= self.uncharged
    }

    /// The surprise of own costs that the pool is not charged with.
    #[must_use]
    pub fn not_charged(&self) -> Surprise {
        let (never, all) = (u64::from(self.uncharged), u64::from(self.uncharged + self.explained));
        Surprise::share(10 * never + 1, 10 * all + 60)
    }

    /// Notes a time without an open tab: somebody else spent, or nobody did.
    pub fn note_away(&mut self, fell: bool) {
        if self.fell_away + self.stood_away >= MANY {
            self.fell_away /= 2;
            self.stood_away /= 2;
        }
        let count = if fell { &mut self.fell_away } else { &mut self.stood_away };
        *count += 1;
    }

    fn all(&self) -> u32 {
        self.explained + self.unexplained + self.quiet
    }

    fn forget(&mut self) {
        if self.all() >= MANY {
            self.explained /= 2;
            self.unexplained /= 2;
            self.quiet /= 2;
        }
    }

    /// Whether own costs are known to be read completely.
    #[must_use]
    pub fn reads_all(&self) -> bool {
        self.explained >= COMPLETE && self.unexplained * 20 <= self.explained
    }

    /// The surprise of own spending that is not read.
    #[must_use]
    pub fn own_unread(&self) -> Surprise {
        let (all, wrong) = (u64::from(self.all()), u64::from(self.unexplained));
        // Before anything has shown, five accounts of six count as read completely.
        Surprise::share(10 * wrong + 2, 10 * all + 12 + grown(wrong, all)).min(Surprise::bits(10))
    }

    /// The surprise of somebody else's spending.
    fn elsewhere(&self) -> Surprise {
        let (fell, all) =
            (u64::from(self.fell_away), u64::from(self.fell_away + self.stood_away + self.quiet));
        let usual = if self.is_shared { 6 } else { 1 };
        Surprise::share(10 * fell + usual, 10 * all + 40 + grown(fell, all)).min(Surprise::bits(10))
    }

    /// The surprise of anyone's spending that is not read.
    #[must_use]
    pub fn unread(&self) -> Surprise {
        if self.is_alone { self.elsewhere() } else { self.own_unread().min(self.elsewhere()) }
    }
}

/// Somebody never seen to spend in this many looks is most likely not there at all. The doubt grows faster
/// than a mere count of looks would have it.
fn grown(seen: u64, looks: u64) -> u64 {
    if seen == 0 { 2 * looks * looks } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_that_the_pool_is_never_charged_with_are_paid_elsewhere() {
        let mut habits = Habits::default();
        for _ in 0..2 {
            habits.note_uncharged();
        }
        assert!(!habits.pays_elsewhere());
        habits.note_uncharged();
        assert!(habits.pays_elsewhere());
        // One explained fall opens the question again.
        habits.note_explained();
        assert!(!habits.pays_elsewhere());
    }

    #[test]
    fn somebody_never_seen_is_doubted_more_with_every_look() {
        let after = |looks: u32| Habits { quiet: looks, ..Habits::default() }.own_unread();
        assert!(after(0) < after(3) && after(3) < after(10) && after(10) < after(20));
        assert_eq!(after(40), Surprise::bits(10), "somebody new may always come");
        let seen = Habits { quiet: 20, unexplained: 1, ..Habits::default() };
        assert!(seen.own_unread() < after(10));
    }
}
