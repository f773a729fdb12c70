//! One tab: what it shows, and its fresh reload.

use super::place::Search;
use super::{AccountId, Unsent};
use crate::balance::{Amount, CounterText, Failure, Pools};
use crate::time::{SECOND, UtcMillis};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
#[cfg(test)]
use ts_rs::TS;

/// The newest balances that a tab received.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TabAnswer {
    /// Whose they are.
    pub account: AccountId,
    /// When they were requested, or when a cache took them in.
    pub answered_at: UtcMillis,
    /// When they arrived; read it through [`Self::heard_at`].
    #[serde(default)]
    pub heard_at: UtcMillis,
    /// The amounts.
    pub pools: Pools,
}

impl TabAnswer {
    /// When they arrived; for data from an older version, when they were requested.
    #[must_use]
    pub fn heard_at(&self) -> UtcMillis {
        self.heard_at.max(self.answered_at)
    }
}

/// What the page's counter shows.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownCounter {
    /// The text, unchanged.
    pub text: String,
    /// Since when.
    pub since: UtcMillis,
    /// It has shown a sum of the tab's present answer, now or earlier.
    pub was_right: bool,
    /// The sum it showed then.
    #[serde(default)]
    pub sum: Option<Amount>,
}

/// A fresh reload, from the click to its result.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reload {
    /// When the user asked for it.
    pub clicked_at: UtcMillis,
    /// What could be spent then, as far as known.
    pub before: Option<Amount>,
    /// Whether the new document has started to load; an earlier answer belongs to the old one.
    pub loaded: bool,
    /// What it found.
    pub found: Option<Found>,
}

/// What a fresh reload found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "StoredFound", into = "StoredFound")]
pub enum Found {
    /// An answer with balances at this instant.
    Answer(UtcMillis),
    /// An answer without.
    NoBalance(Failure),
    /// No answer in time.
    #[default]
    NoAnswer,
}

/// Its stored form: an instant, the failure's word, or `false` for no answer.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredFound {
    Answer(UtcMillis),
    NoBalance(Failure),
    NoAnswer(bool),
}

impl From<StoredFound> for Found {
    fn from(stored: StoredFound) -> Self {
        match stored {
            StoredFound::Answer(at) => Self::Answer(at),
            StoredFound::NoBalance(failure) => Self::NoBalance(failure),
            StoredFound::NoAnswer(_) => Self::NoAnswer,
        }
    }
}

impl From<Found> for StoredFound {
    fn from(found: Found) -> Self {
        match found {
            Found::Answer(at) => Self::Answer(at),
            Found::NoBalance(failure) => Self::NoBalance(failure),
            Found::NoAnswer => Self::NoAnswer(false),
        }
    }
}

impl Reload {
    /// How long the page gets to send a balance: a cold load of the app takes a few seconds.
    pub const PATIENCE: i64 = 20 * SECOND;

    /// A fresh reload that starts now.
    #[must_use]
    pub fn begin(clicked_at: UtcMillis, before: Option<Amount>) -> Self {
        Self { clicked_at, before, loaded: false, found: None }
    }

    /// When it is given up.
    #[must_use]
    pub fn deadline(&self) -> UtcMillis {
        self.clicked_at.plus(Self::PATIENCE)
    }

    /// Whether it is still waiting for an answer.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.found.is_none()
    }
}

/// A tab with the app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tab {
    /// The newest balances of the current document.
    pub answer: Option<TabAnswer>,
    /// Why the newest answer held no balance, if it did not.
    pub failure: Option<Failure>,
    /// This tab's account, known even before its newest document is answered.
    pub account: Option<AccountId>,
    /// What was spent in this tab since `answer`.
    pub spent_since: Amount,
    /// What was spent so shortly before `answer` was requested that the answer may not include it.
    #[serde(default)]
    pub unbooked: Amount,
    /// The page's counter, once found.
    pub counter: Option<ShownCounter>,
    /// The newest fresh reload.
    pub reload: Option<Reload>,
    /// Whether the banner's card is open.
    pub expanded: bool,
    /// When anything last happened in the tab.
    pub active_at: UtcMillis,
    /// Whether it shows the page about API credits.
    pub on_api_page: bool,
    /// When its document started to load.
    pub loaded_at: UtcMillis,
    /// The search for the page's counter.
    pub search: Search,
    /// Answers of this document that were seen but not read.
    pub unread: Option<Unread>,
    /// We gave up waiting for this document's balance, and counted that.
    pub is_silent: bool,
    /// A fresh reload that waits for the user's word, because the page holds unsent text.
    #[serde(default)]
    pub unsent: Option<Unsent>,
    /// Whether the user has had it in front.
    #[serde(default)]
    pub was_seen: bool,
    /// Whether it was behind others at last report: nothing is drawn in it until the user looks.
    #[serde(default)]
    pub is_behind: bool,
}

/// Why an answer that was seen could not be read. hook.js uses the variant's name as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, IntoStaticStr, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unread {
    /// It bypassed the functions that we watch.
    #[default]
    HookBypassed,
    /// Its body was too large.
    AnswerTooLarge,
    /// Its body was gone by the time we read it.
    AnswerWithoutBody,
    /// It came in a form that we do not read: an image, a document.
    AnswerInOtherForm,
    /// It should be JSON and is not.
    AnswerUnreadable,
}

impl Unread {
    /// The word it is counted under, which hook.js uses too.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Tab {
    /// Takes in what the counter shows, or a new answer to compare it with.
    pub fn compare_counter(&mut self) {
        let (Some(counter), Some(answer)) = (&mut self.counter, &self.answer) else { return };
        let read = CounterText::read(&counter.text);
        let sums = answer.pools.shown_sums();
        if let Some(sum) = read.and_then(|text| sums.into_iter().find(|sum| text.may_show(*sum))) {
            counter.was_right = true;
            counter.sum = Some(sum);
        }
    }

    /// What the page subtracted from its counter since `answered_at`, beyond the reported costs. Zero if the counter
    /// is not known to show a sum of the tab's answer, or if that answer is an older one.
    #[must_use]
    pub fn lowered_since(&self, answered_at: UtcMillis) -> Amount {
        let is_newest = self.answer.as_ref().is_some_and(|answer| answer.answered_at >= answered_at);
        let counter = self.counter.as_ref().filter(|counter| is_newest && counter.was_right);
        let sum = counter.and_then(|counter| counter.sum.zip(CounterText::read(&counter.text)));
        sum.and_then(|(sum, shown)| shown.below_by(sum.minus(self.taken_off()))).unwrap_or_default()
    }

    /// The number on the page as it is written there, if it is known to be one from the tab's answer.
    #[must_use]
    pub fn shown_number(&self) -> Option<&str> {
        let counter = self.counter.as_ref().filter(|counter| counter.was_right)?;
        CounterText::read(&counter.text).map(|_| counter.text.as_str())
    }

    /// What the page subtracted from its answer, as far as we know: what was spent since, and what was spent just
    /// before if the counter says so.
    #[must_use]
    pub fn taken_off(&self) -> Amount {
        let all = self.spent_since.plus(self.unbooked);
        let text = self.counter.as_ref().and_then(|counter| CounterText::read(&counter.text));
        let shows = |less: Amount| {
            let sums = self.answer.iter().flat_map(|answer| answer.pools.shown_sums());
            text.is_some_and(|text| sums.into_iter().any(|sum| text.may_show(sum.minus(less))))
        };
        let is_all = shows(all) && !shows(Amount::ZERO) && !shows(self.spent_since);
        if is_all { all } else { self.spent_since }
    }

    /// A new document of the app starts to load: it shows nothing yet.
    pub fn load(&mut self, now: UtcMillis) {
        self.loaded_at = now;
        self.search = Search::default();
        self.unread = None;
        self.is_silent = false;
        self.answer = None;
        self.failure = None;
        self.counter = None;
        self.spent_since = Amount::ZERO;
        self.unbooked = Amount::ZERO;
        self.unsent = None;
        if let Some(reload) = &mut self.reload {
            if reload.is_under_way() {
                reload.loaded = true;
            } else {
                self.reload = None;
            }
        }
    }

    /// When to give up waiting for a document's balance; `None` if it does not need to be given up.
    #[must_use]
    pub fn silent_at(&self) -> Option<UtcMillis> {
        let waits = self.answer.is_none() && self.failure.is_none() && !self.is_silent;
        (waits && self.loaded_at > UtcMillis(0)).then(|| self.loaded_at.plus(Reload::PATIENCE))
    }

    /// Sets the result of a fresh reload, if one waits for it.
    pub fn conclude_reload(&mut self, at: UtcMillis, found: Found) {
        if let Some(reload) = &mut self.reload
            && reload.loaded
            && reload.is_under_way()
            && at > reload.clicked_at
        {
            reload.found = Some(found);
        }
    }
}
