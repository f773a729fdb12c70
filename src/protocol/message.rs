//! Messages to the background, and who sends them.

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

/// What page.js says about its page with every message.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Context {
    /// The path of its address, cut short.
    pub path: String,
    /// Whether the page is in front of the user.
    pub in_front: bool,
    /// Whether this is the document's first message.
    pub first: bool,
    /// Whether the banner still lacks its style sheet.
    pub unstyled: bool,
    /// When the message was sent.
    pub sent: Moment,
}

/// A message, by its kind.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Message {
    /// Paint me again.
    Look {
        /// What the background last asked this banner to keep.
        #[cfg_attr(test, ts(optional))]
        kept: Option<String>,
        /// The page was frozen in the back/forward cache in between.
        #[cfg_attr(test, ts(optional))]
        from_cache: Option<bool>,
    },
    /// A report from hook.js; the page may have made it up.
    Hooked {
        /// The report.
        text: String,
        /// How many reports page.js dropped before this one.
        #[cfg_attr(test, ts(optional))]
        dropped: Option<u64>,
    },
    /// The page's counter now shows this.
    Counter {
        /// Its text.
        text: String,
    },
    /// Short texts on the page that may be its counter.
    Candidates {
        /// Each text with its place in the page.
        found: Vec<(String, String)>,
        /// The index of the one watched as the counter.
        #[cfg_attr(test, ts(optional))]
        watched: Option<usize>,
    },
    /// The user pointed at the counter.
    Picked {
        /// Its text and its place in the page.
        picked: (String, String),
    },
    /// The user pressed or chose something.
    Act(Action),
}

/// A message as sent: with what page.js says about its page, or the surface it comes from.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Sent {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// The page, if a page sent it.
    #[cfg_attr(test, ts(optional))]
    pub page: Option<Context>,
    /// The surface, if a surface sent it.
    #[cfg_attr(test, ts(optional))]
    pub surface: Option<Surface>,
}

/// What a page answers to [`super::Push::Paint`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Shown {
    /// The page is in front. Otherwise it drew nothing, and asks again when the user looks at it.
    pub in_front: bool,
}

/// The sender of a message, according to the browser (`runtime.MessageSender`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sender {
    /// The extension's id.
    pub id: Option<String>,
    /// The address of its document.
    pub url: Option<String>,
    /// The tab it is in.
    pub tab: Option<SenderTab>,
    /// The frame in that tab; 0 for the tab's own document.
    #[serde(rename = "frameId")]
    pub frame: Option<i64>,
}

/// The tab of a [`Sender`].
#[derive(Clone, Debug, Deserialize)]
pub struct SenderTab {
    /// The browser's number for it.
    pub id: Option<i64>,
    /// Whether it is a private tab: nothing from it may be kept.
    #[serde(default)]
    pub incognito: bool,
}
