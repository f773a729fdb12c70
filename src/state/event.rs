//! What can happen: the one input of the reducer, and one line each of a replay.

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

/// Something that happened. Its time travels beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A response that may carry balances reached the page.
    Answer(Answer),
    /// The page shows this text where the balance stands.
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
        /// When the generation was asked for, by the computer's clock (RFC 3339); when this is told, where that is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_at: Option<String>,
    },
    /// A tab with the app was loaded or closed.
    Tab {
        /// Which tab.
        tab: TabId,
        /// What became of it.
        state: TabChange,
    },
    /// The user asked for a fresh reload.
    FreshReload {
        /// The tab to reload.
        tab: TabId,
    },
    /// Another device of the user's reports what it saw.
    Device {
        /// The device's name.
        name: String,
        /// The account as replay prints it; the account of the last answer when absent.
        #[serde(default)]
        account: Option<String>,
        /// What it saw.
        answer: DeviceAnswer,
    },
    /// The user changed settings: only the keys named here.
    Settings {
        /// `plan`, `daily_reset_utc`, `billing_day`; null returns one to automatic.
        set: Map<String, Value>,
    },
    /// Time passed.
    Tick,
    /// The user pressed something on one of our own surfaces. Not part of a replay.
    #[serde(skip)]
    Act {
        /// The tab whose banner it was; `None` for the popup and the options.
        tab: Option<TabId>,
        /// What was pressed.
        action: Action,
    },
    /// What the page shows that may be its counter. Not part of a replay, like all that follow.
    #[serde(skip)]
    Candidates {
        /// The tab that shows it.
        tab: TabId,
        /// The texts with their places.
        found: Vec<Candidate>,
        /// Which of them is watched already.
        watched: Option<usize>,
    },
    /// The user pointed at the page's counter.
    #[serde(skip)]
    Picked {
        /// The tab that shows it.
        tab: TabId,
        /// The text with its place.
        picked: Candidate,
    },
    /// A page is there that loaded some time ago: out of the back/forward cache, or it only asks.
    #[serde(skip)]
    Back {
        /// Its tab.
        tab: TabId,
        /// What it was told to keep, see [`crate::State::kept`].
        kept: String,
        /// Whether another document stood in the tab meanwhile.
        from_cache: bool,
    },
    /// An answer was seen and could not be read.
    #[serde(skip)]
    Unread {
        /// The tab that received it.
        tab: TabId,
        /// Why.
        why: Unread,
        /// How many.
        times: u64,
    },
    /// The tab was opened that a check in the background asked for; `None` when it could not be.
    #[serde(skip)]
    CheckIsOpen {
        /// Which.
        tab: Option<TabId>,
    },
    /// The user has a tab in front.
    #[serde(skip)]
    InFront {
        /// Which.
        tab: TabId,
    },
    /// A tab is behind others, or its window is.
    #[serde(skip)]
    Behind {
        /// Which.
        tab: TabId,
    },
    /// What the browser's own sync storage holds, at the start and at every change there.
    #[serde(skip)]
    Synced {
        /// Every key with its text; `None` when it cannot be read.
        items: Option<Vec<(String, String)>>,
        /// A text that is never the same twice.
        random: String,
    },
    /// The user lets the extension clear what the browser keeps of the site.
    #[serde(skip)]
    MayClear,
    /// That is cleared, or could not be.
    #[serde(skip)]
    Cleared {
        /// Whether it is.
        cleared: bool,
    },
    /// The reader's clocks are so many milliseconds ahead of UTC now.
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
        /// Whether it does.
        is_there: bool,
    },
    /// The page's address is now one of the pages about API credits, or no longer.
    #[serde(skip)]
    OnApiPage {
        /// The tab.
        tab: TabId,
        /// Whether it is.
        is: bool,
    },
}

/// A response that may carry balances, with what is known of the request that it answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The tab that received it.
    pub tab: TabId,
    /// The body, raw or reduced to the balance fields.
    pub body: Value,
    /// When the page asked for it, by the computer's clock (RFC 3339); when it arrived, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<String>,
    /// The server's own clock at the answer, where the browser lets it be read (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_date: Option<String>,
    /// How long the answer has been in a cache: its `Age` header, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_s: Option<u64>,
    /// The team the request was made for (`x-leonardo-team-id`), when one was selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The account the request asked for (`variables.sub`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// What kind of GraphQL operation was asked, where its document was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

impl Answer {
    /// An answer of which nothing is known but its body.
    #[must_use]
    pub fn new(tab: TabId, body: Value) -> Self {
        Self { tab, body, ..Self::default() }
    }

    /// What is known of the request.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        // A header without a value selects no team.
        let team = self.team.as_deref().map(str::trim).filter(|team| !team.is_empty());
        Request { team, sub: self.sub.as_deref(), operation: self.operation }
    }
}

/// What became of a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TabChange {
    /// A new document of the app began to load.
    Loaded,
    /// The tab was closed or went to another site.
    Closed,
}

/// What another device saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceAnswer {
    /// When it was answered there (RFC 3339).
    pub answered_at: String,
    /// Pool name to whole tokens.
    pub pools: Map<String, Value>,
}

/// What is to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clip {
    /// The report on what does not work here.
    TroubleReport,
    /// The report for Leonardo's support.
    SupportReport,
    /// What goes into a field of the support's form, by its word.
    FormField(String),
}

/// What the reducer asks the browser to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Be woken when the computer's clock shows that (one alarm; a later one replaces it).
    WakeAt(DeviceTime),
    /// Reload the tab past the HTTP cache.
    Reload(TabId),
    /// Ask the page of the tab whether it holds text that was typed and not sent, and tell [`Event::Unsent`].
    AskUnsent(TabId, Before),
    /// Bring a tab with the app to the front, or open the app in a new one.
    OpenApp,
    /// Open one of the site's pages in a new tab.
    OpenPage(crate::state::SitePage),
    /// Open the extension's own options.
    OpenOptions,
    /// Watch the candidate with that index.
    WatchCounter(usize),
    /// Let the user point at the counter in that tab.
    PickCounter(TabId),
    /// Put a text into the clipboard.
    Copy(Clip),
    /// Hand over the report for support as a file of that name.
    SaveReport {
        /// The file's name.
        name: String,
    },
    /// Open the app in a tab that stays in the background, and tell which it is.
    OpenInBackground,
    /// Clear what the browser keeps of the site, and tell when that is done.
    ClearSite,
    /// Give the permission to clear back: the user is asked first.
    GiveBack,
    /// Close the tab.
    CloseTab(TabId),
    /// Write a text to a key of the browser's own sync storage, or remove the key.
    Sync(String, Option<String>),
    /// Hand over the coming refills as a calendar file, in the reader's words.
    SaveCalendar,
    /// Tell the user something by a notification.
    Notify(crate::state::Notice),
}
