//! One tab: what it shows, and the fresh reload under way in it.

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
    /// Whose.
    pub account: AccountId,
    /// When they were asked for, or when a cache took them in.
    pub answered_at: UtcMillis,
    /// When they were here; read it by [`Self::heard_at`].
    #[serde(default)]
    pub heard_at: UtcMillis,
    /// What they were.
    pub pools: Pools,
}

impl TabAnswer {
    /// When they were here; what an older version stored was asked for at that moment.
    #[must_use]
    pub fn heard_at(&self) -> UtcMillis {
        self.heard_at.max(self.answered_at)
    }
}

/// What the page's counter shows.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownCounter {
    /// The text as it is.
    pub text: String,
    /// Since when.
    pub since: UtcMillis,
    /// It has shown a sum of the tab's present answer, now or before.
    pub was_right: bool,
    /// The sum that it showed then.
    #[serde(default)]
    pub sum: Option<Amount>,
}

/// A fresh reload, from the click to what it found.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reload {
    /// When the user asked for it.
    pub clicked_at: UtcMillis,
    /// The spendable amount that was known then.
    pub before: Option<Amount>,
    /// Whether the new document has begun to load; an answer before that belongs to the old one.
    pub loaded: bool,
    /// What it found.
    pub found: Option<Found>,
}

/// What a fresh reload found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "StoredFound", into = "StoredFound")]
pub enum Found {
    /// An answer with balances, at that instant.
    Answer(UtcMillis),
    /// An answer without.
    NoBalance(Failure),
    /// No answer in time.
    #[default]
    NoAnswer,
}

/// How it is stored: an instant, the failure's word, or `false` for no answer.
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

    /// One that begins now.
    #[must_use]
    pub fn begin(clicked_at: UtcMillis, before: Option<Amount>) -> Self {
        Self { clicked_at, before, loaded: false, found: None }
    }

    /// When it is given up.
    #[must_use]
    pub fn deadline(&self) -> UtcMillis {
        self.clicked_at.plus(Self::PATIENCE)
    }

    /// Whether it still waits for an answer.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.found.is_none()
    }
}

/// A tab with the app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tab {
    /// The newest balances of the document that is shown now.
    pub answer: Option<TabAnswer>,
    /// Why the newest answer held no balance, when it did not.
    pub failure: Option<Failure>,
    /// The account of this tab, also when its newest document has not been answered yet.
    pub account: Option<AccountId>,
    /// What this browser spent in this tab since `answer`.
    pub spent_since: Amount,
    /// What was spent so short a time before `answer` was asked for that it may not be in it.
    #[serde(default)]
    pub unbooked: Amount,
    /// The page's counter, where it has been found.
    pub counter: Option<ShownCounter>,
    /// The newest fresh reload.
    pub reload: Option<Reload>,
    /// The banner's card is open.
    pub expanded: bool,
    /// When anything last happened in it.
    pub active_at: UtcMillis,
    /// The page about API credits is open in it.
    pub on_api_page: bool,
    /// When its document began to load.
    pub loaded_at: UtcMillis,
    /// The search for the page's counter.
    pub search: Search,
    /// Answers of this document were seen and not read.
    pub unread: Option<Unread>,
    /// This document was given up waiting for, and that has been counted.
    pub is_silent: bool,
    /// A fresh reload waits for the user's word: the page holds text that was not sent.
    #[serde(default)]
    pub unsent: Option<Unsent>,
    /// The user has had it in front.
    #[serde(default)]
    pub was_seen: bool,
    /// It was behind others when it was last heard of: nothing is drawn in it until it is looked at.
    #[serde(default)]
    pub is_behind: bool,
}

/// Why an answer that was seen could not be read. A variant's name is the word that hook.js has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, IntoStaticStr, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unread {
    /// It never came through the functions that are watched.
    #[default]
    HookBypassed,
    /// Its body was above the limit.
    AnswerTooLarge,
    /// Its body was gone when it was read.
    AnswerWithoutBody,
    /// It came in a form that is not read: an image, a document.
    AnswerInOtherForm,
    /// It is no JSON, though it should be.
    AnswerUnreadable,
}

impl Unread {
    /// The word it is counted under, and that hook.js has for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Tab {
    /// Takes in what the counter shows, or that there is a new answer to compare it with.
    pub fn compare_counter(&mut self) {
        let (Some(counter), Some(answer)) = (&mut self.counter, &self.answer) else { return };
        let read = CounterText::read(&counter.text);
        let sums = answer.pools.shown_sums();
        if let Some(sum) = read.and_then(|text| sums.into_iter().find(|sum| text.may_show(*sum))) {
            counter.was_right = true;
            counter.sum = Some(sum);
        }
    }

    /// What the page took off its counter by itself since `answered_at`, beyond the costs that were told. Nothing where the
    /// counter is not known to show a sum of the tab's answer, or that answer is an older one.
    #[must_use]
    pub fn lowered_since(&self, answered_at: UtcMillis) -> Amount {
        let is_newest = self.answer.as_ref().is_some_and(|answer| answer.answered_at >= answered_at);
        let counter = self.counter.as_ref().filter(|counter| is_newest && counter.was_right);
        let sum = counter.and_then(|counter| counter.sum.zip(CounterText::read(&counter.text)));
        sum.and_then(|(sum, shown)| shown.below_by(sum.minus(self.taken_off()))).unwrap_or_default()
    }

    /// The number on the page, as it is written there, where it is known to be one of the tab's answer.
    #[must_use]
    pub fn shown_number(&self) -> Option<&str> {
        let counter = self.counter.as_ref().filter(|counter| counter.was_right)?;
        CounterText::read(&counter.text).map(|_| counter.text.as_str())
    }

    /// What the page has taken off its answer by itself, as far as can be known: what was spent since, and what was spent
    /// just before where the counter says so.
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

    /// A new document of the app begins to load: it shows nothing yet.
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

    /// When a document that has sent no balance is given up waiting for; `None` when it need not be.
    #[must_use]
    pub fn silent_at(&self) -> Option<UtcMillis> {
        let waits = self.answer.is_none() && self.failure.is_none() && !self.is_silent;
        (waits && self.loaded_at > UtcMillis(0)).then(|| self.loaded_at.plus(Reload::PATIENCE))
    }

    /// Notes what a fresh reload found, if one waits for it.
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
