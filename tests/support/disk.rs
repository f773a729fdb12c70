//! The browser's storage, as far as the state needs it.

use refill_watch::State;
use refill_watch::state::{Area, Unsaved};
use std::collections::BTreeMap;

/// Both storage areas.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub local: BTreeMap<String, String>,
    pub session: BTreeMap<String, String>,
}

impl Disk {
    /// Writes what the state has not saved yet.
    pub fn write(&mut self, unsaved: &[Unsaved]) {
        for one in unsaved {
            let area = if one.area == Area::Local { &mut self.local } else { &mut self.session };
            match &one.value {
                Some(value) => area.insert(one.key.clone(), value.clone()),
                None => area.remove(&one.key),
            };
        }
    }

    /// What a new life of the background knows.
    pub fn load(&self) -> State {
        let list = |area: &BTreeMap<String, String>| -> Vec<_> {
            area.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        State::load(&list(&self.local), &list(&self.session))
    }
}
