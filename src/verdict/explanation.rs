//! One way to explain what was seen of an account: what came, what is owed, and how surprising that is.
//!
//! Only the data stands here. [`super::explain`] makes explanations, [`super::readings`] reads verdicts off
//! them.

use super::Refill;
use super::surprise::{Rise, Surprise};
use crate::balance::Amount;
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};

/// A refill that is due and has not come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// When it was due; the first one, if several are missing.
    pub due: UtcMillis,
    /// When the newest missing one was due.
    pub newest_due: UtcMillis,
    /// The last sighting before it was due.
    pub before_at: UtcMillis,
    /// What the pool held in that sighting.
    pub before: Option<Amount>,
    /// The newest sighting that shows it missing.
    pub seen_at: UtcMillis,
    /// How many in a row are missing, this one included.
    pub count: u32,
    /// The first sighting that shows that the date has moved on.
    pub renewed_at: Option<UtcMillis>,
    /// The last sighting before `renewed_at`.
    #[serde(default)]
    pub stood_at: Option<UtcMillis>,
}

/// A cost that came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// How many tokens.
    pub tokens: Amount,
    /// The last sighting before it came back.
    pub from: UtcMillis,
    /// The sighting that shows it.
    pub seen_at: UtcMillis,
}

/// One way to explain everything seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Its surprise beyond that of the best explanation.
    pub surprise: Surprise,
    /// The refill that is due and has not come.
    pub owed: Option<Owed>,
    /// The newest refill that came.
    pub refill: Option<Refill>,
    /// The newest due instant at which a daily pool was full, so that no refill could show.
    pub nothing_to_see: Option<UtcMillis>,
    /// Own costs that the newest sighting does not contain yet.
    pub unbooked: Amount,
    /// When the newest of these costs was asked for.
    #[serde(default)]
    pub unbooked_at: UtcMillis,
    /// Unread spending in the newest step. A cost that is told late may account for it.
    pub unread: Amount,
    /// The newest cost that came back.
    pub returned: Option<Returned>,
    /// The tokens came, and the date is expected to follow.
    pub date_lags: bool,
    /// The newest step brought a refill, or a part of one.
    pub came_now: bool,
    /// A cost told in the newest step accounts for unread spending of the step before.
    pub took_back: bool,
}

impl Explanation {
    /// Whether both tell the same story, however surprising each is.
    #[must_use]
    pub fn is_same_story(&self, other: &Self) -> bool {
        Self { surprise: other.surprise, ..self.clone() } == *other
    }

    /// The newest due instant that is settled: its refill came, or there was nothing to see.
    #[must_use]
    pub fn settled(&self) -> Option<UtcMillis> {
        self.refill.as_ref().map(|refill| refill.due).max(self.nothing_to_see)
    }

    pub(super) fn add(&mut self, surprise: Surprise) {
        self.surprise = self.surprise + surprise;
    }

    pub(super) fn note_rise(&mut self, rise: Rise, returned: Returned) {
        if rise == Rise::Returned {
            self.returned = Some(returned);
        }
    }
}
