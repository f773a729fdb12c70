//! The site's page in a tab: it loads, asks for the balance, shows a number.

use super::agenda::Happening;
use super::{Browser, Tab};
use crate::server::{Instant, Wallet};
use crate::tally::Tally;
use refill_watch::state::{Event, TabChange, TabId};
use refill_watch::time::{Basis, SECOND};

/// Share of documents that ask for the balance twice.
const TWICE: f64 = 0.01;
/// Share of new answers after which the page keeps its former number.
const STUCK: f64 = 0.004;

impl Browser {
    pub(super) fn open_tab(&mut self, at: Instant, tally: &mut Tally) -> i64 {
        let id = self.next_tab;
        self.next_tab += 1;
        let tab = Tab {
            account: self.signed_in,
            document: 0,
            answer: None,
            failed: None,
            number: None,
            former: None,
        };
        if self.tabs.is_empty() {
            self.open_spans.push((at, Instant::MAX));
        }
        self.tabs.push((id, tab));
        self.load(id, at, tally);
        id
    }

    /// A new document starts to load, for whoever is signed in now.
    pub(super) fn load(&mut self, id: i64, at: Instant, tally: &mut Tally) {
        let signed_in = self.signed_in;
        let Some(tab) = self.tab_mut(id) else { return };
        let former = tab.number.filter(|_| tab.account == signed_in);
        let document = tab.document + 1;
        *tab = Tab { account: signed_in, document, answer: None, failed: None, number: None, former };
        self.send(Event::Tab { tab: TabId(id), state: TabChange::Loaded }, at);
        self.judge(id, at, tally);
        let asks = at + self.dice.between(100, 2 * SECOND);
        self.agenda.put(asks, Happening::Ask(id, document));
        if self.dice.chance(TWICE) {
            self.agenda.put(asks + self.dice.between(10, 3_000), Happening::Ask(id, document));
        }
    }

    /// The page shows its number.
    pub(super) fn paint(&mut self, id: i64, document: u32, at: Instant, tally: &mut Tally) {
        let is_stuck = self.dice.chance(STUCK);
        let kind = self.persona.counter_shows;
        let Some(tab) = self.tab_mut(id).filter(|tab| tab.document == document) else { return };
        let Some(shown) = tab.answer else { return };
        let number = sum(shown.wallet, kind);
        let former = tab.number.or(tab.former);
        tab.number = Some(if is_stuck { former.unwrap_or(number) } else { number });
        self.show_number(id, at);
        self.judge(id, at, tally);
    }

    /// The engine reads the page's number, if the counter can be read.
    pub(super) fn show_number(&mut self, id: i64, at: Instant) {
        let Some(number) = self.tab_mut(id).and_then(|tab| tab.number) else { return };
        if self.persona.counter_is_read {
            let text = grouped(number, self.persona.separator);
            self.send(Event::Counter { tab: TabId(id), text }, at);
        }
    }

    /// What the engine has read from a tab's counter; empty if it has read nothing.
    #[must_use]
    pub fn counter_of(&self, id: i64) -> String {
        let tab = self.tabs.iter().find(|(known, _)| *known == id);
        let number = tab.and_then(|(_, tab)| tab.number).filter(|_| self.persona.counter_is_read);
        number.map_or_else(String::new, |number| grouped(number, self.persona.separator))
    }

    /// What the engine shows for an account at the end: how it knows the refill hour, and when it expects the next
    /// one.
    pub(super) fn shown_schedule(&mut self, account: usize) -> (Option<Basis>, Option<Instant>) {
        let (tab, at) = (self.next_tab, self.end);
        self.next_tab += 1;
        self.send(Event::Tab { tab: TabId(tab), state: TabChange::Loaded }, at);
        let served = self.read(account, self.persona.shapes.0, at);
        self.deliver_answer(tab, account, at, served, None, at);
        let status = self.engine.status(tab, at);
        status.primary().map_or((None, None), |row| (row.basis, row.next_refill.map(|next| next.0)))
    }

    pub(super) fn tab_mut(&mut self, id: i64) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|(known, _)| *known == id).map(|(_, tab)| tab)
    }

    /// The number that a page showing `wallet` would have.
    #[must_use]
    pub fn number_for(&self, wallet: Wallet) -> u64 {
        sum(wallet, self.persona.counter_shows)
    }
}

fn sum(wallet: Wallet, (with_rollover, with_top_up): (bool, bool)) -> u64 {
    wallet.fast
        + if with_rollover { wallet.rollover } else { 0 }
        + if with_top_up { wallet.top_up } else { 0 }
}

/// The number with `separator` between its thousands.
fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}
