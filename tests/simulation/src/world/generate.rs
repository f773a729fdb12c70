//! Generations: they cost tokens, some fail, and the page may or may not tell their cost.

use super::agenda::Happening;
use super::persona::{AfterSpending, TeamUse};
use super::{Browser, Own};
use crate::server::{Change, Instant, Offer, Wallet};
use crate::tally::Tally;
use refill_watch::balance::Operation;
use refill_watch::state::{Answer, Event, TabId};
use refill_watch::time::{MINUTE, SECOND};
use serde_json::{Value, json};

/// A generation of this browser.
#[derive(Clone, Copy, Debug)]
pub struct Generation {
    tab: i64,
    document: u32,
    /// The account whose page asked for it; `payer` is the one that pays.
    account: usize,
    payer: usize,
    cost: u64,
    asked: Instant,
    paid: Wallet,
    is_told: bool,
}

impl Browser {
    /// Draws the cost of a generation, in tokens: users of larger plans make larger pictures, and more at once.
    pub(super) fn cost(&mut self, account: usize) -> u64 {
        let cost = self.dice.pick(&[2, 4, 8, 8, 10, 14, 24], 8);
        // A few are videos.
        let video = if self.dice.chance(0.04) { 12 } else { 1 };
        cost * match self.accounts[account].server.offer {
            Offer::Free => 1,
            Offer::Essential => 5 * video,
            Offer::Premium => 12 * video,
            Offer::Ultimate => 25 * video,
            Offer::Team(_) => 15 * video,
        }
    }

    /// The account that pays for generations in this one's workspace.
    pub(super) fn payer(&self, account: usize) -> usize {
        let team = self.accounts.iter().position(|known| known.owner.team.is_some());
        team.filter(|_| self.persona.team == TeamUse::Untold && account == 0).unwrap_or(account)
    }

    /// The user asks for a generation.
    pub(super) fn generate(&mut self, id: i64, at: Instant) {
        let Some((account, document)) =
            self.tab_mut(id).filter(|tab| tab.answer.is_some()).map(|tab| (tab.account, tab.document))
        else {
            return;
        };
        if account != self.signed_in {
            return;
        }
        let payer = self.payer(account);
        let cost = self.cost(payer);
        if self.accounts[payer].server.wallet.total() < cost {
            return;
        }
        let number = self.next_request;
        self.next_request += 1;
        let is_told = self.dice.chance(self.persona.tells);
        let paid = Wallet::default();
        self.accounts[payer].generated_at = at;
        let generation = Generation { tab: id, document, account, payer, cost, asked: at, paid, is_told };
        self.generations.insert(number, generation);
        let answered = at + self.dice.between(300, 2 * SECOND);
        self.agenda.put(answered, Happening::TellCost(number));
        let is_late = self.dice.chance(self.plot.rates.unbooked);
        let booked = if is_late { answered + self.dice.between(SECOND, 20 * SECOND) } else { at + 100 };
        self.agenda.put(booked, Happening::Book(number));
        if self.dice.chance(self.plot.rates.returned) {
            self.agenda.put(booked + self.dice.between(MINUTE, 15 * MINUTE), Happening::GiveBack(number));
        }
        if self.dice.chance(self.plot.rates.overlapping) {
            self.agenda.put(at + self.dice.between(200, 2 * SECOND), Happening::Generate(id));
        }
    }

    /// The server books the cost.
    pub(super) fn book(&mut self, number: u64, at: Instant) {
        let Some(generation) = self.generations.get_mut(&number) else { return };
        let known = &mut self.accounts[generation.payer];
        generation.paid = known.server.spend(generation.cost, at, Change::SpentHere);
        known.own.push(Own {
            asked: generation.asked,
            booked: at,
            tokens: generation.paid.total(),
            is_told: generation.is_told && generation.account == generation.payer,
        });
    }

    /// The generation's own answer arrives.
    pub(super) fn tell_cost(&mut self, number: u64, at: Instant, tally: &mut Tally) {
        let Some(generation) = self.generations.get(&number).copied() else { return };
        let Generation { tab: id, document, account, payer, cost, asked, .. } = generation;
        let is_there = self.awake && self.tab_mut(id).is_some_and(|tab| tab.document == document);
        if !is_there {
            self.untold(number);
            return;
        }
        let price = if generation.is_told {
            json!({"amount": cost.to_string(), "unit": "CREDITS"})
        } else {
            Value::Null
        };
        let body = json!({"data": {"generate": {"generationId": format!("g{number}"), "apiCreditCost": null,
            "cost": price, "__typename": "SDGenerationOutput"}}});
        let team = self.accounts[account].owner.team.clone().filter(|_| self.persona.team == TeamUse::Header);
        let asked_at = self.persona.asked_is_told.then(|| self.engine.raw(asked).to_string());
        let operation = Some(Operation::Mutation);
        self.send(Event::Answer(Answer { team, asked_at, operation, ..Answer::new(TabId(id), body) }), at);
        if generation.is_told && account == payer {
            self.accounts[payer].costs_told += 1;
        }
        self.judge(id, at, tally);
        match self.persona.after_spending {
            AfterSpending::AsksAgain => {
                self.ask(id, document, at + 50);
                if self.dice.chance(0.5) {
                    // Some pages ask again when the picture is there.
                    let done = at + self.dice.between(8 * SECOND, 90 * SECOND);
                    self.agenda.put(done, Happening::Ask(id, document));
                }
            }
            AfterSpending::TakesOff => {
                if account != payer {
                    return;
                }
                // The page takes off what came from the pools it shows, whether or not the server has booked it.
                let now = self.accounts[account].server.wallet;
                let (mut had, mut has) = (now, now);
                if generation.paid == Wallet::default() {
                    has.spend(cost);
                } else {
                    had.put(generation.paid);
                }
                let counted = self.number_for(had) - self.number_for(has);
                if let Some(tab) = self.tab_mut(id) {
                    tab.number = tab.number.map(|number| number.saturating_sub(counted));
                }
                self.show_number(id, at + 200);
                self.judge(id, at + 200, tally);
            }
        }
    }

    /// Marks a cost as untold: nobody was there to hear it.
    fn untold(&mut self, number: u64) {
        let Some(generation) = self.generations.get_mut(&number) else { return };
        generation.is_told = false;
        let (payer, asked) = (generation.payer, generation.asked);
        for own in self.accounts[payer].own.iter_mut().rev().filter(|own| own.asked == asked) {
            own.is_told = false;
        }
    }

    /// A failed generation's cost comes back.
    pub(super) fn give_back(&mut self, number: u64, at: Instant) {
        let Some(generation) = self.generations.get(&number) else { return };
        let (payer, paid) = (generation.payer, generation.paid);
        if paid.total() > 0 {
            self.accounts[payer].server.give_back(paid, at);
        }
    }
}
