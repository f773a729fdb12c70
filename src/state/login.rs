//! The fresh login: clear what the browser stores for the site, and reload the page to sign in again.
//!
//! Between click and reload it waits for the browser twice: for the permission, asked for at the click and given back
//! afterwards, and for the clearing. The surface may be closed by then, so the background carries it through.

use super::{Attempt, Effect, State};
use crate::time::{MINUTE, UtcMillis};

/// A permission that arrives later than this after the click was granted for something else.
const PATIENCE: i64 = 2 * MINUTE;

/// A fresh login, from the click on.
#[derive(Clone, Debug, Default)]
pub(super) struct Login {
    /// When the user asked for one that still waits for the browser's permission.
    pub(super) wanted: Option<UtcMillis>,
}

impl Login {
    /// The permission was granted, perhaps for something else. Returns whether a fresh login waits for it.
    fn take(&mut self, now: UtcMillis) -> bool {
        self.wanted.take().is_some_and(|wanted| (0..PATIENCE).contains(&now.since(wanted)))
    }
}

impl State {
    /// Notes that the user wants one; it starts with the permission.
    pub(super) fn want_login(&mut self, now: UtcMillis) {
        self.login.wanted = Some(now);
        self.unsaved.tabs = true;
    }

    /// The browser granted the permission to clear.
    pub(super) fn may_clear(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        self.unsaved.tabs |= self.login.wanted.is_some();
        if self.login.take(now) {
            effects.push(Effect::ClearSite);
        }
    }

    /// It was cleared, or could not be. From here on it is a fresh reload that reports what it finds.
    pub(super) fn has_cleared(&mut self, cleared: bool, now: UtcMillis, effects: &mut Vec<Effect>) {
        if !cleared {
            return self.count_refused("site-not-cleared", 1);
        }
        self.note_attempt(Attempt::FreshLogin, now);
        self.reload(None, now, effects);
    }
}
