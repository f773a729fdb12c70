//! The one state in memory, and what is known of what the browser already shows.

use super::intl::Intl;
use crate::State;
use crate::state::{TabId, Unsaved};
use crate::time::UtcMillis;
use crate::view::Badge;
use litemap::LiteMap;
use std::cell::RefCell;

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
    /// What each banner was last sent.
    pub(super) banners: LiteMap<TabId, String>,
    /// The badge as it was last set.
    pub(super) badge: Option<Badge>,
    /// When the alarm is set for.
    pub(super) alarm: Option<UtcMillis>,
    /// The candidate that was found to be the page's counter, for the reply under way.
    pub(super) watch: Option<usize>,
    /// A text for the clipboard, for the reply under way.
    pub(super) copy: Option<String>,
    /// It serves private windows: it keeps nothing and touches nothing that other windows show.
    pub(super) private: bool,
}

thread_local! {
    static BRAIN: RefCell<Option<Brain>> = const { RefCell::new(None) };
    static PRIVATE: RefCell<Option<Brain>> = const { RefCell::new(None) };
}

/// Puts the brain in its place.
pub(super) fn install(brain: Brain) {
    BRAIN.with(|cell| cell.replace(Some(brain)));
}

/// Lends the brain out; the default before the start.
pub(super) fn with<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    BRAIN.with(|cell| cell.borrow_mut().as_mut().map(f)).unwrap_or_default()
}

/// Whether a private window has been heard of.
pub(super) fn has_private() -> bool {
    PRIVATE.with(|cell| cell.borrow().is_some())
}

/// Lends out the brain of private windows, made from the other one's settings when it is first needed.
pub(super) fn with_private<R: Default>(f: impl FnOnce(&mut Brain) -> R) -> R {
    let made = PRIVATE.with(|cell| cell.borrow().is_some());
    if !made {
        let brain = BRAIN.with(|cell| {
            let cell = cell.borrow();
            let brain = cell.as_ref()?;
            let mut state = State::default();
            state.banner = brain.state.banner.clone();
            state.browser = brain.state.browser.clone();
            Some(Brain {
                state,
                locale: brain.locale.again(),
                spoken: brain.spoken,
                styles: brain.styles.clone(),
                own_id: brain.own_id.clone(),
                own_origin: brain.own_origin.clone(),
                may_write: false,
                unwritten: Vec::new(),
                banners: LiteMap::new(),
                badge: None,
                alarm: None,
                watch: None,
                copy: None,
                private: true,
            })
        });
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

/// The time.
pub(super) fn now() -> UtcMillis {
    UtcMillis(js_sys::Date::now() as i64)
}
