//! What to write to storage, as calls to its areas, and what storage refused.

use crate::state::{Area, Unsaved};
use std::collections::BTreeMap;

/// One call to a storage area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Write {
    pub(super) area: Area,
    pub(super) change: Change,
}

/// What a call changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Set(BTreeMap<String, String>),
    Remove(Vec<String>),
}

/// The calls that store `unsaved`: first sets, then removals, so that a value that moves to another key is always in
/// at least one of them.
pub(super) fn writes(unsaved: Vec<Unsaved>) -> Vec<Write> {
    let mut writes = Vec::new();
    for area in [Area::Local, Area::Session] {
        let items = unsaved.iter().filter(|item| item.area == area);
        let items: BTreeMap<_, _> =
            items.filter_map(|item| Some((item.key.clone(), item.value.clone()?))).collect();
        if !items.is_empty() {
            writes.push(Write { area, change: Change::Set(items) });
        }
    }
    for area in [Area::Local, Area::Session] {
        let gone = unsaved.iter().filter(|item| item.area == area && item.value.is_none());
        let keys: Vec<_> = gone.map(|item| item.key.clone()).collect();
        if !keys.is_empty() {
            writes.push(Write { area, change: Change::Remove(keys) });
        }
    }
    writes
}

impl Write {
    /// What the refused write would have stored.
    pub(super) fn into_unsaved(self) -> Vec<Unsaved> {
        let area = self.area;
        match self.change {
            Change::Set(items) => {
                items.into_iter().map(|(key, value)| Unsaved { area, key, value: Some(value) }).collect()
            }
            Change::Remove(keys) => keys.into_iter().map(|key| Unsaved { area, key, value: None }).collect(),
        }
    }
}

/// Adds what was refused earlier, unless something newer goes to the same key.
pub(super) fn with_earlier(mut unsaved: Vec<Unsaved>, earlier: Vec<Unsaved>) -> Vec<Unsaved> {
    for earlier in earlier {
        if !unsaved.iter().any(|newer| newer.area == earlier.area && newer.key == earlier.key) {
            unsaved.push(earlier);
        }
    }
    unsaved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(area: Area, key: &str, value: Option<&str>) -> Unsaved {
        Unsaved { area, key: key.to_owned(), value: value.map(str::to_owned) }
    }

    fn unsaved() -> Vec<Unsaved> {
        vec![
            item(Area::Local, "old", None),
            item(Area::Local, "meta", Some("{\"a\":\"b\"}")),
            item(Area::Session, "tabs", Some("[]")),
        ]
    }

    #[test]
    fn what_is_set_is_written_before_what_is_removed() {
        let set = |area, key: &str, value: &str| Write {
            area,
            change: Change::Set(BTreeMap::from([(key.to_owned(), value.to_owned())])),
        };
        assert_eq!(
            writes(unsaved()),
            [
                set(Area::Local, "meta", "{\"a\":\"b\"}"),
                set(Area::Session, "tabs", "[]"),
                Write { area: Area::Local, change: Change::Remove(vec!["old".to_owned()]) },
            ]
        );
    }

    #[test]
    fn what_storage_refused_is_kept_whole_until_something_newer_takes_its_place() {
        let refused: Vec<Unsaved> = writes(unsaved()).into_iter().flat_map(Write::into_unsaved).collect();
        assert_eq!(refused.len(), 3);
        assert!(unsaved().iter().all(|item| refused.contains(item)));
        let newer = item(Area::Local, "old", Some("1"));
        let next = with_earlier(vec![newer.clone()], refused);
        assert_eq!(next.len(), 3);
        assert!(next.contains(&newer) && !next.contains(&item(Area::Local, "old", None)));
    }
}
