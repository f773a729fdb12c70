//! One tab: what it shows, and the fresh reload under way in it.

use super::AccountId;
use super::place::Search;
use crate::balance::{Amount, CounterText, Failure, Pools};
use crate::stored::{Stored, from_value, put, stored_struct, stored_words};
use crate::time::{SECOND, UtcMillis};
use serde_json::Value;

/// The newest balances that a tab received.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TabAnswer {
    /// Whose.
    pub account: AccountId,
    /// When.
    pub answered_at: UtcMillis,
    /// What they were.
    pub pools: Pools,
}

stored_struct!(TabAnswer { account, answered_at, pools });

/// What the page's counter shows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ShownCounter {
    /// The text as it is.
    pub text: String,
    /// Since when.
    pub since: UtcMillis,
    /// It has shown a sum of the tab's present answer, now or before.
    pub was_right: bool,
}

stored_struct!(ShownCounter { text, since, was_right });

/// A fresh reload, from the click to what it found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
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

stored_struct!(Reload { clicked_at, before, loaded, found });

/// What a fresh reload found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Found {
    /// An answer with balances, at that instant.
    Answer(UtcMillis),
    /// An answer without.
    NoBalance(Failure),
    /// No answer in time.
    #[default]
    NoAnswer,
}

/// An instant, the failure's word, or `false` for no answer.
impl Stored for Found {
    fn write(&self, out: &mut String) {
        match self {
            Self::Answer(at) => at.write(out),
            Self::NoBalance(failure) => failure.write(out),
            Self::NoAnswer => false.write(out),
        }
    }
    fn read(&mut self, value: &Value) -> bool {
        let found = match value {
            Value::Bool(false) => Some(Self::NoAnswer),
            Value::Number(_) => from_value(value).map(Self::Answer),
            _ => from_value(value).map(Self::NoBalance),
        };
        put(self, found)
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
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// The newest balances of the document that is shown now.
    pub answer: Option<TabAnswer>,
    /// Why the newest answer held no balance, when it did not.
    pub failure: Option<Failure>,
    /// The account of this tab, also when its newest document has not been answered yet.
    pub account: Option<AccountId>,
    /// What this browser spent in this tab since `answer`.
    pub spent_since: Amount,
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
    /// The user has had it in front.
    pub was_seen: bool,
}

stored_struct!(Tab {
    answer,
    failure,
    account,
    spent_since,
    counter,
    reload,
    expanded,
    active_at,
    on_api_page,
    loaded_at,
    search,
    unread,
    is_silent,
} later {
    // Version 3.
    was_seen,
});

/// Why an answer that was seen could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unread {
    /// It never came through the functions that are watched.
    #[default]
    Bypassed,
    /// Its body was above the limit.
    TooLarge,
    /// Its body was gone when it was read.
    NoBody,
}

stored_words!(Unread { Bypassed = "hook-bypassed", TooLarge = "answer-too-large", NoBody = "answer-without-body" });

impl Unread {
    /// The word it is counted under, and that hook.js has for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bypassed => "hook-bypassed",
            Self::TooLarge => "answer-too-large",
            Self::NoBody => "answer-without-body",
        }
    }

    /// Reads [`Unread::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Bypassed, Self::TooLarge, Self::NoBody].into_iter().find(|one| one.word() == word)
    }
}

impl Tab {
    /// Takes in what the counter shows, or that there is a new answer to compare it with.
    pub fn compare_counter(&mut self) {
        let (Some(counter), Some(answer)) = (&mut self.counter, &self.answer) else { return };
        let read = CounterText::read(&counter.text);
        counter.was_right |=
            read.is_some_and(|text| answer.pools.shown_sums().iter().any(|sum| text.may_show(*sum)));
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
