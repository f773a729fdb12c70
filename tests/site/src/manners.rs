//! How the app and the API behave, whoever is signed in: what a redesign of the real site may change overnight.

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

/// How the app is made, and what befalls its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct App {
    /// Its language.
    pub language: Language,
    /// What the first HTML says of the balance.
    pub first_html: FirstHtml,
    /// Which `fetch` it calls.
    pub fetch: FetchUse,
    /// What befalls its document.
    pub upheaval: Upheaval,
    /// Which build of React it runs.
    pub react: React,
    /// Whether its pages may be stored, and so come back from the back/forward cache.
    pub storable: bool,
    /// Whether it isolates itself: `Cross-Origin-Embedder-Policy: require-corp`.
    pub isolated: bool,
    /// Whether its policy holds `require-trusted-types-for 'script'`.
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
    /// Written from right to left.
    Ar,
}

/// What the first HTML says of the balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstHtml {
    /// Nothing: the app asks for it.
    #[default]
    Waiting,
    /// The number, and the whole answer for the app's cache: it is never asked for.
    Embedded,
}

/// Which `fetch` the app calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FetchUse {
    /// The window's, as it is at each call.
    #[default]
    Plain,
    /// The one that the page's first script took.
    Captured,
    /// One that the page's first script has wrapped.
    Patched,
    /// One that was wrapped once more when the app stood.
    PatchedTwice,
    /// That of a frame of its own, which nobody has touched.
    Framed,
}

/// What befalls the app's document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upheaval {
    /// Nothing.
    #[default]
    None,
    /// It is written anew by `document.write` as soon as the app stands.
    Rewritten,
    /// The app puts another `<body>` in the place of the first as soon as it stands.
    NewBody,
    /// The app removes what it does not know from the root element, then and at every navigation.
    Swept,
}

/// Which build of React the app runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum React {
    /// The small one.
    #[default]
    Production,
    /// The one that complains of every attribute that is not as the server drew it.
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
    /// Each operation once over a WebSocket (`graphql-transport-ws`).
    WebSocket,
    /// The same, and the balance is pushed again whenever it has changed.
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
    /// Where it stands.
    pub place: Place,
    /// What elements it is made of.
    pub markup: Markup,
}

/// Where the counter stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Place {
    /// At the bottom left on the home page, at the top right elsewhere.
    #[default]
    Usual,
    BottomLeft,
    TopRight,
    Centre,
    /// In the breakdown alone, which is in the page while someone points at the coin.
    Breakdown,
    /// Nowhere.
    Missing,
}

/// What elements the counter is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Markup {
    /// One text in a button, beside an icon.
    #[default]
    Button,
    /// One text beside an icon, without a button.
    Text,
    /// A text node for each group of digits and each separator, side by side.
    SplitTexts,
    /// An element for each of them.
    Groups,
    /// An element for each character, as counters that roll have.
    Digits,
    /// A button that says the number in its `aria-label`; the text is hidden from assistive technology.
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

/// How long the app keeps a balance that it was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cache {
    /// Until the page is loaded again.
    #[default]
    Page,
    /// Until the user signs in again: a reload asks for nothing.
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

/// How a generation's answer tells its cost.
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

/// When a generation's cost is taken from the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Booking {
    /// Before the generation is answered.
    AtOnce,
    /// So long after it: a balance that is asked for in between does not know of it.
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

/// What becomes of the cost of a generation that fails after it was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Returned {
    /// Seconds from the generation until its cost is given back.
    pub after_seconds: u32,
}

/// What the app asks besides, by operations whose name or text speaks of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bystanders {
    /// It asks, and every one of them fails with HTTP 200.
    #[default]
    Fail,
    /// It asks, and is answered.
    Succeed,
    /// It asks for nothing but balance, feed and generations.
    Absent,
}

/// A balance answer that is handed out again and again, as out of a service worker's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Kept {
    /// How old the copy is when it is first handed out, in seconds. Its `Date` says so to pages.
    pub older_by_seconds: u32,
    /// Whether it also carries an `Age`, as from a CDN.
    pub tells_age: bool,
}
