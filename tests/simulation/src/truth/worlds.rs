//! Excuses: when the engine is wrong or silent, and nobody could have been right.
//!
//! There is one principle: the very same events could come from a world in which what was said is right. Each
//! [`World`] is such a world, and counts only if the events fit it. If the events leave both it and the truth
//! possible, it must produce them ten times as often as the truth does ([`FAR_OFTENER`]). Otherwise the engine should
//! have left the question open in a note, instead of raising an alarm or staying silent.

/// A world excuses what was said if it produces the events this many times as often as the truth.
pub const FAR_OFTENER: f64 = 10.0;

/// A world that produces the very same events, and in which what was said is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// What ran since the newest answer has not run yet.
    NotRunYet,
    /// Nothing has changed since the newest answer.
    NothingSince,
    /// The account refills when the engine thinks it does.
    OtherSchedule,
    /// The wrong clock is right.
    RightClock,
    /// The plan is the one that answers still name, or another that fits as well.
    OtherPlan,
    /// The refill came before the first answer.
    CameBefore,
    /// The refill came while the pool was full, and changed nothing.
    CameUnseen,
    /// The refill came together with an earlier one, and nobody can tell the two apart.
    CameToo,
    /// The refill was whole, and what is missing was spent unseen.
    WholeAndSpent,
    /// Less came, and less was spent unseen.
    LessAndUnspent,
    /// The date, which alone has moved, did so hours earlier.
    MovedBefore,
    /// The rise was a refill.
    RiseWasRefill,
    /// The page, whose number cannot be read, shows another number.
    OtherNumber,
}

impl World {
    /// All worlds.
    pub const ALL: [Self; 13] = [
        Self::NotRunYet,
        Self::NothingSince,
        Self::OtherSchedule,
        Self::RightClock,
        Self::OtherPlan,
        Self::CameBefore,
        Self::CameUnseen,
        Self::CameToo,
        Self::WholeAndSpent,
        Self::LessAndUnspent,
        Self::MovedBefore,
        Self::RiseWasRefill,
        Self::OtherNumber,
    ];

    /// Its name in the output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotRunYet => "not-run-yet",
            Self::NothingSince => "nothing-since",
            Self::OtherSchedule => "other-schedule",
            Self::RightClock => "right-clock",
            Self::OtherPlan => "other-plan",
            Self::CameBefore => "came-before",
            Self::CameUnseen => "came-unseen",
            Self::CameToo => "came-too",
            Self::WholeAndSpent => "whole-and-spent",
            Self::LessAndUnspent => "less-and-unspent",
            Self::MovedBefore => "moved-before",
            Self::RiseWasRefill => "rise-was-refill",
            Self::OtherNumber => "other-number",
        }
    }

    /// What holds in it, as one line of the legend.
    #[must_use]
    pub fn legend(self) -> &'static str {
        match self {
            Self::NotRunYet => "what ran since the newest answer has not run yet",
            Self::NothingSince => "nobody spent, gave, bought or changed anything since the newest answer",
            Self::OtherSchedule => {
                "it refills when the engine thinks; no date, plan or setting, nor 5 refills, say otherwise"
            }
            Self::RightClock => "the clock is right that no answer has shown to be wrong",
            Self::OtherPlan => "the plan is the one that was told last, or another that fits what was told",
            Self::CameBefore => "the refill came before the first answer",
            Self::CameToo => {
                "between the same two answers an earlier refill came, and this one too: ten times as often"
            }
            Self::CameUnseen => "the refill came while the daily pool was full, and changed nothing",
            Self::WholeAndSpent => {
                "a whole refill came, and what is missing was spent unseen: ten times as often"
            }
            Self::LessAndUnspent => "less came, and less was spent unseen: ten times as often",
            Self::MovedBefore => {
                "the date, which alone has moved, did so hours earlier, as soon as the old one was told"
            }
            Self::RiseWasRefill => "the rise to just the allotment, at the time, was a refill",
            Self::OtherNumber => "the page, whose number cannot be read, shows another number",
        }
    }

    /// Its place in [`World::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|world| *world == self).unwrap_or(0)
    }
}
