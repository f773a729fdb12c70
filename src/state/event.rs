//! What can happen: the reducer's only input, and the lines of a replay.

use crate::balance::{Operation, Request};
use crate::state::{Action, Before, Candidate, Unread};
use crate::time::DeviceTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// A browser tab, by the browser's own number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TabId(pub i64);

impl fmt::Display for TabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Something that happened. Its time is passed beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A response that may carry balances reached the page.
    Answer(Answer),
    /// The page's counter now shows this.
    Counter {
        /// The tab that shows it.
        tab: TabId,
        /// The text, with whatever grouping the site uses.
        text: String,
    },
    /// This browser spent tokens.
    Spend {
        /// The tab that spent.
        tab: TabId,
        /// How many tokens.
        tokens: u64,
        /// When the generation was asked for, by the computer's clock (RFC 3339); without it, the time of this event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_at: Option<String>,
    },
    /// A tab with the app loaded or closed.
    Tab {
        /// Which tab.
        tab: TabId,
        /// What happened to it.
        state: TabChange,
    },
    /// The user asked for a fresh reload.
    FreshReload {
        /// The tab to reload.
        tab: TabId,
    },
    /// Another device of the user's reports its newest answer.
    Device {
        /// The device's name.
        name: String,
        /// The account as replay prints it; without it, the account of the newest answer.
        #[serde(default)]
        account: Option<String>,
        /// What it got.
        answer: DeviceAnswer,
    },
    /// The user changed settings: only the keys listed here.
    Settings {
        /// `plan`, `daily_reset_utc`, `billing_day`; null returns one to automatic.
        set: Map<String, Value>,
    },
    /// Time passed.
    Tick,
    /// The user pressed something on one of our surfaces. Not part of a replay.
    #[serde(skip)]
    Act {
        /// The tab whose banner it was; `None` for the popup and the options.
        tab: Option<TabId>,
        /// What was pressed.
        action: Action,
    },
    /// Texts on the page that may be its counter. Not part of a replay, nor are those that follow.
    #[serde(skip)]
    Candidates {
        /// The tab that shows it.
        tab: TabId,
        /// The texts with their places in the page.
        found: Vec<Candidate>,
        /// The index of the one already watched.
        watched: Option<usize>,
    },
    /// The user pointed at the page's counter.
    #[serde(skip)]
    Picked {
        /// The tab that shows it.
        tab: TabId,
        /// The text with its place in the page.
        picked: Candidate,
    },
    /// A page that loaded some time ago reports: it came back from the back/forward cache, or it only asks.
    #[serde(skip)]
    Back {
        /// Its tab.
        tab: TabId,
        /// What it was asked to keep, see [`crate::State::kept`].
        kept: String,
        /// Whether another document was in the tab in between.
        from_cache: bool,
    },
    /// An answer was seen but not read.
    #[serde(skip)]
    Unread {
        /// The tab that received it.
        tab: TabId,
        /// Why.
        why: Unread,
        /// How many.
        times: u64,
    },
    /// The browser opened the tab that a background check asked for; `None` if it could not.
    #[serde(skip)]
    CheckIsOpen {
        /// Which tab.
        tab: Option<TabId>,
    },
    /// The user has brought a tab to the front.
    #[serde(skip)]
    InFront {
        /// Which tab.
        tab: TabId,
    },
    /// A tab, or its window, went behind others.
    #[serde(skip)]
    Behind {
        /// Which tab.
        tab: TabId,
    },
    /// The contents of the browser's sync storage, at the start and at every change.
    #[serde(skip)]
    Synced {
        /// Every key with its text; `None` if it cannot be read.
        items: Option<Vec<(String, String)>>,
        /// A text that never repeats.
        random: String,
    },
    /// The user lets the extension clear what the browser stores for the site.
    #[serde(skip)]
    MayClear,
    /// That was cleared, or could not be.
    #[serde(skip)]
    Cleared {
        /// Whether it was cleared.
        cleared: bool,
    },
    /// The reader's local time is now this many milliseconds ahead of UTC.
    #[serde(skip)]
    Zone {
        /// How many.
        ahead_of_utc: i64,
    },
    /// The page has said whether it holds text that was typed and not sent.
    #[serde(skip)]
    Unsent {
        /// Its tab.
        tab: TabId,
        /// What it was asked before.
        before: Before,
        /// Whether it holds any.
        is_there: bool,
    },
    /// The tab went to, or left, a page about API credits.
    #[serde(skip)]
    OnApiPage {
        /// The tab.
        tab: TabId,
        /// Whether it now shows such a page.
        is: bool,
    },
}

/// An answer that may carry balances, and what we know about its request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The tab that received it.
    pub tab: TabId,
    /// The body, raw or cut down to the balance fields.
    pub body: Value,
    /// When the page asked for it, by the computer's clock (RFC 3339); if unknown, when it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<String>,
    /// The answer's `Date` (RFC 3339), where the browser lets pages read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_date: Option<String>,
    /// How long the answer has been in a cache: its `Age` header, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_s: Option<u64>,
    /// The team that the request was made for (`x-leonardo-team-id`), if one was selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The account that the request asked about (`variables.sub`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The kind of GraphQL operation, where its document was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

impl Answer {
    /// An answer with nothing known but its body.
    #[must_use]
    pub fn new(tab: TabId, body: Value) -> Self {
        Self { tab, body, ..Self::default() }
    }

    /// What we know about the request.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        // A header without a value selects no team.
        let team = self.team.as_deref().map(str::trim).filter(|team| !team.is_empty());
        Request { team, sub: self.sub.as_deref(), operation: self.operation }
    }
}

/// What happened to a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TabChange {
    /// A new document of the app began to load.
    Loaded,
    /// The tab was closed or went to another site.
    Closed,
}

/// What another device got.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceAnswer {
    /// When it was answered (RFC 3339).
    pub answered_at: String,
    /// Pool name to whole tokens.
    pub pools: Map<String, Value>,
}

/// What to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clip {
    /// The report on what does not work.
    TroubleReport,
    /// The report for Leonardo's support.
    SupportReport,
    /// The content of one field of the support form, by its word.
    FormField(String),
}

/// What the reducer asks the browser to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Wake up when the computer's clock shows this (one alarm; a later one replaces it).
    WakeAt(DeviceTime),
    /// Reload the tab past the HTTP cache.
    Reload(TabId),
    /// Ask the page in this tab whether it holds text that was typed and not sent, and report [`Event::Unsent`].
    AskUnsent(TabId, Before),
    /// Bring a tab with the app to the front, or open the app in a new one.
    OpenApp,
    /// Open one of the site's pages in a new tab.
    OpenPage(crate::state::SitePage),
    /// Open the extension's own options.
    OpenOptions,
    /// Watch the candidate with this index.
    WatchCounter(usize),
    /// Let the user point at the counter in this tab.
    PickCounter(TabId),
    /// Copy a text to the clipboard.
    Copy(Clip),
    /// Save the report for support as a file.
    SaveReport {
        /// The file's name.
        name: String,
    },
    /// Open the app in a tab that stays in the background, and report which tab it is.
    OpenInBackground,
    /// Clear what the browser stores for the site, and report when that is done.
    ClearSite,
    /// Give back the permission to clear: the user must be asked first.
    GiveBack,
    /// Close the tab.
    CloseTab(TabId),
    /// Write a text to a key of the browser's sync storage, or remove the key.
    Sync(String, Option<String>),
    /// Save the coming refills as a calendar file, in the reader's language.
    SaveCalendar,
    /// Show a notification.
    Notify(crate::state::Notice),
}
