//! The one state in memory, and what the browser already shows of it.

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

/// What a banner looks like, to choose its style sheet. Most pages never show the card, and parsing its style sheet
/// would cost them time.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    /// For a pill or a line.
    pub(super) folded: String,
    /// For the open card too.
    pub(super) whole: String,
}

/// The state, and the memory of one life of the background.
pub(super) struct Brain {
    pub(super) state: State,
    pub(super) locale: Intl,
    /// The folder of the language in `locale`; empty until its words have loaded.
    pub(super) spoken: &'static str,
    /// The style sheets for the banner's shadow root.
    pub(super) styles: Styles,
    /// The extension's own id and origin, to recognise senders by.
    pub(super) own_id: String,
    pub(super) own_origin: String,
    /// False if storage could not be read: a write would wipe what is there.
    pub(super) may_write: bool,
    /// What storage refused, for the next write.
    pub(super) unwritten: Vec<Unsaved>,
    /// The timer for the next try.
    pub(super) retries: Retries,
    /// What each banner was last sent.
    pub(super) banners: BTreeMap<TabId, Look>,
    /// The badge as it was last set.
    pub(super) badge: Option<Badge>,
    /// The time the alarm is set for.
    pub(super) alarm: Option<DeviceTime>,
    /// Wakes the state before the alarm can; it lives only while the background is awake.
    pub(super) timer: Option<Timeout>,
    /// The candidate found to be the page's counter, for the current reply.
    pub(super) counter: Option<usize>,
    /// A text for the clipboard, for the current reply.
    pub(super) copy: Option<String>,
    /// This one serves private windows: it stores nothing and changes nothing that other windows show.
    pub(super) private: bool,
}

/// What makes two views look the same to the reader: everything but the wait, which counts from now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look {
    view: String,
    sums: Vec<String>,
    ask_again_at: Option<DeviceTime>,
}

impl Look {
    /// How `reply`, made at `now`, looks.
    pub(super) fn of(reply: &Reply, now: DeviceTime) -> Self {
        Self {
            view: reply.view.clone(),
            sums: reply.sums.clone(),
            ask_again_at: reply.ask_again_ms.map(|wait| now.plus(wait)),
        }
    }
}

impl Brain {
    /// A brain that shows nothing yet and has no language until the words load.
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

    /// A brain for private windows, with this one's settings.
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

/// Lends the brain out; the default before the start. It is lent for one turn, so that two events never interleave:
/// nothing in here may wait for the browser.
pub(super) fn with<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    BRAIN.with(|cell| cell.borrow_mut().as_mut().map(f)).unwrap_or_default()
}

/// Whether there has been a private window.
pub(super) fn has_private() -> bool {
    PRIVATE.with(|cell| cell.borrow().is_some())
}

/// Lends out the brain for private windows, made from the main one's settings when first needed.
pub(super) fn with_private<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    if !has_private() {
        let brain = BRAIN.with(|cell| cell.borrow().as_ref().map(Brain::for_private_windows));
        PRIVATE.with(|cell| cell.replace(brain));
    }
    PRIVATE.with(|cell| cell.borrow_mut().as_mut().map(f)).unwrap_or_default()
}

/// Private windows use the same language as the others.
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
