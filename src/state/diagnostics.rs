//! What went wrong quietly, counted: a hidden failure is a defect.

use crate::stored::{stored_struct, stored_words};
use litemap::LiteMap;

/// Counts of what was refused or failed, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// Reason to times.
    pub refused: LiteMap<String, u64>,
    /// What storage held that could not be taken in, in words for a developer; each was kept aside.
    pub set_aside: Vec<SetAside>,
    /// Storage takes or gives nothing at present. Not stored.
    pub storage_fails: bool,
    /// The user has taken back the access to the site. Not stored.
    pub access_lost: bool,
}

stored_struct!(Diagnostics { refused, set_aside });

/// A stored value that was kept aside instead of being read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SetAside {
    /// The key it stood under.
    pub key: String,
    /// The key it stands under now.
    pub kept_as: String,
    /// Why.
    pub why: Why,
}

stored_struct!(SetAside { key, kept_as, why });

/// Why a stored value was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Why {
    /// It is not what this or any earlier version writes.
    #[default]
    Corrupt,
    /// A newer version of the extension wrote it.
    Newer,
}

stored_words!(Why { Corrupt = "corrupt", Newer = "newer" });

/// The reasons are ours, not the page's; this only guards against a mistake of ours growing the storage.
const MOST_REASONS: usize = 64;

impl Diagnostics {
    /// Counts `times` more of `reason`.
    pub fn count(&mut self, reason: &str, times: u64) {
        if let Some(count) = self.refused.get_mut(reason) {
            *count = count.saturating_add(times);
        } else if self.refused.len() < MOST_REASONS {
            self.refused.insert(reason.to_owned(), times);
        }
    }
}
