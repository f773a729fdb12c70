//! The fresh login: what the browser keeps of the site is cleared, and the page loaded anew to sign in again.
//!
//! From the click to the reload it waits twice for the browser: for the permission, which is asked for at the click and
//! given back afterwards, and for the clearing. The surface that was clicked may be closed by then, so it is the
//! background that goes on.

use super::{Attempt, Effect, State};
use crate::time::{MINUTE, UtcMillis};

/// A permission that comes later than this after the click was given for something else.
const PATIENCE: i64 = 2 * MINUTE;

/// A fresh login, from the click on.
#[derive(Clone, Debug, Default)]
pub(super) struct Login {
    /// When the user asked for one that still waits for the browser's permission.
    pub(super) wanted: Option<UtcMillis>,
}

impl Login {
    /// The permission is there, or was given for something else: whether one waits for it.
    fn take(&mut self, now: UtcMillis) -> bool {
        self.wanted.take().is_some_and(|wanted| (0..PATIENCE).contains(&now.since(wanted)))
    }
}

impl State {
    /// Notes that the user wants it; it begins with the permission.
    pub(super) fn want_login(&mut self, now: UtcMillis) {
        self.login.wanted = Some(now);
        self.unsaved.tabs = true;
    }

    /// The permission to clear what the browser keeps is there.
    pub(super) fn may_clear(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        self.unsaved.tabs |= self.login.wanted.is_some();
        if self.login.take(now) {
            effects.push(Effect::ClearSite);
        }
    }

    /// It is cleared, or could not be. From here on it is a fresh reload, with the same look at what it finds.
    pub(super) fn has_cleared(&mut self, cleared: bool, now: UtcMillis, effects: &mut Vec<Effect>) {
        if !cleared {
            return self.count_refused("site-not-cleared", 1);
        }
        self.note_attempt(Attempt::FreshLogin, now);
        self.reload(None, now, effects);
    }
}
