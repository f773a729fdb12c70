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
}

impl SitePage {
    const ALL: [Self; 4] = [Self::App, Self::ApiAccess, Self::Help, Self::Contact];

    /// The word in the tree.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::ApiAccess => "api-access",
            Self::Help => "help",
            Self::Contact => "contact",
        }
    }

    /// The address (all sure: official pages).
    #[must_use]
    pub fn url(self) -> &'static str {
        match self {
            Self::App => "https://app.leonardo.ai/",
            Self::ApiAccess => "https://app.leonardo.ai/api-access",
            Self::Help => "https://intercom.help/leonardo-ai/",
            Self::Contact => "https://leonardo.ai/contact-us/",
        }
    }
}

/// Something the user pressed or chose on a surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reload past the cache and say what happened.
    FreshReload,
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
    /// Put what an exported file holds in the place of everything.
    Import(String),
    /// Delete everything that is stored.
    DeleteEverything,
    /// Point at the page's counter.
    PickCounter,
    /// Copy the report about what is not working.
    CopyReport,
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
            "set:import" => Self::Import(value?.to_owned()),
            "delete-everything" => Self::DeleteEverything,
            "pick-counter" => Self::PickCounter,
            "copy-report" => Self::CopyReport,
            "move-to" => Self::MoveTo(Corner::ALL.into_iter().find(|c| Some(c.word()) == value)?),
            _ => Self::Set { key: word.strip_prefix("set:")?.to_owned(), value: value?.to_owned() },
        })
    }
}
