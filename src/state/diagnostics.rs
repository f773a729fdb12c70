//! What went wrong quietly, counted: a hidden failure is a defect.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of what was refused or failed, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Reason to times.
    #[serde(with = "crate::pairs")]
    pub refused: BTreeMap<String, u64>,
    /// The forms in which the site asked and answered, to times: what it sends, and nothing of what stands in it.
    #[serde(default, with = "crate::pairs")]
    pub forms: BTreeMap<String, u64>,
    /// What storage held that could not be taken in, in words for a developer; each was kept aside.
    pub set_aside: Vec<SetAside>,
    /// Storage takes or gives nothing at present. Not stored.
    #[serde(skip)]
    pub storage_fails: bool,
    /// The user has taken back the access to the site. Not stored.
    #[serde(skip)]
    pub access_lost: bool,
}

/// A stored value that was kept aside instead of being read.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SetAside {
    /// The key it stood under.
    pub key: String,
    /// The key it stands under now.
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

/// The reasons are ours, not the page's; this only guards against a mistake of ours growing the storage.
const MOST_REASONS: usize = 64;

impl Diagnostics {
    /// Counts `times` more of `reason`.
    pub fn count(&mut self, reason: &str, times: u64) {
        count(&mut self.refused, reason, times);
    }

    /// Counts one more of a form that the site asked or answered in.
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
