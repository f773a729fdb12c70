//! What can be known about a refill: that it came, that it has not, or that both are possible.
//!
//! Only the facts stand here. `explain` and `ledger` find them.

use super::calendar::ROUGHLY;
use crate::balance::Amount;
use crate::time::{HOUR, UtcMillis};
use serde::{Deserialize, Serialize};

/// A refill at most this long before its due instant is an early one. One that comes sooner may be the late
/// one of the due instant before. Milliseconds.
pub(super) const EARLY: i64 = 6 * HOUR;
/// A job that runs at all runs within this of its time (half a day late has been seen). Milliseconds.
pub(super) const LATEST_JOB: i64 = 13 * HOUR;

/// What shows that a refill came, the stronger first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The server's renewal date moved on.
    DateMoved,
    /// The pools alone show it: no date moved with them.
    #[default]
    Rose,
}

/// A confirmed refill.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refill {
    /// The due instant it belongs to.
    pub due: UtcMillis,
    /// The last sighting before it.
    pub not_before: UtcMillis,
    /// The sighting that confirms it, or its newest part.
    pub seen_at: UtcMillis,
    /// The primary pool in the sighting before it, if known.
    pub before: Option<Amount>,
    /// The primary pool in the confirming sighting, if known.
    pub after: Option<Amount>,
    /// Own costs that were charged between the two sightings; for each further part, those of its step as well.
    pub spent_between: Amount,
    /// What shows it.
    pub proof: Proof,
    /// It was seen before it was due.
    pub early: bool,
    /// What it brought, or filled the pool up to, if known.
    #[serde(default)]
    pub brought: Option<Amount>,
    /// How much of the allotment has not come, neither with it nor since.
    #[serde(default)]
    pub missing: Amount,
    /// In how many further parts it came. `seen_at` belongs to the newest.
    #[serde(default)]
    pub further_parts: u64,
}

impl Refill {
    /// Whether it surely came before it was due. If not, it may be the late refill of the due instant before.
    #[must_use]
    pub fn is_surely_early(&self) -> bool {
        self.early && (self.proof == Proof::DateMoved || self.due.since(self.not_before) <= EARLY)
    }

    /// Whether it came early beyond doubt, if due instants may be off by `slack` milliseconds. If the hour is hardly
    /// known, none does.
    #[must_use]
    pub fn came_early(&self, slack: i64) -> bool {
        slack <= ROUGHLY && self.is_surely_early() && self.due.since(self.seen_at) > slack
    }
}

/// How a due instant stands that passed without a confirmed refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Later answers show that the refill has not come.
    NotCome,
    /// Later answers allow both: it came, or it has not.
    #[default]
    Unconfirmed,
}

/// A due instant that still waits for its refill.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpenDue {
    /// When the refill was due; the first one, if several are missing.
    pub due: UtcMillis,
    /// How it stands.
    pub standing: Standing,
    /// The last sighting before `due`.
    pub before_at: UtcMillis,
    /// What the pool held in that sighting.
    #[serde(default)]
    pub before: Option<Amount>,
    /// The newest sighting that speaks for `standing`.
    pub seen_at: UtcMillis,
    /// How many due instants in a row passed like this, the first one included.
    pub due_count: u32,
    /// The first sighting that shows that the server's date has moved on though nothing came.
    #[serde(default)]
    pub renewed_at: Option<UtcMillis>,
    /// An earlier due instant whose refill may be missing too: the plausible explanations differ on it.
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
    /// Nothing else explains it. If false, what is missing may have been spent.
    pub is_sure: bool,
}
