//! What the user can press on our surfaces, and how the tree spells it.

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
    /// Bottom left; the site's own counter is there.
    BottomLeft,
    /// Bottom right, the default: the site has nothing there.
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

/// A page of the site that a surface links to. The addresses are in [`SitePage::url`] and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SitePage {
    /// The app itself.
    App,
    /// The page that shows API credits.
    ApiAccess,
    /// The help centre.
    Help,
    /// The contact page.
    Contact,
    /// Support for API users.
    ApiSupport,
    /// Announcements, where late refills are mentioned first.
    Discord,
    /// The service's status page.
    Status,
    /// Plans and top-up.
    Pricing,
}

impl SitePage {
    /// The address (all sure, from official pages, except the status page, inferred from its name).
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
    /// Everything, in a form that can be imported again.
    Json,
    /// A table for a spreadsheet.
    Csv,
}

/// Something the user pressed or chose on a surface. The tree carries it as `data-action` and `data-value`, and the
/// scripts hand it back as `{"action": "move-to", "value": "top-left"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "action", content = "value", rename_all = "kebab-case")]
pub enum Action {
    /// Reload past the cache and report the result; asks first if the page holds unsent text.
    FreshReload,
    /// Reload even though that text is lost.
    ReloadAnyway,
    /// Clear what the browser stores for the site and sign in again, once the browser allows it. The surface asks for
    /// the permission, because browsers accept that request only straight from the click.
    FreshLogin(String),
    /// The same, after the user was asked because the page holds unsent text.
    LoginAnyway(String),
    /// Let the extension read these pages; here too the surface asks the browser.
    AskAccess(String),
    /// Reload the page; the page does it itself when nobody else is left.
    ReloadPage,
    /// The browser granted the permission.
    MayClear,
    /// Check in a background tab whether the refill has come.
    Check,
    /// Show the app.
    OpenApp,
    /// Open one of the site's pages.
    OpenPage(SitePage),
    /// Open the options.
    OpenOptions,
    /// Fold the banner to a pill.
    Fold,
    /// Undo [`Action::Fold`].
    Unfold,
    /// Open the banner's card.
    Expand,
    /// Close the card again.
    Collapse,
    /// Dismiss the banner until the verdict changes.
    PutAway,
    /// Bring back a dismissed banner.
    Show,
    /// The user has read a one-time message.
    GotIt,
    /// Open the banner's card for the keyboard, or fold the banner.
    Toggle,
    /// Move the banner.
    MoveTo(Corner),
    /// Undo the last change.
    Undo,
    /// Save everything as a file.
    Export(ExportFormat),
    /// Set how many days the chart goes back.
    ShowChart(String),
    /// Save the coming refills as a calendar file.
    SaveCalendar,
    /// Replace everything with the contents of an exported file.
    Import(String),
    /// Delete everything stored.
    DeleteEverything,
    /// Point at the page's counter.
    PickCounter,
    /// Copy the report about what is not working.
    CopyReport,
    /// Copy the report for Leonardo's support.
    CopySupport,
    /// Copy one field of the support form, by its word.
    CopyField(String),
    /// Save that report and a picture of the tab.
    SaveSupport,
    /// The picture could not be taken.
    NoPicture,
    /// Save what is kept as a replay.
    SaveDiagnostics,
    /// Remove a device by its id.
    RemoveDevice(String),
    /// Change a setting; the empty text returns it to automatic.
    Set {
        /// Which setting.
        #[cfg_attr(test, ts(type = "string"))]
        key: Setting,
        /// The value as typed.
        value: String,
    },
}
