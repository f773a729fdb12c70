//! What is sent to the background, and by whom.

use super::Moment;
use crate::state::Action;
use serde::Deserialize;
#[cfg(test)]
use ts_rs::TS;

/// One of the extension's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Surface {
    /// The popup of the toolbar button.
    Popup,
    /// The options.
    Options,
}

/// What page.js says of its page with every message.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Context {
    /// The path of its address, cut short.
    pub path: String,
    /// The user has it in front.
    pub in_front: bool,
    /// It is the first message of this document.
    pub first: bool,
    /// The banner has no style sheet yet.
    pub unstyled: bool,
    /// When it was sent.
    pub sent: Moment,
}

/// A message, by its kind.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Message {
    /// Paint me again.
    Look {
        /// What a banner was last told to keep.
        #[cfg_attr(test, ts(optional))]
        kept: Option<String>,
        /// The page was frozen in the back/forward cache meanwhile.
        #[cfg_attr(test, ts(optional))]
        from_cache: Option<bool>,
    },
    /// A report of hook.js, which the page may have made up.
    Hooked {
        /// The report.
        text: String,
        /// How many reports page.js has dropped before it.
        #[cfg_attr(test, ts(optional))]
        dropped: Option<u64>,
    },
    /// The page's own counter shows this.
    Counter {
        /// Its text.
        text: String,
    },
    /// Short texts of the page that may be its counter.
    Candidates {
        /// Each with its place in the page.
        found: Vec<(String, String)>,
        /// Which of them is watched as the counter.
        #[cfg_attr(test, ts(optional))]
        watched: Option<usize>,
    },
    /// The user pointed at the counter.
    Picked {
        /// Its text, and its place in the page.
        picked: (String, String),
    },
    /// The user pressed or chose something.
    Act(Action),
}

/// A message as it is sent: what page.js says of its page stands beside it, or which surface it comes from.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Sent {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// The page, when it comes from one.
    #[cfg_attr(test, ts(optional))]
    pub page: Option<Context>,
    /// The surface, when it comes from one.
    #[cfg_attr(test, ts(optional))]
    pub surface: Option<Surface>,
}

/// What a page answers to [`super::Push::Paint`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Shown {
    /// The user has it in front; else it has drawn nothing, and asks when it is looked at.
    pub in_front: bool,
}

/// Who sent a message, as the browser says (`runtime.MessageSender`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sender {
    /// The extension's id.
    pub id: Option<String>,
    /// The address of its document.
    pub url: Option<String>,
    /// The tab it is in.
    pub tab: Option<SenderTab>,
    /// The frame in that tab, 0 for the tab's own document.
    #[serde(rename = "frameId")]
    pub frame: Option<i64>,
}

/// The tab of a [`Sender`].
#[derive(Clone, Debug, Deserialize)]
pub struct SenderTab {
    /// The browser's number of it.
    pub id: Option<i64>,
    /// It is a private one: nothing of it may be kept.
    #[serde(default)]
    pub incognito: bool,
}
