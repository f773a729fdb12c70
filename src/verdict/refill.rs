//! What can be known about a refill: that it came, that it has not, or that either may be so.
//!
//! The facts alone stand here; how two sightings are compared to find them is in `compare`.

use crate::balance::Amount;
use crate::stored::{stored_struct, stored_words};
use crate::time::{HOUR, UtcMillis};

/// A refill this long before it is due is an early one; more than that, and it is a late one of the due before.
pub(super) const EARLY: i64 = 6 * HOUR;

/// What shows that a refill happened, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Proof {
    /// The server's renewal date moved on.
    DateMoved,
    /// The primary pool rose to or toward the allotment across the due instant, while top-up stood still.
    #[default]
    Rose,
}

stored_words!(Proof { DateMoved = "date-moved", Rose = "rose" });

/// A confirmed refill.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Refill {
    /// The due instant it belongs to.
    pub due: UtcMillis,
    /// The last sighting before it was answered then.
    pub not_before: UtcMillis,
    /// The sighting that shows it was answered then: the moment of confirmation.
    pub seen_at: UtcMillis,
    /// The primary pool before; `None` when that sighting did not tell it.
    pub before: Option<Amount>,
    /// The primary pool in the confirming sighting.
    pub after: Option<Amount>,
    /// What this browser spent between the two sightings.
    pub spent_between: Amount,
    /// What shows it.
    pub proof: Proof,
    /// It was seen before it was due.
    pub early: bool,
}

impl Refill {
    /// Whether it surely came before it was due; else it may as well have been the one before, which was late.
    #[must_use]
    pub fn is_surely_early(&self) -> bool {
        self.early && self.due.since(self.not_before) <= EARLY
    }
}

stored_struct!(Refill { due, not_before, seen_at, before, after, spent_between, proof, early });

/// How a due instant stands that has passed without a confirmed refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Answers after it show that the refill has not come.
    NotCome,
    /// Answers after it allow both readings.
    #[default]
    Unconfirmed,
}

stored_words!(Standing { NotCome = "not-come", Unconfirmed = "unconfirmed" });

/// A due instant that still waits for its refill.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OpenDue {
    /// When the refill was due; the first one, when several were missed.
    pub due: UtcMillis,
    /// How it stands.
    pub standing: Standing,
    /// The last sighting before `due`.
    pub before_at: UtcMillis,
    /// The newest sighting that speaks for `standing`.
    pub seen_at: UtcMillis,
    /// How many due instants in a row have passed like this, the first included.
    pub due_count: u32,
}

stored_struct!(OpenDue { due, standing, before_at, seen_at, due_count });

/// What a pair of sightings says about refills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was due and nothing came.
    Nothing,
    /// A refill came.
    Came {
        /// Which.
        refill: Refill,
        /// A due instant that it may not belong to: another one was missing before, and the job of this one may
        /// still be on its way.
        still_open: Option<UtcMillis>,
    },
    /// A refill was due, but the pool stood at or above the allotment: nothing is to be seen.
    NothingToSee {
        /// The due instant.
        due: UtcMillis,
    },
    /// Another plan began, with tokens and a cycle of its own; what was waited for is no longer to come.
    NewPlan,
    /// A refill was due, or still waited for, and did not come, or may not have come.
    Waits {
        /// The due instants that the pair crosses.
        crossed: Option<Crossed>,
        /// Whether that is shown or open.
        standing: Standing,
    },
}

/// Due instants between two sightings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The first.
    pub first: UtcMillis,
    /// The newest; the same when there is one.
    pub newest: UtcMillis,
    /// How many.
    pub count: u32,
}
