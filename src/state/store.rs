//! The storage form: the keys, what each holds, and how old and broken values are handled.
//!
//! | area | key | value |
//! |---|---|---|
//! | local | `meta` | version, banner, diagnostics, last account, clock, reminders |
//! | local | `account:<id>` | one account |
//! | local | `detail:<id>:<day>` | the points of one UTC day of an account, see `history`; days since 1970 |
//! | local | `days:<id>:<day>` | a row for each of 32 days of an account, named by the first |
//! | local | `aside:<key>:<n>` | a value that could not be read, unchanged |
//! | session | `tabs` | the open tabs; tab numbers mean nothing after the browser closes |
//!
//! Each value is one JSON text. A value that cannot be read, or that a newer version wrote, is never overwritten: it
//! is set aside first, and the diagnostics say so.

use super::diagnostics::{SetAside, Why};
use super::history::History;
use super::{
    Account, AccountId, BannerSettings, Check, Checks, Clock, Devices, Diagnostics, Reload, Reminders, State,
    Tab, TabId, Tried,
};
use crate::time::UtcMillis;
use crate::verdict::Manual;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the storage form that this code writes. A new field also raises it, so that an older extension does
/// not drop what it does not know. What an older version did not write has `#[serde(default)]`; a missing `Option`
/// reads as `None` without it.
///
/// | version | what is new |
/// |---|---|
/// | 1 | the first |
/// | 2 | `Ledger`: `unread_fall` in place of `unread_falls`, `first_spent_at`, `filled_up`, `risen_at`; the places of the counter |
/// | 3 | reminders, attempts, background checks, devices; the clock's error; `heard_at` beside every request time; parts of a refill, and what it left missing |
const VERSION: u32 = 3;

/// Which of the browser's storage areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `storage.local`: persistent.
    Local,
    /// `storage.session`: gone when the browser closes.
    Session,
}

/// One key to write; `None` removes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaved {
    /// Where.
    pub area: Area,
    /// The key.
    pub key: String,
    /// The JSON text to store under it.
    pub value: Option<String>,
}

/// What has changed since it was last stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    pub meta: bool,
    pub tabs: bool,
    pub accounts: Vec<AccountId>,
    /// Values to set aside, with their old keys.
    pub aside: Vec<Unsaved>,
}

#[derive(Default, Serialize, Deserialize)]
struct Meta {
    version: u32,
    banner: BannerSettings,
    diagnostics: Diagnostics,
    last_account: Option<AccountId>,
    manual_for_next: Option<Manual>,
    clock_ahead: i64,
    #[serde(default)]
    clock: Option<Clock>,
    last_open_at: UtcMillis,
    #[serde(default)]
    reminders: Reminders,
    #[serde(default)]
    tried: Vec<Tried>,
    #[serde(default)]
    checks: Checks,
    #[serde(default)]
    devices: Devices,
}

#[derive(Default, Serialize, Deserialize)]
struct Session {
    #[serde(with = "crate::pairs")]
    tabs: BTreeMap<TabId, Tab>,
    pending_reload: Option<Reload>,
    opened_at: UtcMillis,
    #[serde(default)]
    check: Option<Check>,
    #[serde(default)]
    login_wanted: Option<UtcMillis>,
}

impl State {
    /// Takes in what storage holds: every key of both areas with its JSON text.
    #[must_use]
    pub fn load(local: &[(String, String)], session: &[(String, String)]) -> Self {
        let mut state = Self::default();
        let mut aside = Vec::new();
        let meta = local.iter().find(|(key, _)| key == "meta");
        let mut newer = false;
        if let Some((key, text)) = meta {
            match serde_json::from_str::<Meta>(text) {
                Ok(meta) if (1..=VERSION).contains(&meta.version) => state.apply_meta(meta),
                _ => {
                    // The version alone tells a newer form from a broken one.
                    newer = version_of(text).is_some_and(|version| version > VERSION);
                    if !newer {
                        aside.push((key, text, Why::Corrupt));
                    }
                }
            }
            if newer {
                aside.push((key, text, Why::Newer));
            }
        }
        for (key, text) in local {
            if History::is_key(key) {
                match serde_json::from_str(text) {
                    Ok(chunk) if !newer => state.history.take_in(key, chunk),
                    _ => aside.push((key, text, if newer { Why::Newer } else { Why::Corrupt })),
                }
            }
            let Some(id) = key.strip_prefix("account:") else { continue };
            match (newer, AccountId::parse(id), serde_json::from_str::<Account>(text)) {
                (true, ..) => aside.push((key, text, Why::Newer)),
                (false, Some(id), Ok(mut account)) => {
                    account.refold();
                    state.accounts.known.insert(id, account);
                }
                _ => aside.push((key, text, Why::Corrupt)),
            }
        }
        for (key, text, why) in aside {
            state.set_aside(key, text, why, local);
        }
        if let Some((_, text)) = session.iter().find(|(key, _)| key == "tabs")
            && let Ok(session) = serde_json::from_str::<Session>(text)
        {
            state.tabs.open = session.tabs;
            state.tabs.pending_reload = session.pending_reload;
            state.tabs.opened_at = session.opened_at;
            state.checks.under_way = session.check;
            state.login.wanted = session.login_wanted;
        }
        state
    }

    fn apply_meta(&mut self, meta: Meta) {
        self.banner = meta.banner;
        self.diagnostics = meta.diagnostics;
        self.accounts.last = meta.last_account;
        self.accounts.manual_for_next = meta.manual_for_next;
        self.clock = meta.clock.unwrap_or_else(|| Clock::with_error(meta.clock_ahead)).bounded();
        self.tabs.last_open_at = meta.last_open_at;
        self.reminders = meta.reminders;
        self.support.tried = meta.tried;
        self.checks = meta.checks;
        self.devices = meta.devices;
    }

    /// Notes that an account changed.
    pub(super) fn changed_account(&mut self, id: AccountId) {
        if !self.unsaved.accounts.contains(&id) {
            self.unsaved.accounts.push(id);
        }
    }

    fn set_aside(&mut self, key: &str, text: &str, why: Why, local: &[(String, String)]) {
        let taken = |name: &String| local.iter().any(|(key, _)| key == name);
        let free = (1..).map(|n: u32| format!("aside:{key}:{n}")).find(|name| !taken(name));
        let Some(kept_as) = free else { return };
        self.unsaved.aside.push(Unsaved {
            area: Area::Local,
            key: kept_as.clone(),
            value: Some(text.to_owned()),
        });
        self.unsaved.aside.push(Unsaved { area: Area::Local, key: key.to_owned(), value: None });
        self.diagnostics.set_aside.push(SetAside { key: key.to_owned(), kept_as, why });
        self.unsaved.meta = true;
    }

    /// The keys whose value changed since the last call, in the order to write them.
    pub fn take_unsaved(&mut self) -> Vec<Unsaved> {
        let changed = std::mem::take(&mut self.unsaved);
        // What is set aside goes first: its old key is written right after.
        let mut unsaved = changed.aside;
        for id in changed.accounts {
            unsaved.push(local(format!("account:{id}"), self.accounts.known.get(&id)));
        }
        for key in std::mem::take(&mut self.history.changed) {
            let chunk = self.history.chunk(&key).cloned();
            unsaved.push(local(key, chunk.as_ref()));
        }
        if changed.meta {
            let meta = Meta {
                version: VERSION,
                banner: self.banner.clone(),
                diagnostics: self.diagnostics.clone(),
                last_account: self.accounts.last.clone(),
                manual_for_next: self.accounts.manual_for_next.clone(),
                clock_ahead: self.clock.ahead(),
                clock: Some(self.clock.clone()),
                last_open_at: self.tabs.last_open_at,
                reminders: self.reminders.clone(),
                tried: self.support.tried.clone(),
                checks: self.checks.clone(),
                devices: self.devices.clone(),
            };
            unsaved.push(local("meta".into(), Some(&meta)));
        }
        if changed.tabs {
            let session = Session {
                tabs: self.tabs.open.clone(),
                pending_reload: self.tabs.pending_reload.clone(),
                opened_at: self.tabs.opened_at,
                check: self.checks.under_way.clone(),
                login_wanted: self.login.wanted,
            };
            unsaved.push(Unsaved { area: Area::Session, ..local("tabs".into(), Some(&session)) });
        }
        unsaved
    }
}

/// A key of [`Area::Local`] with its value, or `None` to remove it. A value that cannot be serialised would stay as
/// last stored; none of our types is one.
fn local<T: Serialize>(key: String, fact: Option<&T>) -> Unsaved {
    Unsaved { area: Area::Local, key, value: fact.and_then(|fact| serde_json::to_string(fact).ok()) }
}

fn version_of(text: &str) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    u32::try_from(value.get("version")?.as_u64()?).ok()
}
