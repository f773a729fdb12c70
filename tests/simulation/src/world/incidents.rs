//! What happens to an account outside this browser's pages: bought tokens, gifts, other plans, other devices.

use super::agenda::Happening;
use super::persona::Elsewhere;
use super::{Browser, Parsed};
use crate::server::{Change, Instant, Offer, Wallet};
use crate::tally::Tally;
use refill_watch::state::Event;
use refill_watch::time::{HOUR, parse_timestamp};
use serde_json::json;

impl Browser {
    /// Draws one incident: bought tokens, a gift, or a change of plan.
    pub(super) fn befall(&mut self, account: usize, at: Instant) {
        let dice = &mut self.dice;
        let server = &mut self.accounts[account].server;
        let is_team = matches!(server.offer, Offer::Team(_));
        let tokens = |n: i64| u64::try_from(n).unwrap_or(0);
        let cycle_before = server.cycle_number;
        match dice.between(0, 99) {
            0..45 => server.top_up(tokens(dice.between(1, 30) * 100), at),
            45..65 => {
                let gift = if server.offer == Offer::Free {
                    dice.between(10, 50)
                } else {
                    dice.between(1, 10) * 100
                };
                server.grant(tokens(gift), at);
            }
            _ if is_team => server.top_up(tokens(dice.between(1, 30) * 1_000), at),
            65..82 => {
                if let Some(offer) = server.offer.larger() {
                    let (slug, restarts) = (offer.slug(dice), dice.chance(0.5));
                    server.upgrade(offer, slug, restarts, at, dice);
                }
            }
            82..87 => {
                if let Some(offer) = server.offer.smaller().filter(|offer| *offer != Offer::Free) {
                    let slug = offer.slug(dice);
                    server.downgrade_now(offer, slug, at);
                }
            }
            _ => {
                if let Some(offer) = server.offer.smaller() {
                    server.next_offer = Some((offer, offer.slug(dice)));
                }
            }
        }
        if server.cycle_number != cycle_before {
            self.schedule_job(account);
        }
        // Half of these happen in this browser, and its page asks for the balance again.
        let tab = self
            .tabs
            .iter()
            .rev()
            .find(|(_, tab)| tab.account == account)
            .map(|(id, tab)| (*id, tab.document));
        if let Some((tab, document)) = tab
            && self.awake
            && account == self.signed_in
            && self.dice.chance(0.5)
        {
            self.agenda.put(at + 2_000, Happening::Ask(tab, document));
        }
    }

    pub(super) fn schedule_elsewhere(&mut self, account: usize, now: Instant) {
        let wait = match self.persona.elsewhere {
            Elsewhere::No => return,
            Elsewhere::Phone { .. } => self.dice.between(4 * HOUR, 60 * HOUR),
            Elsewhere::Shared => self.dice.between(16 * HOUR, 32 * HOUR),
        };
        self.agenda.put(now + wait, Happening::Elsewhere(account));
    }

    pub(super) fn spend_elsewhere(&mut self, account: usize, at: Instant, tally: &mut Tally) {
        let cost = self.cost(account);
        let dice = &mut self.dice;
        let server = &mut self.accounts[account].server;
        let tokens = |n: i64| u64::try_from(n).unwrap_or(0);
        let spent = match self.persona.elsewhere {
            Elsewhere::Shared if server.cycle.is_daily() => {
                server.wallet.fast.saturating_sub(tokens(dice.between(0, 9)))
            }
            Elsewhere::Shared => server.offer.allotment() * tokens(dice.between(3, 15)) / 100,
            _ => cost * tokens(dice.between(1, 6)),
        };
        server.spend(spent, at, Change::SpentElsewhere);
        if self.persona.elsewhere == (Elsewhere::Phone { reports: true }) {
            let wallet = server.wallet;
            let pools = json!({"fast": wallet.fast, "rollover": wallet.rollover, "top-up": wallet.top_up});
            let is_team = self.accounts[account].owner.team.is_some();
            let pools = if is_team { json!({"team": wallet.fast}) } else { pools };
            let shown = at + self.persona.phone_clock;
            let answer = json!({"answered_at": refill_watch::UtcMillis(shown).to_string(), "pools": pools});
            self.undelivered.push((account, at, answer));
            if self.awake {
                self.deliver(at, tally);
            }
        }
        self.schedule_elsewhere(account, at);
    }

    /// Delivers what other devices reported while the computer slept, the newest first.
    pub(super) fn deliver(&mut self, at: Instant, tally: &mut Tally) {
        for (account, seen, answer) in std::mem::take(&mut self.undelivered).into_iter().rev() {
            let Some(id) = self.accounts[account].id.clone() else { continue };
            let Some(stamped) = answer["answered_at"].as_str().and_then(|text| parse_timestamp(text).ok())
            else {
                continue;
            };
            let Ok(event) = serde_json::from_value::<Event>(
                json!({"event": "device", "name": "phone", "account": id, "answer": answer}),
            ) else {
                continue;
            };
            let pools = &answer["pools"];
            let amount = |word: &str| pools[word].as_u64().unwrap_or(0);
            let fast = amount("fast") + amount("team");
            let wallet = Wallet { fast, rollover: amount("rollover"), top_up: amount("top-up") };
            self.send(event, at);
            self.accounts[account].tell(Parsed {
                stamped: stamped.0,
                asked: seen,
                served: seen,
                heard: at,
                wallet,
                date: None,
                slug: None,
                is_from_device: true,
            });
            self.judge_all(at, tally);
        }
    }
}
