//! Counts what went wrong quietly: a hidden failure is a defect.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of what was refused or failed, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Reason to count.
    #[serde(with = "crate::pairs")]
    pub refused: BTreeMap<String, u64>,
    /// Forms of the site's requests and answers, to count: what kinds it sends, nothing of their contents.
    #[serde(default, with = "crate::pairs")]
    pub forms: BTreeMap<String, u64>,
    /// Stored values that could not be read, described for a developer; each was set aside.
    pub set_aside: Vec<SetAside>,
    /// Storage does not work at present. Not stored.
    #[serde(skip)]
    pub storage_fails: bool,
    /// The user revoked the access to the site. Not stored.
    #[serde(skip)]
    pub access_lost: bool,
}

/// A stored value that was set aside instead of read.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SetAside {
    /// Its old key.
    pub key: String,
    /// Its key now.
    pub kept_as: String,
    /// Why.
    pub why: Why,
}

/// Why a stored value was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is not what this or any earlier version writes.
    #[default]
    Corrupt,
    /// A newer version of the extension wrote it.
    Newer,
}

/// The reasons are ours, not the page's; this only keeps a bug of ours from filling the storage.
const MOST_REASONS: usize = 64;

impl Diagnostics {
    /// Adds `times` to the count of `reason`.
    pub fn count(&mut self, reason: &str, times: u64) {
        count(&mut self.refused, reason, times);
    }

    /// Counts a form of a request or an answer.
    pub fn count_form(&mut self, form: &str) {
        count(&mut self.forms, form, 1);
    }
}

fn count(counts: &mut BTreeMap<String, u64>, word: &str, times: u64) {
    if let Some(count) = counts.get_mut(word) {
        *count = count.saturating_add(times);
    } else if counts.len() < MOST_REASONS {
        counts.insert(word.to_owned(), times);
    }
}
