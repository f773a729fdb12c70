//! What the background replies, and what it sends on its own.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// A view for whoever asked, and what goes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(optional_fields))]
pub struct Reply {
    /// The tree for paint.js, as one JSON string: as an object it takes 5 ms longer to reach the popup. Empty for a
    /// page that nobody sees.
    pub view: String,
    /// When to ask again, in milliseconds from now.
    pub ask_again_ms: Option<i64>,
    /// The numbers that the page's counter may show, as plain digits.
    pub sums: Vec<String>,
    /// The style sheet, for a banner that has none or needs another.
    pub style: Option<String>,
    /// The index of the candidate that is the page's counter.
    pub counter: Option<usize>,
    /// What the page keeps about its tab, for a background that has forgotten it.
    pub kept: Option<String>,
    /// The tree to draw once the extension has been updated and nobody is left to ask, as a JSON string.
    pub farewell: Option<String>,
    /// A text for the clipboard.
    pub copy: Option<String>,
    /// A file for the user to save.
    pub file: Option<File>,
    /// A picture to take of the tab in front.
    pub picture: Option<Picture>,
}

/// A file for the user to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// A picture to take of the tab in front and save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct Picture {
    /// The file's name.
    pub name: String,
    /// Only if the tab's address matches this pattern.
    pub pages: String,
}

/// What a page answers to [`Push::AskUnsent`]. The text itself stays in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct UnsentText {
    /// Whether the page holds unsent text.
    pub is_there: bool,
}

/// What the background sends without being asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Push {
    /// To a page: paint this.
    Paint(Box<Reply>),
    /// To a page: let the user point at the counter.
    Pick {
        /// What to show meanwhile: a tree as a JSON string.
        hint: String,
    },
    /// To a page: do you hold text that was typed and not sent? It answers with [`UnsentText`].
    AskUnsent,
    /// To the surfaces: something changed, ask again.
    Changed,
}
