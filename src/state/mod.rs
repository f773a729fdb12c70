//! What the extension knows, and how events change it.
//!
//! [`State::handle`] is the whole of it: a pure function of the state, an [`Event`] and the time, with
//! [`Effect`]s as its only way out. [`State::status`] is what the surfaces and a replay read. The storage form
//! is in `store`, the replay format in [`replay`]. No wording lives here: that is `view`.

mod account;
mod act;
mod action;
mod check;
mod choose;
mod clock;
mod data;
mod devices;
mod diagnostics;
mod event;
mod first_run;
mod form;
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
mod trouble;
mod unsent;
mod wake;

pub use account::{Account, AccountId};
pub use action::{Action, Corner, ExportFormat, SitePage};
pub use check::{Check, Checked, Checks, NoCheck};
pub use clock::Clock;
pub use data::{File, Past};
pub use devices::{Device, DeviceRow, Devices, Name, SyncTrouble};
pub use diagnostics::{Diagnostics, SetAside, Why};
pub use event::{Answer, DeviceAnswer, Effect, Event, TabChange, TabId};
pub use first_run::FirstRun;
pub use form::FormField;
pub use history::{Day, Point, RefillMark};
pub use place::{Candidate, Search, number_in};
pub use reminder::{LateReminder, LocalTime, Minutes, Notice, NoticeKind, Reminders, Switch, Watched};
pub use setting::{Setting, UnknownSetting};
pub use settings::{
    BadgeShows, BannerSettings, BannerSize, Change, ChartSpan, LANGUAGES, Language, OldAfter, PutAway,
    RefusedSetting, SettingError, ShowBanner, Theme, Ticked, WarnLevel,
};
pub use status::{PoolRow, Status};
pub use store::{Area, Unsaved};
pub use support::{Report, ReportLine, Tried};
pub use tab::{Found, Reload, ShownCounter, Tab, TabAnswer, Unread};
pub use trouble::Trouble;
pub use unsent::{Before, Unsent};

use crate::time::{DeviceTime, MINUTE, UtcMillis};
use crate::verdict::Manual;
use std::collections::BTreeMap;

/// Everything the extension knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    accounts: BTreeMap<AccountId, Account>,
    tabs: BTreeMap<TabId, Tab>,
    /// How the banner is shown.
    pub banner: BannerSettings,
    /// What went wrong quietly.
    pub diagnostics: Diagnostics,
    /// The account of the last answer.
    last_account: Option<AccountId>,
    /// What the user set before the first answer.
    manual_for_next: Option<Manual>,
    /// A fresh reload asked for while no tab was open; the next tab takes it.
    pending_reload: Option<Reload>,
    /// The computer's clock, and what is known of its error.
    clock: Clock,
    /// When the first of the tabs that are open now was opened.
    opened_at: UtcMillis,
    /// When a tab was last known to be open, before the tabs that are open now.
    last_open_at: UtcMillis,
    /// What the user typed into a setting that does not take it, until the next change. Not stored.
    refused_setting: Option<RefusedSetting>,
    /// All data before it was deleted or replaced, to be brought back. Not stored.
    before: Option<String>,
    /// A file that the user asked for, until it is handed over. Not stored.
    file: Option<File>,
    /// The tab whose banner the keyboard was just called to. Not stored.
    summoned: Option<TabId>,
    /// What the user wants to be told of refills.
    reminders: Reminders,
    /// Milliseconds by which the reader's clocks are ahead of UTC; `None` until the browser has told it. Not stored.
    ahead_of_utc: Option<i64>,
    /// Checks in the background: what the user wants, and what has been.
    checks: Checks,
    /// The one under way.
    check: Option<Check>,
    /// Whether devices tell each other, and what this one has told.
    devices: Devices,
    /// What the browser's own sync storage holds. Not stored.
    synced: devices::Synced,
    /// When the user asked for a fresh login that still waits for the browser's permission.
    login_wanted: Option<UtcMillis>,
    /// What the browser calls itself, its user agent. Not stored.
    pub browser: String,
    /// The report for support, as the user has it before them. Not stored.
    report: Report,
    /// What was tried lately to bring tokens back.
    tried: Vec<Tried>,
    /// Balance over time.
    history: history::History,
    /// What changed since it was last stored.
    unsaved: store::Changed,
}

impl State {
    /// The present by the server's clock, where that is known to differ from the computer's own.
    #[must_use]
    pub fn corrected(&self, now: DeviceTime) -> UtcMillis {
        self.clock.correct(now)
    }

    /// The tabs with the app, for painting.
    pub fn tabs(&self) -> impl Iterator<Item = TabId> {
        self.tabs.keys().copied()
    }

    /// One tab.
    #[must_use]
    pub fn tab(&self, id: TabId) -> Option<&Tab> {
        self.tabs.get(&id)
    }

    /// Notes that a tab does not draw what it is sent, as nobody sees it.
    pub fn goes_behind(&mut self, id: TabId) {
        if let Some(tab) = self.tabs.get_mut(&id) {
            tab.is_behind = true;
            self.unsaved.tabs = true;
        }
    }

    /// The open tab that was answered last.
    #[must_use]
    pub fn last_answered_tab(&self) -> Option<TabId> {
        let answered = |tab: &Tab| tab.answer.as_ref().map(|answer| answer.answered_at);
        self.tabs
            .iter()
            .filter(|(_, tab)| tab.answer.is_some() || tab.failure.is_some())
            .max_by_key(|(_, tab)| (answered(tab), tab.active_at))
            .map(|(id, _)| *id)
    }

    /// The tab that a surface without a tab of its own speaks of: one that was just reloaded, else the one
    /// that was answered last, else the one that loaded last.
    #[must_use]
    pub fn front_tab(&self) -> Option<TabId> {
        let reloaded = self
            .tabs
            .iter()
            .filter_map(|(id, tab)| Some((tab.reload.as_ref()?.clicked_at, *id)))
            .max()
            .filter(|(clicked_at, _)| self.last_open_at.since(*clicked_at) < MINUTE)
            .map(|(_, id)| id);
        // A tab that a check opens behind the others is nobody's.
        let behind = self.check.as_ref().and_then(|check| check.tab);
        let is_used = |(id, tab): &(&TabId, &Tab)| tab.was_seen || Some(**id) != behind;
        let loaded =
            || self.tabs.iter().filter(is_used).max_by_key(|(_, tab)| tab.active_at).map(|(id, _)| *id);
        reloaded.or_else(|| self.last_answered_tab()).or_else(loaded)
    }

    /// One account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// Every account that is kept.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &Account)> {
        self.accounts.iter()
    }

    /// By how much the reader's clocks were last told to be ahead of UTC.
    #[must_use]
    pub fn ahead_of_utc(&self) -> Option<i64> {
        self.ahead_of_utc
    }

    /// What the user set for the account of the last answer.
    #[must_use]
    pub fn manual(&self) -> Manual {
        let account = self.last_account.as_ref().and_then(|id| self.accounts.get(id));
        account
            .map(|account| account.manual.clone())
            .or_else(|| self.manual_for_next.clone())
            .unwrap_or_default()
    }

    /// What the user typed into a setting last, when the setting did not take it.
    #[must_use]
    pub fn refused_setting(&self) -> Option<&RefusedSetting> {
        self.refused_setting.as_ref()
    }

    /// Whether the keyboard was just called to this tab's banner.
    #[must_use]
    pub fn is_summoned(&self, tab: TabId) -> bool {
        self.summoned == Some(tab)
    }

    /// Counts a form that the site asked or answered in.
    pub fn count_form(&mut self, form: &str) {
        self.diagnostics.count_form(form);
        self.unsaved.meta = true;
    }

    /// Counts something that was refused or failed.
    pub fn count_refused(&mut self, reason: &str, times: u64) {
        self.diagnostics.count(reason, times);
        self.unsaved.meta = true;
    }
}
