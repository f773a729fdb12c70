//! Whether a trouble was told while it was true.

use crate::truth::World;

/// How a true trouble was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heed {
    /// By its verdict.
    Said,
    /// By the verdict for another trouble with the same tokens, such as `late` for `missed`.
    Kin,
    /// Only by a note.
    Noted,
    /// Only by the note that the answer is old.
    Old,
    /// Not at all, although it could be known.
    Silent,
    /// Not at all, and the same events also come from this world, in which all is well.
    Excused(World),
}

/// Looks at which one trouble was true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recall {
    /// Told by its verdict.
    pub said: u64,
    /// Told by a kindred verdict.
    pub kin: u64,
    /// Told by a note alone.
    pub noted: u64,
    /// Told by nothing but the note that the answer is old.
    pub old: u64,
    /// Not told, although it could be known.
    pub silent: u64,
    /// Not told, and excused.
    pub excused: u64,
    /// Looks at which it was plain.
    pub plain: u64,
    /// Of those, told by its verdict or a kindred one.
    pub plainly_said: u64,
}

impl Recall {
    pub(super) fn count(&mut self, heed: Heed, is_plain: bool) {
        match heed {
            Heed::Said => self.said += 1,
            Heed::Kin => self.kin += 1,
            Heed::Noted => self.noted += 1,
            Heed::Old => self.old += 1,
            Heed::Silent => self.silent += 1,
            Heed::Excused(_) => self.excused += 1,
        }
        if is_plain {
            self.plain += 1;
            self.plainly_said += u64::from(matches!(heed, Heed::Said | Heed::Kin));
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.said += other.said;
        self.kin += other.kin;
        self.noted += other.noted;
        self.old += other.old;
        self.silent += other.silent;
        self.excused += other.excused;
        self.plain += other.plain;
        self.plainly_said += other.plainly_said;
    }

    /// All looks at which it was true.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.knowable() + self.excused
    }

    /// Those at which it could be known.
    #[must_use]
    pub fn knowable(&self) -> u64 {
        self.told() + self.silent
    }

    /// Those at which it was told, by a verdict or a note.
    #[must_use]
    pub fn told(&self) -> u64 {
        self.said + self.kin + self.noted + self.old
    }
}
