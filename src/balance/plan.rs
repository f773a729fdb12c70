//! What each plan gives, and how a plan is recognised.

use super::Amount;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A plan that Leonardo sells to individuals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Plan {
    /// 150 tokens a day; unused ones expire.
    #[default]
    Free,
    /// 8,500 a month; formerly Apprentice.
    Essential,
    /// 25,000 a month; formerly Artisan.
    Premium,
    /// 60,000 a month; formerly Maestro.
    Ultimate,
}

/// How often a plan refills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Every day, **up to** the allotment: leftovers are not added to it.
    Daily,
    /// Every month on the billing day; leftovers go to the rollover bank.
    Monthly,
}

impl Plan {
    /// Every plan, smallest first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Essential, Self::Premium, Self::Ultimate];

    /// The word in settings, storage and replays.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The plan that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.word() == word)
    }

    /// The plan that an answer's slug names; `None` for new or ambiguous slugs.
    ///
    /// `BASIC` has been seen for both the free plan and Essential (one source each), so it names neither.
    ///
    /// ```
    /// use refill_watch::balance::Plan;
    /// assert_eq!(Plan::from_slug("ARTISAN_V2"), Some(Plan::Premium));
    /// assert_eq!(Plan::from_slug("BASIC"), None);
    /// ```
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        let slug = slug.to_ascii_uppercase();
        // A version suffix (`_V2`) does not change the plan.
        let is_version = |text: &str| {
            text.strip_prefix('V').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
        };
        let name = match slug.rsplit_once('_') {
            Some((name, version)) if is_version(version) => name,
            _ => slug.as_str(),
        };
        Some(match name {
            "FREE" => Self::Free,
            "APPRENTICE" | "ESSENTIAL" => Self::Essential,
            "ARTISAN" | "PREMIUM" => Self::Premium,
            "MAESTRO" | "ULTIMATE" => Self::Ultimate,
            _ => return None,
        })
    }

    /// How many tokens a refill brings, or fills the pool up to, according to the price list.
    #[must_use]
    pub fn allotment(self) -> Amount {
        Amount::whole(match self {
            Self::Free => 150,
            Self::Essential => 8_500,
            Self::Premium => 25_000,
            Self::Ultimate => 60_000,
        })
    }

    /// What the rollover bank can hold; `None` on the free plan, which has none.
    #[must_use]
    pub fn rollover_cap(self) -> Option<Amount> {
        match self {
            Self::Free => None,
            paid => Some(Amount::whole(paid.allotment().tokens() * 3)),
        }
    }

    /// How often the plan refills.
    #[must_use]
    pub fn cadence(self) -> Cadence {
        if self == Self::Free { Cadence::Daily } else { Cadence::Monthly }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_names_a_plan_only_when_it_is_known_and_unambiguous() {
        for (slug, plan) in [
            ("FREE", Some(Plan::Free)),
            ("free", Some(Plan::Free)),
            ("APPRENTICE", Some(Plan::Essential)),
            ("APPRENTICE_V2", Some(Plan::Essential)),
            ("ARTISAN_V2", Some(Plan::Premium)),
            ("MAESTRO", Some(Plan::Ultimate)),
            ("MAESTRO_V12", Some(Plan::Ultimate)),
            ("BASIC", None),
            ("TEAM_STARTER", None),
            ("ARTISAN_VIP", None),
            ("", None),
        ] {
            assert_eq!(Plan::from_slug(slug), plan, "{slug:?}");
        }
    }

    #[test]
    fn the_rollover_bank_holds_what_the_price_list_says() {
        let caps: Vec<_> = Plan::ALL.map(|plan| plan.rollover_cap().map(Amount::tokens)).to_vec();
        assert_eq!(caps, [None, Some(25_500), Some(75_000), Some(180_000)]);
    }

    #[test]
    fn a_word_names_its_plan_and_any_other_none() {
        for plan in Plan::ALL {
            assert_eq!(Plan::from_word(plan.word()), Some(plan));
        }
        assert_eq!(Plan::from_word("gold"), None);
    }
}
