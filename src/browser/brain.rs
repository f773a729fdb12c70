//! The one state in memory, and what is known of what the browser already shows.

use super::intl::Intl;
use super::retry::Retries;
use crate::State;
use crate::protocol::Reply;
use crate::state::{TabId, Unsaved};
use crate::time::DeviceTime;
use crate::view::{Badge, Words};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a banner looks like, as far as it needs to know. Most pages never see the card, and a style sheet that is
/// parsed costs them time.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    /// For a pill or a line.
    pub(super) folded: String,
    /// For the open card too.
    pub(super) whole: String,
}

/// The state and the memory of one life of the background.
pub(super) struct Brain {
    pub(super) state: State,
    pub(super) locale: Intl,
    /// The folder of the language that `locale` speaks; empty until its words are here.
    pub(super) spoken: &'static str,
    /// The style sheets, for the banner's shadow root.
    pub(super) styles: Styles,
    /// The extension's own id and origin, by which senders are known.
    pub(super) own_id: String,
    pub(super) own_origin: String,
    /// False when storage could not be read: writing would wipe what is in it.
    pub(super) may_write: bool,
    /// What storage did not take, for the next write.
    pub(super) unwritten: Vec<Unsaved>,
    /// When that is tried again by itself.
    pub(super) retries: Retries,
    /// What each banner was last sent.
    pub(super) banners: BTreeMap<TabId, Look>,
    /// The badge as it was last set.
    pub(super) badge: Option<Badge>,
    /// When the alarm is set for.
    pub(super) alarm: Option<DeviceTime>,
    /// Wakes the state before the alarm can; it lives as long as the background is awake.
    pub(super) timer: Option<Timeout>,
    /// The candidate that was found to be the page's counter, for the reply under way.
    pub(super) counter: Option<usize>,
    /// A text for the clipboard, for the reply under way.
    pub(super) copy: Option<String>,
    /// It serves private windows: it keeps nothing and touches nothing that other windows show.
    pub(super) private: bool,
}

/// What two views must share to be the same to the reader: all but the wait, which is counted from now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look {
    view: String,
    sums: Vec<String>,
    ask_again_at: Option<DeviceTime>,
}

impl Look {
    /// How `reply` looks that is made at `now`.
    pub(super) fn of(reply: &Reply, now: DeviceTime) -> Self {
        Self {
            view: reply.view.clone(),
            sums: reply.sums.clone(),
            ask_again_at: reply.ask_again_ms.map(|wait| now.plus(wait)),
        }
    }
}

impl Brain {
    /// A brain that shows nothing yet, and speaks no language until its words are here.
    pub(super) fn new(
        state: State,
        spoken: &'static str,
        styles: Styles,
        own_id: String,
        own_origin: String,
    ) -> Self {
        Self {
            state,
            locale: Intl::new(Words::default(), spoken),
            spoken,
            styles,
            own_id,
            own_origin,
            may_write: true,
            unwritten: Vec::new(),
            retries: Retries::default(),
            banners: BTreeMap::new(),
            badge: None,
            alarm: None,
            timer: None,
            counter: None,
            copy: None,
            private: false,
        }
    }

    /// One for private windows, with the settings of this one.
    fn for_private_windows(&self) -> Self {
        let mut state = State::default();
        state.banner = self.state.banner.clone();
        state.browser = self.state.browser.clone();
        Self {
            locale: self.locale.again(),
            may_write: false,
            private: true,
            ..Self::new(state, self.spoken, self.styles.clone(), self.own_id.clone(), self.own_origin.clone())
        }
    }
}

thread_local! {
    static BRAIN: RefCell<Option<Brain>> = const { RefCell::new(None) };
    static PRIVATE: RefCell<Option<Brain>> = const { RefCell::new(None) };
}

/// Puts the brain in its place.
pub(super) fn install(brain: Brain) {
    BRAIN.with(|cell| cell.replace(Some(brain)));
}

/// Lends the brain out; the default before the start. Whatever is done with it is done in one turn, so that two events
/// never interleave: nothing may wait for the browser in here.
pub(super) fn with<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    BRAIN.with(|cell| cell.borrow_mut().as_mut().map(f)).unwrap_or_default()
}

/// Whether a private window has been heard of.
pub(super) fn has_private() -> bool {
    PRIVATE.with(|cell| cell.borrow().is_some())
}

/// Lends out the brain of private windows, made from the other one's settings when it is first needed.
pub(super) fn with_private<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    if !has_private() {
        let brain = BRAIN.with(|cell| cell.borrow().as_ref().map(Brain::for_private_windows));
        PRIVATE.with(|cell| cell.replace(brain));
    }
    PRIVATE.with(|cell| cell.borrow_mut().as_mut().map(f)).unwrap_or_default()
}

/// Private windows speak the language that the others speak.
pub(super) fn speak_in_private(locale: &Intl) {
    PRIVATE.with(|cell| {
        if let Some(brain) = cell.borrow_mut().as_mut() {
            brain.locale = locale.again();
        }
    });
}

/// What the computer's clock shows.
pub(super) fn now() -> DeviceTime {
    DeviceTime(js_sys::Date::now() as i64)
}
