//! What can be said: verdicts, their reasons and notes, each with the evidence it rests on.
//!
//! Only the shapes and their stable names stand here. When each is said is in [`super::policy`]; the user's
//! words for it are no part of this module.

use super::Source;
use crate::balance::{Amount, Failure, Pool};
use crate::time::UtcMillis;
use strum::IntoStaticStr;

/// The one answer to "is this number right?", with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Nothing can be said about what the tab shows.
    Unknown {
        /// Why.
        reason: UnknownReason,
    },
    /// The number on the screen is out of date.
    Stale {
        /// Compared with what.
        reason: StaleReason,
    },
    /// The refill has not come for a day, or several in a row have not.
    Missed {
        /// When it was due; the first one, if several are missing.
        due: UtcMillis,
        /// The newest answer that shows it missing.
        seen_at: UtcMillis,
        /// How many refills in a row are missing.
        due_count: u32,
    },
    /// The refill has not come yet.
    Late {
        /// When it was due.
        due: UtcMillis,
        /// The newest answer that shows it missing.
        seen_at: UtcMillis,
        /// What else there is to say of it.
        reason: Option<LateReason>,
    },
    /// Less came than the plan gives.
    Short {
        /// What the plan gives.
        expected: Amount,
        /// What came.
        came: Amount,
        /// The due instant it belongs to.
        due: UtcMillis,
        /// The answer that shows it.
        seen_at: UtcMillis,
    },
    /// A refill was confirmed within the last hour.
    Refilled {
        /// The primary pool before, if known.
        before: Option<Amount>,
        /// The primary pool after, if known.
        after: Option<Amount>,
        /// The due instant it belongs to.
        due: UtcMillis,
        /// The answer that confirmed it.
        seen_at: UtcMillis,
    },
    /// Nothing speaks against the number.
    Fresh {
        /// When the answer was asked for.
        answered_at: UtcMillis,
    },
}

impl Verdict {
    /// The verdict's name in the tree, in storage and in a replay.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// The reason's name, for verdicts that have several reasons.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { reason } => Some(reason.word()),
            Self::Stale { reason } => Some(reason.word()),
            Self::Late { reason, .. } => reason.map(LateReason::word),
            _ => None,
        }
    }

    /// How late the refill is at `now`, in milliseconds; 0 for verdicts other than late and missed.
    #[must_use]
    pub fn late_by(&self, now: UtcMillis) -> i64 {
        match self {
            Self::Late { due, .. } | Self::Missed { due, .. } => now.since(*due).max(0),
            _ => 0,
        }
    }

    /// Whether the user can spend what the number on the screen says.
    #[must_use]
    pub fn can_be_trusted(&self) -> bool {
        !matches!(self, Self::Unknown { .. } | Self::Stale { .. })
    }
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// No answer yet.
    NoAnswer,
    /// The last answer held no balance.
    NoBalance(Failure),
}

impl UnknownReason {
    fn word(self) -> &'static str {
        match self {
            Self::NoAnswer => "no-answer",
            Self::NoBalance(failure) => failure.into(),
        }
    }
}

/// Why the number is out of date.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum StaleReason {
    /// Its answer is from before the last due refill.
    BeforeRefill {
        /// When that refill was due.
        due: UtcMillis,
    },
    /// Another tab or device has a newer, different answer.
    NewerElsewhere {
        /// When the newer answer was asked for.
        answered_at: UtcMillis,
        /// Who has it.
        source: Source,
    },
    /// The counter has settled above every sum that the answer's pools allow.
    CounterBehind {
        /// Since when it has shown that number.
        since: UtcMillis,
    },
}

impl StaleReason {
    fn word(&self) -> &'static str {
        self.into()
    }
}

/// What else there is to say of a refill that has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LateReason {
    /// It was due within the last ten minutes. Most come within them.
    JustDue,
    /// The server's date has moved on, and the tokens have not come.
    Renewed,
}

impl LateReason {
    fn word(self) -> &'static str {
        self.into()
    }
}

/// Something worth knowing beside the verdict.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Note {
    /// The plan's pool is empty and another one is not, or the user is on the API page.
    WrongPool {
        /// A pool that has tokens.
        other: Option<Pool>,
    },
    /// Somebody other than this browser spent tokens.
    SpentElsewhere {
        /// How many.
        tokens: Amount,
        /// After this instant …
        from: UtcMillis,
        /// … and by this one.
        to: UtcMillis,
    },
    /// The plan changed in the running cycle.
    PlanChanged {
        /// The slug before.
        from: String,
        /// The slug after.
        to: String,
        /// The first answer that shows it.
        seen_at: UtcMillis,
    },
    /// The user bought tokens in the running cycle.
    ToppedUp,
    /// A daily refill only fills the pool up to the allotment, so there is nothing to see.
    AtOrAboveAllotment,
    /// Nobody can tell yet whether the refill has come.
    RefillUnconfirmed {
        /// When it was due.
        due: UtcMillis,
    },
    /// The computer's clock is off; all times are corrected.
    ClockOff {
        /// How far the server's clock is ahead, in milliseconds.
        ahead: i64,
    },
    /// The refill came before it was due.
    EarlyRefill,
    /// After a refill the pool is far below what the plan gives. The rest was spent, or never came.
    BelowAllotment {
        /// What the plan gives.
        expected: Amount,
        /// How much never came, if it was not spent.
        missing: Amount,
        /// When the refill was due.
        due: UtcMillis,
        /// The answer that shows it.
        seen_at: UtcMillis,
    },
    /// The answer is old, by the bound that the user set.
    OldAnswer {
        /// When it was asked for.
        answered_at: UtcMillis,
    },
    /// The cost of a failed generation came back.
    Returned {
        /// How many tokens.
        tokens: Amount,
        /// After this instant …
        from: UtcMillis,
        /// … and by this one.
        seen_at: UtcMillis,
    },
}

impl Note {
    /// The note's name in the tree and in a replay.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// Verdict and notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The notes, each at most once.
    pub notes: Vec<Note>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_trusted_unless_it_is_unknown_or_out_of_date() {
        let at = UtcMillis(0);
        assert!(Verdict::Fresh { answered_at: at }.can_be_trusted());
        assert!(
            Verdict::Late { due: at, seen_at: at, reason: None }.can_be_trusted(),
            "the number is the server's own"
        );
        assert!(!Verdict::Unknown { reason: UnknownReason::NoAnswer }.can_be_trusted());
        assert!(!Verdict::Stale { reason: StaleReason::BeforeRefill { due: at } }.can_be_trusted());
    }
}
