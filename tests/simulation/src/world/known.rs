//! An account as one browser knows it: what answers told, and what the browser has spent itself.

use super::requests::Served;
use crate::server::{Change, Instant, Owner, Server, Wallet};
use crate::truth;

/// What one answer told this browser about an account, directly or through a reporting device.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// When it was asked for, as the engine has it.
    pub stamped: Instant,
    /// When it was truly asked for; for a cached answer, when the cache stored it.
    pub asked: Instant,
    /// When the server read the balance.
    pub served: Instant,
    /// When this browser heard of it.
    pub heard: Instant,
    /// The balance in it.
    pub wallet: Wallet,
    /// The renewal date in it.
    pub date: Option<Instant>,
    /// The plan's slug in it.
    pub slug: Option<String>,
    /// Whether another device reported it.
    pub is_from_device: bool,
}

/// The cost of one generation in this browser.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// When the generation was asked for.
    pub asked: Instant,
    /// When the server booked its cost.
    pub booked: Instant,
    /// How many tokens.
    pub tokens: u64,
    /// Whether the page told it.
    pub is_told: bool,
}

/// An account, with the truth about it and what this browser was told.
pub struct Known {
    /// The account on the server: the truth.
    pub server: Server,
    /// How answers name it.
    pub owner: Owner,
    /// The engine's id for it, once it has one.
    pub id: Option<String>,
    /// Every answer with a balance, in the order in which the server read them.
    pub told: Vec<Parsed>,
    /// What the answers could teach about the hour of its refills.
    pub brackets: truth::Brackets,
    /// The plan at the newest answer. When it changes, a user who made settings by hand takes them back.
    pub told_plan: String,
    /// What was spent in this browser.
    pub own: Vec<Own>,
    /// When the last generation was asked for.
    pub generated_at: Instant,
    /// How many costs the page has told for this account.
    pub costs_told: u32,
    /// How many falls between two answers prove that somebody else spends: more is gone than this browser spent, told
    /// or not.
    pub falls_seen: u32,
    /// How many falls between two answers exceed the told costs.
    pub unread_falls: u32,
    /// The newest answers, which a cache may serve again.
    pub(super) kept: Vec<Served>,
}

impl Known {
    /// Records an answer.
    pub(super) fn tell(&mut self, told: Parsed) {
        self.brackets.answered(&self.server, &told);
        if let Some(before) = self.told.iter().rev().find(|before| before.served < told.served) {
            let span = before.served..told.served;
            let elsewhere =
                |(at, change): &(Instant, Change)| *change == Change::SpentElsewhere && span.contains(at);
            let here = |told_only: bool| -> u64 {
                let own = self.own.iter().rev().take(60);
                own.filter(|own| span.contains(&own.booked) && (own.is_told || !told_only))
                    .map(|own| own.tokens)
                    .sum()
            };
            let (was, is) = (before.wallet.total(), told.wallet.total());
            if self.costs_told > 0
                && is + here(false) < was
                && self.server.changes.iter().rev().take(40).any(elsewhere)
            {
                self.falls_seen += 1;
            }
            if is + here(true) < was {
                self.unread_falls += 1;
            }
        }
        let place = self.told.partition_point(|other| other.served <= told.served);
        self.told.insert(place, told);
    }

    /// Tokens in told costs that the server booked in `(from, to]`.
    #[must_use]
    pub fn told_costs(&self, from: Instant, to: Instant) -> u64 {
        let own = self.own.iter().rev().take_while(|own| own.booked > from);
        own.filter(|own| own.is_told && own.booked <= to).map(|own| own.tokens).sum()
    }
}

/// The answer that a page is built on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// When the page asked, if the engine is told; otherwise when the answer arrived.
    pub requested: Instant,
    /// When it was truly asked for; for a cached answer, when the cache stored it.
    pub asked: Instant,
    /// When the server read the balance.
    pub served: Instant,
    /// When it arrived.
    pub heard: Instant,
    /// The balance in it.
    pub wallet: Wallet,
    /// The renewal date in it.
    pub date: Option<Instant>,
}
