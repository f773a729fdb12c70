//! One-time messages: what the banner is, when it first meets an account; and that the toolbar button can be pinned.

use super::{State, TabId};
use crate::time::{DAY, DeviceTime, MINUTE, UtcMillis};
use serde::{Deserialize, Serialize};

/// The introduction stays until the user presses something on the banner, but no longer than this.
const INTRODUCES: i64 = DAY;
/// The suggestion lasts as long as one reads a popup, and does not come back.
const SUGGESTS: i64 = 10 * MINUTE;

/// Which one-time messages the user has had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FirstRun {
    /// When the first account appeared.
    met_at: Option<UtcMillis>,
    /// The user knows what the banner is.
    is_introduced: bool,
    /// When a popup first opened while the button was not in the toolbar.
    unpinned_at: Option<UtcMillis>,
    /// The button is in the toolbar, or the user dismissed the suggestion.
    is_pinned: bool,
}

impl State {
    /// Whether the banner introduces itself.
    #[must_use]
    pub fn introduces(&self, now: UtcMillis) -> bool {
        let first = &self.banner.first_run;
        !first.is_introduced
            && first.met_at.is_some_and(|met_at| (0..INTRODUCES).contains(&now.since(met_at)))
    }

    /// Whether we need to know if the button is in the toolbar: it has a number to show, and the suggestion has not
    /// been made.
    #[must_use]
    pub fn wants_pin_state(&self) -> bool {
        let first = &self.banner.first_run;
        !self.accounts.known.is_empty() && !first.is_pinned && first.unpinned_at.is_none()
    }

    /// Notes whether the button is in the toolbar.
    pub fn note_pin(&mut self, is_pinned: bool, now: DeviceTime) {
        let at = self.corrected(now);
        let first = &mut self.banner.first_run;
        first.is_pinned |= is_pinned;
        if !is_pinned && first.unpinned_at.is_none() {
            first.unpinned_at = Some(at);
        }
        self.unsaved.meta = true;
    }

    /// Whether the popup suggests pinning the button.
    #[must_use]
    pub fn suggests_pin(&self, now: UtcMillis) -> bool {
        let first = &self.banner.first_run;
        !first.is_pinned && first.unpinned_at.is_some_and(|at| (0..SUGGESTS).contains(&now.since(at)))
    }

    /// Notes that an account was answered.
    pub(super) fn note_first_account(&mut self, at: UtcMillis) {
        if self.banner.first_run.met_at.is_none() {
            self.banner.first_run.met_at = Some(at);
            self.unsaved.meta = true;
        }
    }

    /// The user pressed something; whoever presses something on a banner knows what it is.
    pub(super) fn note_use(&mut self, tab: Option<TabId>) {
        if tab.is_some() {
            self.banner.first_run.is_introduced = true;
        }
    }

    /// The user has read a one-time message.
    pub(super) fn dismiss_hint(&mut self, tab: Option<TabId>) {
        if tab.is_none() {
            self.banner.first_run.is_pinned = true;
        }
    }
}
