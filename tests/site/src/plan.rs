//! The plans and what each grants. Only numbers and slugs; `wallet` uses them.

use serde::{Deserialize, Serialize};

/// How many people share the stand-in's team workspace; a team's numbers are per seat.
const SEATS: u64 = 3;

/// A subscription plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// 150 tokens a day: filled up to, never added to.
    Free,
    /// 8,500 a month.
    Essential,
    /// 25,000 a month.
    Premium,
    /// 60,000 a month.
    Ultimate,
    /// A workspace of three seats with one shared pool.
    Team,
}

impl Plan {
    /// Fast tokens per refill.
    #[must_use]
    pub fn allotment(self) -> u64 {
        match self {
            Self::Free => 150,
            Self::Essential => 8_500,
            Self::Premium => 25_000,
            Self::Ultimate => 60_000,
            Self::Team => 25_000 * SEATS,
        }
    }

    /// What the rollover bank can hold.
    #[must_use]
    pub fn rollover_cap(self) -> u64 {
        match self {
            Self::Free => 0,
            Self::Essential => 25_500,
            Self::Premium => 75_000,
            Self::Ultimate => 180_000,
            Self::Team => 75_000 * SEATS,
        }
    }

    /// The answer's `plan`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Essential => "APPRENTICE_V2",
            Self::Premium => "ARTISAN_V2",
            Self::Ultimate => "MAESTRO_V2",
            Self::Team => "TEAM_STARTER",
        }
    }

    /// Whether the plan refills daily and not monthly.
    #[must_use]
    pub fn is_daily(self) -> bool {
        self == Self::Free
    }
}
