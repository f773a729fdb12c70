//! Devices: the newest answer of each, in the browser's own sync storage.
//!
//! Off until the user turns it on. Each device has one key in that storage, `device:<id>`, with a text of a few
//! hundred characters: its name, when it was last answered, the amounts, and the account as a hash with the device's
//! own salt. Without the account's id, nobody can tell that two texts are about the same account. A device writes
//! only its own key (except that another device may rename it), so conflicts lose nothing; `answered_at` decides
//! which is newer. At most one write a minute is asked for, however fast numbers change: browsers allow 120.

use super::reminder::Switch;
use super::setting::Choice;
use super::{AccountId, Effect, Setting, State};
use crate::balance::Pools;
use crate::time::{DAY, MINUTE, UtcMillis};
use crate::verdict::{Mend, Seen, Source};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay};
use std::fmt;
use std::str::FromStr;

const KEY: &str = "device:";
/// Minimum time between two writes.
const APART: i64 = MINUTE;
/// Wait after a refused write.
const AFTER_FAILURE: i64 = 30 * MINUTE;
/// No text of ours is longer.
const LONGEST: usize = 2_000;
/// More devices than any user has.
const MOST: usize = 20;
const LONGEST_NAME: usize = 40;
/// A device that has been silent for this long is removed.
const GONE: i64 = 90 * DAY;
/// An answer this old says nothing about today's number.
const OLDEST: i64 = 8 * DAY;

/// The name of a device: short; empty if it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct Name(String);

impl FromStr for Name {
    type Err = BadName;

    fn from_str(typed: &str) -> Result<Self, BadName> {
        let name: String = typed.trim().chars().take(LONGEST_NAME).collect();
        // Control characters do not help anyone recognise a device.
        if name.contains(char::is_control) { Err(BadName) } else { Ok(Self(name)) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has no control characters")]
pub struct BadName;

/// The user's settings for devices, what this one has written, and what the others have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// Whether devices share their numbers.
    pub devices: Switch,
    /// The name the user gave to this one.
    pub(super) device_name: Name,
    /// The id in this device's key, and its salt; empty until first used.
    id: String,
    salt: String,
    /// What was written last, and when.
    written: String,
    written_at: UtcMillis,
    /// What others sent from clocks that were ahead of this one, the newest of each.
    #[serde(default)]
    ahead: Vec<Ahead>,
    /// What the sync storage holds.
    #[serde(skip)]
    pub(super) synced: Synced,
}

/// Another device's answer that was stamped in the future.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ahead {
    device: String,
    /// Its time by that device's clock.
    told_as: UtcMillis,
    /// When it first arrived here.
    arrived_at: UtcMillis,
}

/// What one device shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    name: Name,
    salt: String,
    account: String,
    answered_at: UtcMillis,
    pools: Pools,
}

/// A device as the options list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The id used to rename and remove it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was last answered.
    pub answered_at: UtcMillis,
    /// Its amounts then.
    pub pools: Pools,
    /// Whether this browser knows the account.
    pub is_known: bool,
}

/// Why devices cannot share anything at present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncTrouble {
    /// Nothing is wrong.
    #[default]
    None,
    /// The browser has no sync storage, or does not let it be read.
    Absent,
    /// It refuses writes: it is full, or there were too many.
    Full,
}

/// What we know of the sync storage's contents. Not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Synced {
    others: Vec<(String, Device)>,
    trouble: SyncTrouble,
    is_known: bool,
    /// The id of this device, once it has something to share.
    random: String,
}

impl Devices {
    /// Keeps this device's identity when all data is replaced, so that we never write to another device's key.
    pub(super) fn keep_identity_of(&mut self, before: &mut Self) {
        let Self { id, salt, written, written_at, synced, .. } = std::mem::take(before);
        (self.id, self.salt, self.written, self.written_at) = (id, salt, written, written_at);
        self.synced = synced;
    }

    /// Corrects its instants after this computer's clock was set back.
    pub(super) fn mend(&mut self, mend: &Mend) {
        self.written_at = mend.heard(self.written_at);
        for ahead in &mut self.ahead {
            ahead.arrived_at = mend.heard(ahead.arrived_at);
        }
    }

    /// Where the settings of the devices are kept.
    pub(super) fn choice(&mut self, setting: &Setting) -> Option<&mut dyn Choice> {
        Some(match setting {
            Setting::Devices => &mut self.devices,
            Setting::DeviceName => &mut self.device_name,
            _ => return None,
        })
    }
}

impl State {
    /// Whether devices share their numbers, and this one's name.
    #[must_use]
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// What is wrong with sharing, if anything.
    #[must_use]
    pub fn sync_trouble(&self) -> SyncTrouble {
        self.devices.synced.trouble
    }

    /// The other devices, by name.
    #[must_use]
    pub fn device_rows(&self) -> Vec<DeviceRow> {
        let row = |(id, device): &(String, Device)| DeviceRow {
            id: id.clone(),
            name: device.name.0.clone(),
            answered_at: device.answered_at,
            pools: device.pools.clone(),
            is_known: self.account_behind(device).is_some(),
        };
        self.devices.synced.others.iter().map(row).collect()
    }

    /// This device's name: the user's choice, else the kind of browser.
    #[must_use]
    pub fn device_name(&self) -> String {
        match &self.devices.device_name {
            Name(name) if name.is_empty() => self.browser_kind(),
            Name(name) => name.clone(),
        }
    }

    fn account_behind(&self, device: &Device) -> Option<AccountId> {
        let is_it = |name: &AccountId| name.salted(&device.salt) == device.account;
        let found = self.accounts.known.iter().find(|(_, account)| account.names.iter().any(is_it));
        found.map(|(id, _)| id.clone())
    }

    /// Takes in what the storage holds: every key with its text, `None` if it cannot be read. `random` is a text that
    /// never repeats.
    pub(super) fn handle_sync_items(
        &mut self,
        items: Option<&[(String, String)]>,
        random: &str,
        now: UtcMillis,
    ) {
        self.devices.synced.random = random.chars().filter(char::is_ascii_hexdigit).take(32).collect();
        let Some(items) = items else {
            self.devices.synced.trouble = SyncTrouble::Absent;
            return;
        };
        if self.devices.synced.trouble == SyncTrouble::Absent {
            self.devices.synced.trouble = SyncTrouble::None;
        }
        self.devices.synced.is_known = true;
        self.devices.synced.others.clear();
        for (key, text) in items {
            let Some(id) = key.strip_prefix(KEY).filter(|id| id.len() <= 16 && text.len() <= LONGEST) else {
                continue;
            };
            let Ok(device) = serde_json::from_str::<Device>(text) else {
                self.count_refused("device-unreadable", 1);
                continue;
            };
            if id == self.devices.id {
                self.adopt_name(text, device.name);
            } else {
                self.devices.synced.others.push((id.to_owned(), device));
            }
        }
        let others = &mut self.devices.synced.others;
        others.sort_by_key(|(_, device)| std::cmp::Reverse(device.answered_at));
        // The oldest must be known, so that they can be removed; a list this long is never shown.
        if others.len() > MOST {
            let oldest = others.pop();
            others.truncate(MOST - 1);
            others.extend(oldest);
        }
        self.observe_devices(now);
    }

    /// Takes in what the other devices shared, if the user wants that; `now` is corrected.
    pub(super) fn observe_devices(&mut self, now: UtcMillis) {
        if self.devices.devices == Switch::On {
            for (id, device) in self.devices.synced.others.clone() {
                self.hear(&id, &device, now);
            }
        }
    }

    /// Takes a new name that another device gave this one.
    fn adopt_name(&mut self, text: &str, name: Name) {
        if text != self.devices.written && name.0 != self.device_name() {
            self.devices.device_name = name;
            text.clone_into(&mut self.devices.written);
            self.unsaved.meta = true;
        }
    }

    /// When another device's answer counts from. None is from the future: if that device's clock is ahead, its answer
    /// counts from when it first arrived here, even if it is sent again.
    pub(super) fn arrival(&mut self, device: &str, told_as: UtcMillis, now: UtcMillis) -> UtcMillis {
        let known =
            self.devices.ahead.iter().find(|ahead| ahead.device == device && ahead.told_as == told_as);
        if let Some(known) = known {
            return known.arrived_at.min(now);
        }
        if told_as <= now {
            return told_as;
        }
        let ahead = &mut self.devices.ahead;
        ahead.retain(|ahead| ahead.device != device);
        if ahead.len() >= MOST {
            ahead.remove(0);
        }
        ahead.push(Ahead { device: device.to_owned(), told_as, arrived_at: now });
        self.unsaved.meta = true;
        now
    }

    fn hear(&mut self, id: &str, device: &Device, now: UtcMillis) {
        let answered_at = self.arrival(id, device.answered_at, now);
        let age = now.since(answered_at);
        if let Some(id) = self.account_behind(device)
            && (0..OLDEST).contains(&age)
            && !device.pools.is_empty()
        {
            let name = if device.name.0.is_empty() { "?" } else { &device.name.0 };
            self.see_elsewhere(id, name, answered_at, now, device.pools.clone());
        }
    }

    /// What this device has to share: its own newest answer.
    fn own_text(&self) -> Option<String> {
        let id = self.accounts.last.as_ref()?;
        let last = self.accounts.known.get(id)?.seen().rev().find_map(|seen| match seen {
            Seen::Balance(sighting) if sighting.source == Source::Here => Some(sighting),
            _ => None,
        })?;
        serde_json::to_string(&Device {
            name: Name(self.device_name()),
            salt: self.devices.salt.clone(),
            account: id.salted(&self.devices.salt),
            answered_at: last.answered_at,
            pools: last.pools.clone(),
        })
        .ok()
    }

    /// Writes what this device has to share, if it is new and it is time.
    pub(super) fn tell_devices(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Devices { devices, id, salt, synced, .. } = &mut self.devices;
        // One half of the random text names the device; the other hides its account.
        if *devices == Switch::On
            && id.is_empty()
            && let Some((name, rest)) = synced.random.split_at_checked(8)
        {
            (*id, *salt) = (name.to_owned(), rest.to_owned());
            self.unsaved.meta = true;
        }
        let key = [KEY, &self.devices.id].concat();
        if self.devices.devices == Switch::Off {
            if !self.devices.written.is_empty() {
                self.devices.written.clear();
                self.unsaved.meta = true;
                effects.push(Effect::Sync(key, None));
            }
            return;
        }
        // A clock that was ahead for a while must not silence this device for longer.
        let is_time = self
            .next_telling()
            .is_none_or(|at| at <= now || self.devices.written_at > now.plus(2 * AFTER_FAILURE));
        if self.devices.id.is_empty() || !self.devices.synced.is_known || !is_time {
            return;
        }
        if let Some(text) = self.own_text().filter(|text| *text != self.devices.written) {
            self.devices.written.clone_from(&text);
            self.devices.written_at = now;
            self.unsaved.meta = true;
            effects.push(Effect::Sync(key, Some(text)));
            // It removes one device that no longer exists: a browser that is set up again gets a new id.
            let gone =
                self.devices.synced.others.iter().find(|(_, device)| now.since(device.answered_at) > GONE);
            if let Some(id) = gone.map(|(id, _)| id.clone()) {
                self.remove_device(&id, effects);
            }
        }
    }

    /// When something that waits may be written; `None` if nothing waits or nothing was written yet.
    pub(super) fn next_telling(&self) -> Option<UtcMillis> {
        let devices = &self.devices;
        let is_new = || self.own_text().is_some_and(|text| text != devices.written);
        (devices.devices == Switch::On && devices.written_at > UtcMillis(0) && is_new())
            .then(|| devices.written_at.plus(APART))
    }

    /// The storage accepted or refused a write.
    pub fn handle_sync_outcome(&mut self, taken: bool) {
        self.devices.synced.trouble = if taken { SyncTrouble::None } else { SyncTrouble::Full };
        if !taken {
            self.count_refused("sync-write", 1);
            self.devices.written = "?".to_owned();
            self.devices.written_at = self.devices.written_at.plus(AFTER_FAILURE - APART);
        }
    }

    /// Renames another device; false if there is no such device or the name is not valid.
    pub(super) fn rename_device(&mut self, id: &str, name: &str, effects: &mut Vec<Effect>) -> bool {
        let Some((_, device)) = self.devices.synced.others.iter_mut().find(|(known, _)| known == id) else {
            return false;
        };
        let taken = !name.trim().is_empty() && device.name.choose(name);
        if taken {
            effects.push(Effect::Sync([KEY, id].concat(), serde_json::to_string(device).ok()));
        }
        taken
    }

    /// Removes another device.
    pub(super) fn remove_device(&mut self, id: &str, effects: &mut Vec<Effect>) {
        let before = self.devices.synced.others.len();
        self.devices.synced.others.retain(|(known, _)| known != id);
        if self.devices.synced.others.len() < before {
            effects.push(Effect::Sync([KEY, id].concat(), None));
        }
    }
}
