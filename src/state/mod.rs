//! What the extension knows, and how events change it.
//!
//! [`State::handle`] is all of it: a pure function of the state, an [`Event`] and the time, whose only output is
//! [`Effect`]s. Surfaces and replays read [`State::status`]. The storage form is in `store`, the replay format in
//! [`replay`]. There is no wording here: that is `view`.

mod account;
mod accounts;
mod act;
mod action;
mod arrival;
mod check;
mod choose;
mod chunk;
mod clock;
mod data;
mod devices;
mod diagnostics;
mod event;
mod first_run;
mod history;
mod kept;
mod login;
mod place;
mod recording;
mod reduce;
mod reminder;
pub mod replay;
mod set_back;
mod setting;
mod settings;
mod status;
mod store;
mod support;
mod tab;
mod tabs;
mod trouble;
mod unsent;
mod wake;

pub use account::{Account, AccountId};
pub use action::{Action, Corner, ExportFormat, SitePage};
pub use check::{Check, Checked, Checks, NoCheck};
pub use chunk::{Day, Point, RefillMark};
pub use clock::Clock;
pub use data::{File, Past};
pub use devices::{Device, DeviceRow, Devices, Name, SyncTrouble};
pub use diagnostics::{Diagnostics, SetAside, Why};
pub use event::{Answer, Clip, DeviceAnswer, Effect, Event, TabChange, TabId};
pub use first_run::FirstRun;
pub use place::{Candidate, Search, number_in};
pub use reminder::{LateReminder, LocalTime, Minutes, Notice, NoticeKind, Reminders, Switch, Watched};
pub use setting::{Setting, UnknownSetting};
pub use settings::{
    BadgeShows, BannerSettings, BannerSize, Change, ChartSpan, LANGUAGES, Language, OldAfter, PutAway,
    RefusedSetting, SettingError, ShowBanner, Theme, Ticked, WarnLevel,
};
pub use status::{PoolRow, Status};
pub use store::{Area, Unsaved};
pub use support::{Attempt, Report, Tried};
pub use tab::{Found, Reload, ShownCounter, Tab, TabAnswer, Unread};
pub use trouble::Trouble;
pub use unsent::{Before, Unsent};

use crate::time::{DeviceTime, UtcMillis};
use crate::verdict::Manual;

/// Everything the extension knows, with one part for each thing it does.
#[derive(Clone, Debug, Default)]
pub struct State {
    accounts: accounts::Accounts,
    tabs: tabs::Tabs,
    /// How the banner is shown.
    pub banner: BannerSettings,
    /// What went wrong quietly.
    pub diagnostics: Diagnostics,
    /// The computer's clock, and what we know of its error.
    clock: Clock,
    /// Milliseconds that the reader's local time is ahead of UTC; `None` until the browser reports it. Not stored.
    ahead_of_utc: Option<i64>,
    /// The browser's user agent. Not stored.
    pub browser: String,
    /// The reminders that the user wants.
    reminders: Reminders,
    /// Checks in the background.
    checks: Checks,
    /// What this device and the others share.
    devices: Devices,
    /// The fresh login.
    login: login::Login,
    /// The report for support, and what the user tried.
    support: support::Support,
    /// The state of an export, an import or a deletion.
    data: data::Data,
    /// Balance over time.
    history: history::History,
    /// What has changed since it was last stored.
    unsaved: store::Changed,
}

impl State {
    /// The present by the server's clock, if that is known to differ from the computer's.
    #[must_use]
    pub fn corrected(&self, now: DeviceTime) -> UtcMillis {
        self.clock.correct(now)
    }

    /// The known tabs that have left the app: those that are not among `listed`, which the browser was asked for at
    /// `asked_at`. What has happened in a tab since then shows that it is open.
    #[must_use]
    pub fn tabs_left(&self, listed: &[TabId], asked_at: DeviceTime) -> Vec<TabId> {
        let asked_at = self.corrected(asked_at);
        let known =
            self.tabs.open.iter().filter(|(id, tab)| !listed.contains(id) && tab.active_at < asked_at);
        known.map(|(id, _)| *id).collect()
    }

    /// The tabs with the app, for painting.
    pub fn tabs(&self) -> impl Iterator<Item = TabId> {
        self.tabs.open.keys().copied()
    }

    /// One tab.
    #[must_use]
    pub fn tab(&self, id: TabId) -> Option<&Tab> {
        self.tabs.open.get(&id)
    }

    /// Notes that a tab does not draw what it gets, because nobody sees it.
    pub fn note_behind(&mut self, id: TabId) {
        if let Some(tab) = self.tabs.open.get_mut(&id) {
            tab.is_behind = true;
            self.unsaved.tabs = true;
        }
    }

    /// The open tab with the newest answer.
    #[must_use]
    pub fn last_answered_tab(&self) -> Option<TabId> {
        self.tabs.last_answered()
    }

    /// The tab that a surface without its own tab is about: one that was just reloaded, else the one with the newest
    /// answer, else the one that loaded last.
    #[must_use]
    pub fn front_tab(&self) -> Option<TabId> {
        self.tabs.front(self.checks.under_way.as_ref().and_then(|check| check.tab))
    }

    /// One account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.known.get(id)
    }

    /// Every account we keep.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &Account)> {
        self.accounts.known.iter()
    }

    /// How far the reader's local time was last reported ahead of UTC.
    #[must_use]
    pub fn ahead_of_utc(&self) -> Option<i64> {
        self.ahead_of_utc
    }

    /// The user's settings for the account of the newest answer.
    #[must_use]
    pub fn manual(&self) -> Manual {
        self.accounts.manual()
    }

    /// What the user last typed into a setting that refused it.
    #[must_use]
    pub fn refused_setting(&self) -> Option<&RefusedSetting> {
        self.banner.refused.as_ref()
    }

    /// Whether the keyboard command just opened this tab's banner.
    #[must_use]
    pub fn is_summoned(&self, tab: TabId) -> bool {
        self.tabs.summoned == Some(tab)
    }

    /// Counts a form of the site's requests or answers.
    pub fn count_form(&mut self, form: &str) {
        self.diagnostics.count_form(form);
        self.unsaved.meta = true;
    }

    /// Counts something that was refused or failed.
    pub fn count_refused(&mut self, reason: &str, times: u64) {
        self.diagnostics.count(reason, times);
        self.unsaved.meta = true;
    }

    /// A name for this device: the kind of browser and of computer.
    pub(super) fn browser_kind(&self) -> String {
        let systems = ["Windows", "Android", "Macintosh", "CrOS", "Linux"];
        let system = systems
            .into_iter()
            .find(|system| self.browser.split([' ', '(', ';']).any(|part| part == *system));
        let name = self.browser_name().unwrap_or_default();
        [name.split(' ').next().unwrap_or_default(), " · ", system.unwrap_or("?")].concat()
    }

    /// The browser's name and version, without the rest of the user agent; `None` if it has neither.
    #[must_use]
    pub fn browser_name(&self) -> Option<String> {
        let parts = || self.browser.split(' ');
        let named = ["Firefox/", "Edg/", "OPR/", "Chrome/"];
        let found = named.iter().find_map(|name| parts().find(|part| part.starts_with(name)));
        found.map(|found| found.replace('/', " "))
    }
}
