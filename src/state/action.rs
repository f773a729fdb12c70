//! What the user can press on our surfaces, and the words it has in the tree.

/// A corner of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
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
        match self {
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
        }
    }
}

/// A page of the site that a surface links to. The addresses stand in [`SitePage::url`] and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    const ALL: [Self; 8] = [
        Self::App,
        Self::ApiAccess,
        Self::Help,
        Self::Contact,
        Self::ApiSupport,
        Self::Discord,
        Self::Status,
        Self::Pricing,
    ];

    /// The word in the tree.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::ApiAccess => "api-access",
            Self::Help => "help",
            Self::Contact => "contact",
            Self::ApiSupport => "api-support",
            Self::Discord => "discord",
            Self::Status => "status",
            Self::Pricing => "pricing",
        }
    }

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

/// Something the user pressed or chose on a surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reload past the cache and say what happened.
    FreshReload,
    /// Clear what the browser keeps of the site and sign in again, once the browser allows it.
    FreshLogin,
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
    /// Open the banner's card for the keyboard, or fold the banner.
    Toggle,
    /// Move the banner.
    MoveTo(Corner),
    /// Take the last change back.
    Undo,
    /// Hand over everything as a file.
    Export {
        /// As a table for a spreadsheet, and not to be read back.
        as_table: bool,
    },
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
        /// The setting's key, as in the replay format.
        key: String,
        /// The value as typed.
        value: String,
    },
}

impl Action {
    /// Reads the `data-action` and `data-value` of a pressed element; `None` for words that no surface writes.
    #[must_use]
    pub fn parse(word: &str, value: Option<&str>) -> Option<Self> {
        Some(match word {
            "fresh-reload" => Self::FreshReload,
            "fresh-login" => Self::FreshLogin,
            "may-clear" => Self::MayClear,
            "check" => Self::Check,
            "open-app" => Self::OpenApp,
            "open-page" => Self::OpenPage(SitePage::ALL.into_iter().find(|p| Some(p.word()) == value)?),
            "open-options" => Self::OpenOptions,
            "fold" => Self::Fold,
            "unfold" => Self::Unfold,
            "expand" => Self::Expand,
            "collapse" => Self::Collapse,
            "put-away" => Self::PutAway,
            "show" => Self::Show,
            "toggle" => Self::Toggle,
            "undo" => Self::Undo,
            "export" => Self::Export { as_table: value == Some("csv") },
            "save-calendar" => Self::SaveCalendar,
            "set:import" => Self::Import(value?.to_owned()),
            "delete-everything" => Self::DeleteEverything,
            "pick-counter" => Self::PickCounter,
            "copy-report" => Self::CopyReport,
            "copy-support" => Self::CopySupport,
            "save-support" => Self::SaveSupport,
            "no-picture" => Self::NoPicture,
            "remove-device" => Self::RemoveDevice(value?.to_owned()),
            "save-diagnostics" => Self::SaveDiagnostics,
            "move-to" => Self::MoveTo(Corner::ALL.into_iter().find(|c| Some(c.word()) == value)?),
            _ => Self::Set { key: word.strip_prefix("set:")?.to_owned(), value: value?.to_owned() },
        })
    }
}
