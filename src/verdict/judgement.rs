//! What can be said: the verdicts, their reasons, the notes, each with the evidence it rests on.

use super::Source;
use crate::balance::{Amount, Failure, Pool};
use crate::time::UtcMillis;
use strum::IntoStaticStr;

/// The one answer to "is this number right?", with the evidence for it.
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
    /// The refill has failed to come for a day.
    Missed {
        /// When it was due.
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
        /// What there is to say of it beside that.
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
        /// The primary pool before, where it was known.
        before: Option<Amount>,
        /// The primary pool after.
        after: Option<Amount>,
        /// The due instant it belongs to.
        due: UtcMillis,
        /// The answer that confirmed it.
        seen_at: UtcMillis,
    },
    /// Nothing speaks against the number.
    Fresh {
        /// When it was answered.
        answered_at: UtcMillis,
    },
}

impl Verdict {
    /// The word in the tree, in storage and in a replay.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// The word of the reason, where the verdict has several.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { reason } => Some(reason.word()),
            Self::Stale { reason } => Some(reason.word()),
            Self::Late { reason, .. } => reason.map(LateReason::word),
            _ => None,
        }
    }

    /// Milliseconds by which the refill is late at `now`; 0 for verdicts that do not say so.
    #[must_use]
    pub fn late_by(&self, now: UtcMillis) -> i64 {
        match self {
            Self::Late { due, .. } | Self::Missed { due, .. } => now.since(*due).max(0),
            _ => 0,
        }
    }

    /// Whether the number on the screen can be taken for what can be spent.
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
    /// It was answered before the refill that was due last.
    BeforeRefill {
        /// When that was due.
        due: UtcMillis,
    },
    /// Someone else has a newer, different answer.
    NewerElsewhere {
        /// When that was answered.
        answered_at: UtcMillis,
        /// Who has it.
        source: Source,
    },
    /// The page shows a number that no sum of the answer's pools gives.
    CounterBehind {
        /// Since when it has shown it.
        since: UtcMillis,
    },
}

impl StaleReason {
    fn word(&self) -> &'static str {
        self.into()
    }
}

/// What there is to say of a refill that has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LateReason {
    /// It was due within the last ten minutes; most come within them.
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
    /// The plan's pool is empty and this other one is not, or the user is on the API page.
    WrongPool {
        /// A pool that has tokens.
        other: Option<Pool>,
    },
    /// Tokens were spent, and not by this browser.
    SpentElsewhere {
        /// How many.
        tokens: Amount,
        /// After this instant …
        from: UtcMillis,
        /// … and before this one.
        to: UtcMillis,
    },
    /// The plan changed since the last refill.
    PlanChanged {
        /// The slug before.
        from: String,
        /// The slug after.
        to: String,
        /// When that was seen first.
        seen_at: UtcMillis,
    },
    /// Tokens were bought since the last refill.
    ToppedUp,
    /// A daily refill only tops up to the allotment, so no change is to be seen.
    AtOrAboveAllotment,
    /// Before and after allow both readings.
    RefillUnconfirmed {
        /// When it was due.
        due: UtcMillis,
    },
    /// The computer's clock is off; all times are corrected.
    ClockOff {
        /// Milliseconds the server is ahead.
        ahead: i64,
    },
    /// The refill came before it was due.
    EarlyRefill,
    /// After a refill the pool is far below what the plan gives, and it may have been spent or never have come.
    BelowAllotment {
        /// What the plan gives.
        expected: Amount,
        /// What is missing of it, if it never came.
        missing: Amount,
        /// When the refill was due.
        due: UtcMillis,
        /// The answer that shows it.
        seen_at: UtcMillis,
    },
    /// The newest answer is hours old.
    OldAnswer {
        /// When it was answered.
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
    /// The word in the tree and in a replay.
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
            "it is the server's own number"
        );
        assert!(!Verdict::Unknown { reason: UnknownReason::NoAnswer }.can_be_trusted());
        assert!(!Verdict::Stale { reason: StaleReason::BeforeRefill { due: at } }.can_be_trusted());
    }
}
