//! How the app and the API behave for everybody: what a redesign of the real site may change overnight.

use crate::command::{Fault, Target};
use serde::{Deserialize, Serialize};

/// All of it together.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Manners {
    pub transport: Transport,
    pub counter: Counter,
    pub app: App,
    pub cache: Cache,
    pub theme: Theme,
    pub cost: Cost,
    pub booking: Booking,
    pub returned: Option<Returned>,
    pub bystanders: Bystanders,
    pub kept: Option<Kept>,
    pub fault: Fault,
    pub fault_on: Target,
    pub date_offset_seconds: i32,
    pub date_exposed: bool,
}

/// How the app is made, and what happens to its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct App {
    /// Its language.
    pub language: Language,
    /// What the first HTML says about the balance.
    pub first_html: FirstHtml,
    /// Which `fetch` it calls.
    pub fetch: FetchUse,
    /// What happens to its document.
    pub upheaval: Upheaval,
    /// Which build of React it runs.
    pub react: React,
    /// Whether its pages can enter the back/forward cache.
    pub storable: bool,
    /// Whether it is cross-origin isolated: `Cross-Origin-Embedder-Policy: require-corp`.
    pub isolated: bool,
    /// Whether its policy has `require-trusted-types-for 'script'`.
    pub trusted_types: bool,
}

/// The app's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Language {
    #[default]
    En,
    De,
    Ja,
    /// Right to left.
    Ar,
}

/// What the first HTML says about the balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstHtml {
    /// Nothing: the app requests it.
    #[default]
    Waiting,
    /// The number, and the whole answer for the app's cache: it is never requested.
    Embedded,
}

/// Which `fetch` the app calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FetchUse {
    /// The window's, looked up at each call.
    #[default]
    Plain,
    /// The one saved by the page's first script.
    Captured,
    /// One wrapped by the page's first script.
    Patched,
    /// One wrapped again once the app is running.
    PatchedTwice,
    /// One from a frame, which nobody has patched.
    Framed,
}

/// What happens to the app's document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upheaval {
    /// Nothing.
    #[default]
    None,
    /// `document.write` rewrites it as soon as the app is running.
    Rewritten,
    /// The app replaces the first `<body>` as soon as it is running.
    NewBody,
    /// The app removes what it does not know from the root element, at start and at every navigation.
    Swept,
}

/// Which build of React the app runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum React {
    /// The small one.
    #[default]
    Production,
    /// The one that warns about every attribute that differs from the server's.
    Development,
}

/// How the app talks to its API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Transport {
    #[default]
    Fetch,
    Xhr,
    /// Each operation once, over a WebSocket (`graphql-transport-ws`).
    WebSocket,
    /// The same, and the balance is pushed whenever it changes.
    LiveSocket,
}

/// How the app shows the balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Counter {
    /// Which sum it shows.
    pub shows: Shows,
    /// How it groups digits.
    pub grouping: Grouping,
    /// A number that it is stuck at, whatever the answer says.
    pub frozen: Option<u64>,
    /// Where it is.
    pub place: Place,
    /// What elements it is made of.
    pub markup: Markup,
}

/// Where the counter is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Place {
    /// Bottom left on the home page, top right elsewhere.
    #[default]
    Usual,
    BottomLeft,
    TopRight,
    Centre,
    /// Only in the breakdown, which is on the page while someone points at the coin.
    Breakdown,
    /// Nowhere.
    Missing,
}

/// The elements that make up the counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Markup {
    /// One text in a button, beside an icon.
    #[default]
    Button,
    /// One text beside an icon, without a button.
    Text,
    /// A text node per digit group and per separator.
    SplitTexts,
    /// An element for each of them.
    Groups,
    /// An element per character, as in counters that roll.
    Digits,
    /// A button with the number in its `aria-label`; the text is hidden from assistive technology.
    Label,
}

/// Which pools the counter adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Shows {
    #[default]
    Total,
    Fast,
    FastAndTopUp,
    FastAndRollover,
}

/// How the counter groups digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// `8500`
    #[default]
    None,
    /// `8,500`
    Comma,
    /// `8.500`
    Dot,
    /// `8 500`, with a narrow no-break space.
    Space,
    /// `8 500`, with a no-break space.
    WideSpace,
    /// `8.5K`
    Compact,
    /// `8.5k`
    CompactLower,
    /// `٨٬٥٠٠`
    Arabic,
}

/// How long the app keeps a balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cache {
    /// Until the page loads again.
    #[default]
    Page,
    /// Until the user signs in again: a reload requests nothing.
    Session,
}

/// The app's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Theme {
    #[default]
    Dark,
    Light,
}

/// How a generation's answer reports its cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// `"apiCreditCost": null, "cost": {"amount": "8", "unit": "CREDITS"}`, as today.
    #[default]
    Text,
    /// `"apiCreditCost": null, "cost": {"amount": "0.02", "unit": "DOLLARS"}`, which are no tokens.
    Dollars,
    /// `"apiCreditCost": 8`, as until 2025.
    ApiCreditCost,
    /// `"cost": {"amount": 8, "unit": "TOKENS"}`
    CostAmount,
    /// It does not.
    Untold,
}

/// When a generation's cost is subtracted from the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Booking {
    /// Before the generation is answered.
    AtOnce,
    /// This long after it: a balance requested in between does not include it.
    After {
        /// Milliseconds.
        ms: u32,
    },
}

impl Default for Booking {
    fn default() -> Self {
        Self::After { ms: 300 }
    }
}

/// What happens to the cost of a generation that fails after it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Returned {
    /// Seconds until its cost comes back.
    pub after_seconds: u32,
}

/// The app's other queries: operations whose name or text mentions tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bystanders {
    /// They are sent, and each fails with HTTP 200.
    #[default]
    Fail,
    /// They are sent and answered.
    Succeed,
    /// Only balance, feed and generations are requested.
    Absent,
}

/// A balance answer that is repeated, as from a service worker's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Kept {
    /// The copy's age when first repeated, in seconds. Its `Date` shows it.
    pub older_by_seconds: u32,
    /// Whether it also has an `Age`, as from a CDN.
    pub tells_age: bool,
}
