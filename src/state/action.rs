//! What the user can press on our surfaces, and how it is written into the tree.

use super::Setting;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// A corner of the page.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, Display, EnumString, IntoStaticStr,
)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left; the site keeps its own counter there.
    BottomLeft,
    /// Bottom right, the default: the site keeps nothing there.
    #[default]
    BottomRight,
}

impl Corner {
    /// Every corner, in reading order.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// The word in the tree and in storage.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A page of the site that a surface links to. The addresses stand in [`SitePage::url`] and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SitePage {
    /// The app itself.
    App,
    /// Where API credits are shown.
    ApiAccess,
    /// The help centre.
    Help,
    /// The contact page.
    Contact,
    /// Support for users of the API.
    ApiSupport,
    /// Announcements: late refills are told of there first.
    Discord,
    /// Whether the service is up.
    Status,
    /// Plans and top-up.
    Pricing,
}

impl SitePage {
    /// The address (all sure: official pages; but for the status page, which is inferred from its name).
    #[must_use]
    pub fn url(self) -> &'static str {
        match self {
            Self::App => "https://app.leonardo.ai/",
            Self::ApiAccess => "https://app.leonardo.ai/api-access",
            Self::Help => "https://intercom.help/leonardo-ai/",
            Self::Contact => "https://leonardo.ai/contact-us/",
            Self::ApiSupport => "https://docs.leonardo.ai/docs/need-more-support",
            Self::Discord => "https://discord.gg/leonardo-ai",
            Self::Status => "https://status.leonardo.ai",
            Self::Pricing => "https://leonardo.ai/pricing",
        }
    }
}

/// What an exported file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// Everything, to be read back.
    Json,
    /// A table for a spreadsheet.
    Csv,
}

/// Something the user pressed or chose on a surface, as the tree carries it and the scripts hand it back:
/// `{"action": "move-to", "value": "top-left"}`, in the tree as `data-action` and `data-value`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "action", content = "value", rename_all = "kebab-case")]
pub enum Action {
    /// Reload past the cache and say what happened; asks first while the page holds text that was not sent.
    FreshReload,
    /// Reload though that text is lost.
    ReloadAnyway,
    /// Clear what the browser keeps of the site and sign in again, once the browser allows it: the permission, which the
    /// surface asks for, as the browsers take that request from the click alone.
    FreshLogin(String),
    /// The same after the user was asked, as the page holds a text that was not sent.
    LoginAnyway(String),
    /// Let the extension read these pages: the surface asks the browser itself, likewise.
    AskAccess(String),
    /// Load the page anew: the page does it itself, when nobody else is left.
    ReloadPage,
    /// The browser allows it.
    MayClear,
    /// Look in a tab in the background whether the refill has come.
    Check,
    /// Show the app.
    OpenApp,
    /// Open one of the site's pages.
    OpenPage(SitePage),
    /// Open the options.
    OpenOptions,
    /// Make the banner a pill.
    Fold,
    /// Undo [`Action::Fold`].
    Unfold,
    /// Open the banner's card.
    Expand,
    /// Close the card again.
    Collapse,
    /// Take the banner away until the verdict changes.
    PutAway,
    /// Bring a banner back that was put away.
    Show,
    /// What is said once has been read.
    GotIt,
    /// Open the banner's card for the keyboard, or fold the banner.
    Toggle,
    /// Move the banner.
    MoveTo(Corner),
    /// Take the last change back.
    Undo,
    /// Hand over everything as a file.
    Export(ExportFormat),
    /// How many days the chart goes back.
    ShowChart(String),
    /// Hand over the coming refills as a calendar file.
    SaveCalendar,
    /// Put what an exported file holds in the place of everything.
    Import(String),
    /// Delete everything that is stored.
    DeleteEverything,
    /// Point at the page's counter.
    PickCounter,
    /// Copy the report about what is not working.
    CopyReport,
    /// Copy the report for Leonardo's support.
    CopySupport,
    /// Copy one field of the form that support asks for, by its word.
    CopyField(String),
    /// Save that report, and a picture of the tab.
    SaveSupport,
    /// That picture could not be taken.
    NoPicture,
    /// Hand over what is kept as a replay.
    SaveDiagnostics,
    /// Remove a device by its id.
    RemoveDevice(String),
    /// Set one of the settings; the empty text returns it to automatic.
    Set {
        /// Which.
        #[cfg_attr(test, ts(type = "string"))]
        key: Setting,
        /// The value as typed.
        value: String,
    },
}
