//! What can be known about a refill: that it came, that it has not, or that either may be so.
//!
//! The facts alone stand here; how they are found is in `explain` and `ledger`.

use crate::balance::Amount;
use crate::time::{HOUR, UtcMillis};
use serde::{Deserialize, Serialize};

/// A refill this long before it is due is an early one; more than that, and it is a late one of the due before.
pub(super) const EARLY: i64 = 6 * HOUR;
/// A job that comes at all, comes within this (half a day late has been seen).
pub(super) const LATEST_JOB: i64 = 13 * HOUR;

/// What shows that a refill happened, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The server's renewal date moved on.
    DateMoved,
    /// The primary pool rose to or toward the allotment across the due instant, while top-up stood still.
    #[default]
    Rose,
}

/// A confirmed refill.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// What it brought, or filled the pool up to, as far as that is known.
    #[serde(default)]
    pub brought: Option<Amount>,
    /// What of the allotment it did not bring, and has not come since.
    #[serde(default)]
    pub missing: Amount,
    /// In how many further parts it came since: `seen_at` is when the newest of them was there.
    #[serde(default)]
    pub further_parts: u64,
}

impl Refill {
    /// Whether it surely came before it was due; else it may as well have been the one before, which was late.
    #[must_use]
    pub fn is_surely_early(&self) -> bool {
        self.early && (self.proof == Proof::DateMoved || self.due.since(self.not_before) <= EARLY)
    }
}

/// How a due instant stands that has passed without a confirmed refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Answers after it show that the refill has not come.
    NotCome,
    /// Answers after it allow both readings.
    #[default]
    Unconfirmed,
}

/// A due instant that still waits for its refill.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpenDue {
    /// When the refill was due; the first one, when several were missed.
    pub due: UtcMillis,
    /// How it stands.
    pub standing: Standing,
    /// The last sighting before `due`.
    pub before_at: UtcMillis,
    /// What the pool held then.
    #[serde(default)]
    pub before: Option<Amount>,
    /// The newest sighting that speaks for `standing`.
    pub seen_at: UtcMillis,
    /// How many due instants in a row have passed like this, the first included.
    pub due_count: u32,
    /// The sighting that showed first that the server's date has moved on, though nothing came.
    #[serde(default)]
    pub renewed_at: Option<UtcMillis>,
    /// An earlier due instant whose refill may be missing too: some of what explains it says so, and some does not.
    #[serde(default)]
    pub maybe_since: Option<UtcMillis>,
}

/// A refill that brought less than the plan gives.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shortfall {
    /// What the plan gives.
    pub expected: Amount,
    /// What came.
    pub came: Amount,
    /// When it was due.
    pub due: UtcMillis,
    /// The sighting that shows it.
    pub seen_at: UtcMillis,
    /// Nothing else explains it; else what is missing may have been spent.
    pub is_sure: bool,
}
