//! The site's page in a tab: it loads, gets answers, shows a number, spends.

use super::agenda::Happening;
use super::persona::AfterSpending;
use super::{Browser, Shown, Tab, Told};
use crate::server::{Change, Instant, Offer, Shape, Wallet, answer};
use crate::tally::Tally;
use refill_watch::UtcMillis;
use refill_watch::state::{Event, TabChange, TabId};
use refill_watch::time::{Basis, SECOND};
use serde_json::{Value, json};

/// Answers without a balance: signed out, refused, empty, a page instead of data.
const FAILS: f64 = 0.02;
/// An answer arrives a second time.
const TWICE: f64 = 0.01;
/// The page keeps its former number although a new answer came.
const STUCK: f64 = 0.004;

impl Browser {
    pub(super) fn open_tab(&mut self, at: Instant, tally: &mut Tally) -> i64 {
        let id = self.next_tab;
        self.next_tab += 1;
        let tab = Tab {
            account: self.signed_in,
            document: 0,
            answer: None,
            failed: false,
            number: None,
            former: None,
        };
        self.tabs.push((id, tab));
        self.load(id, at, tally);
        id
    }

    /// A new document begins to load; it belongs to whoever is signed in now.
    pub(super) fn load(&mut self, id: i64, at: Instant, tally: &mut Tally) {
        let signed_in = self.signed_in;
        let Some(tab) = self.tab_mut(id) else { return };
        let former = tab.number.filter(|_| tab.account == signed_in);
        let document = tab.document + 1;
        *tab = Tab { account: signed_in, document, answer: None, failed: false, number: None, former };
        self.send(Event::Tab { tab: TabId(id), state: TabChange::Loaded }, at);
        self.judge(id, at, tally);
        let arrives = at + self.dice.between(300, 4 * SECOND);
        self.agenda.put(arrives, Happening::Answer(id, document));
    }

    pub(super) fn take_answer(&mut self, id: i64, document: u32, at: Instant, tally: &mut Tally) {
        let Some(account) = self.tab_mut(id).filter(|tab| tab.document == document).map(|tab| tab.account)
        else {
            return;
        };
        if self.dice.chance(FAILS) {
            self.fail(id, at);
            self.judge(id, at, tally);
            return;
        }
        let (usual, other) = self.persona.shapes;
        let shape = if self.dice.chance(0.9) { usual } else { other };
        self.send_balance(id, account, shape, at);
        let stamped = self.engine.believed(at);
        let wallet = self.accounts[account].server.wallet;
        self.accounts[account].tell(Told { stamped, at, wallet });
        if let Some(tab) = self.tab_mut(id) {
            tab.answer = Some(Shown { at, wallet });
            tab.failed = false;
        }
        if self.accounts[account].id.is_none() {
            let id = self.engine.status(id, at).account.map(|(id, _)| id.to_string());
            self.accounts[account].id = id;
        }
        if account == 0 {
            self.tell_settings(at + 1);
        }
        self.judge_all(at + 1, tally);
        let paints = at + self.dice.between(50, 1_500);
        self.agenda.put(paints, Happening::Paint(id, document));
        if self.dice.chance(TWICE) {
            self.agenda.put(at + self.dice.between(10, 3_000), Happening::Again(id, document));
        }
    }

    fn fail(&mut self, id: i64, at: Instant) {
        let body = match self.dice.between(0, 3) {
            0 => {
                json!({"errors": [{"message": "Could not verify JWT: JWTExpired", "extensions": {"code": "invalid-jwt"}}]})
            }
            1 => json!("<!doctype html><title>429 Too Many Requests</title>"),
            2 => json!({"data": {"user_details": []}}),
            _ => {
                json!({"errors": [{"message": "database query error", "extensions": {"code": "unexpected"}}]})
            }
        };
        self.send_body(id, body, None, at);
        if let Some(tab) = self.tab_mut(id) {
            tab.failed = true;
        }
        if self.dice.chance(0.7) {
            self.agenda.put(at + self.dice.between(5 * SECOND, 60 * SECOND), Happening::Reload(id));
        }
    }

    /// The same once more: the page asked twice, and the second answer says what is true then.
    pub(super) fn take_again(&mut self, id: i64, document: u32, at: Instant, tally: &mut Tally) {
        let Some(tab) = self.tab_mut(id).filter(|tab| tab.document == document && !tab.failed) else {
            return;
        };
        let (Some(shown), account) = (tab.answer, tab.account) else { return };
        if self.accounts[account].server.wallet != shown.wallet {
            return;
        }
        if let Some(tab) = self.tab_mut(id) {
            tab.answer = Some(Shown { at, ..shown });
        }
        self.send_balance(id, account, self.persona.shapes.0, at);
        let stamped = self.engine.believed(at);
        self.accounts[account].tell(Told { stamped, at, wallet: shown.wallet });
        self.judge(id, at, tally);
    }

    fn send_balance(&mut self, id: i64, account: usize, shape: Shape, at: Instant) {
        let known = &self.accounts[account];
        let body = answer(&known.server, &known.owner, shape);
        let team = known.owner.team.clone();
        self.send_body(id, body, team, at);
    }

    fn send_body(&mut self, id: i64, body: Value, team: Option<String>, at: Instant) {
        // The `Date` header counts whole seconds.
        let server_date = self.persona.server_date.then(|| UtcMillis(at / 1_000 * 1_000).to_string());
        if server_date.is_some() {
            self.clock_told_at = Some(at);
        }
        self.send(Event::Answer { tab: TabId(id), body, team, server_date }, at);
    }

    /// The page writes its number.
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

    /// The engine reads the page's number, where it can.
    fn show_number(&mut self, id: i64, at: Instant) {
        let Some(number) = self.tab_mut(id).and_then(|tab| tab.number) else { return };
        if self.persona.counter_is_read {
            let text = grouped(number, self.persona.separator);
            self.send(Event::Counter { tab: TabId(id), text }, at);
        }
    }

    /// What the engine has read of a tab's counter; empty where it has read none.
    #[must_use]
    pub fn counter_of(&self, id: i64) -> String {
        let tab = self.tabs.iter().find(|(known, _)| *known == id);
        let number = tab.and_then(|(_, tab)| tab.number).filter(|_| self.persona.counter_is_read);
        number.map_or_else(String::new, |number| grouped(number, self.persona.separator))
    }

    /// What a generation costs on such an account: larger plans make larger pictures, and more at once.
    pub(super) fn cost(&mut self, account: usize) -> u64 {
        let cost = self.dice.pick(&[2, 4, 8, 8, 10, 14, 24], 8);
        cost * match self.accounts[account].server.offer {
            Offer::Free => 1,
            Offer::Essential => 5,
            Offer::Premium => 12,
            Offer::Ultimate => 25,
            Offer::Team(_) => 15,
        }
    }

    pub(super) fn generate(&mut self, id: i64, at: Instant, tally: &mut Tally) {
        let Some((account, document)) =
            self.tab_mut(id).filter(|tab| tab.answer.is_some()).map(|t| (t.account, t.document))
        else {
            return;
        };
        if account != self.signed_in {
            return;
        }
        let cost = self.cost(account);
        if self.accounts[account].server.wallet.total() < cost {
            return;
        }
        let before = self.number_for(self.accounts[account].server.wallet);
        self.accounts[account].server.spend(cost, at, Change::SpentHere);
        self.accounts[account].spent_here.push((at, cost));
        // What that takes from the pools that the page counts.
        let counted = before - self.number_for(self.accounts[account].server.wallet);
        if self.persona.spending_is_read {
            self.accounts[account].spending_was_read = true;
            let in_the_answer = self.dice.chance(0.5);
            if in_the_answer {
                let body =
                    json!({"data": {"createGeneration": {"generationId": "g", "apiCreditCost": cost}}});
                self.send_body(id, body, None, at);
            } else {
                self.send(Event::Spend { tab: TabId(id), tokens: cost }, at);
            }
            self.judge(id, at, tally);
        }
        match self.persona.after_spending {
            AfterSpending::AsksAgain => {
                let arrives = at + self.dice.between(500, 2 * SECOND);
                self.agenda.put(arrives, Happening::Answer(id, document));
            }
            AfterSpending::TakesOff => {
                if let Some(tab) = self.tab_mut(id) {
                    tab.number = tab.number.map(|number| number.saturating_sub(counted));
                }
                self.show_number(id, at + 200);
                self.judge(id, at + 200, tally);
            }
        }
    }

    /// What the engine shows for an account in the end: how its hour is known, and when it refills next.
    pub(super) fn shown_schedule(&mut self, account: usize) -> (Option<Basis>, Option<Instant>) {
        let (tab, at) = (self.next_tab, self.end);
        self.next_tab += 1;
        self.send(Event::Tab { tab: TabId(tab), state: TabChange::Loaded }, at);
        self.send_balance(tab, account, self.persona.shapes.0, at);
        let status = self.engine.status(tab, at);
        status.primary().map_or((None, None), |row| (row.basis, row.next_refill.map(|next| next.0)))
    }

    fn tab_mut(&mut self, id: i64) -> Option<&mut Tab> {
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

/// The number with its thousands set apart.
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
