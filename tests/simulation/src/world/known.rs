//! An account as one browser knows it: what it was told, and what it has spent itself.

use super::requests::Served;
use crate::server::{Change, Instant, Owner, Server, Wallet};
use crate::truth;

/// What this browser was told of an account by one answer, here or from a reporting device.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The instant that the engine gave it.
    pub stamped: Instant,
    /// When it was truly asked for; of an answer out of a cache, when that took it in.
    pub asked: Instant,
    /// When the server said so.
    pub served: Instant,
    /// When this browser heard of it.
    pub heard: Instant,
    /// What it said.
    pub wallet: Wallet,
    /// The renewal date that it told.
    pub date: Option<Instant>,
    /// The plan that it named.
    pub slug: Option<String>,
    /// Another device told it.
    pub is_from_device: bool,
}

/// A cost of this browser's own.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// When the generation was asked for.
    pub asked: Instant,
    /// When the server booked its cost.
    pub booked: Instant,
    /// How many tokens.
    pub tokens: u64,
    /// The page told it.
    pub is_told: bool,
}

/// An account, and what this browser was told of it.
pub struct Known {
    /// The truth.
    pub server: Server,
    /// How answers name it.
    pub owner: Owner,
    /// The engine's name for it.
    pub id: Option<String>,
    /// Every answer with balances, in the order in which the server said so.
    pub told: Vec<Parsed>,
    /// What could be learned of the hour of its refills.
    pub brackets: truth::Brackets,
    /// The plan when an answer last told of it: a user who set the plan by hand takes that back after a change.
    pub told_plan: String,
    /// What was spent in this browser.
    pub own: Vec<Own>,
    /// When the last generation was asked for.
    pub generated_at: Instant,
    /// How many costs this browser was told in this account.
    pub costs_told: u32,
    /// How often a fall that someone else's spending made could be seen in what was told, and could not have been
    /// unread spending of this browser.
    pub falls_seen: u32,
    /// How often a fall that no told cost explains could be seen.
    pub unread_falls: u32,
    /// The newest bodies, that a cache may hand out again.
    pub(super) kept: Vec<Served>,
}

impl Known {
    /// Notes what this browser was told.
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

    /// What this browser was told to have cost in `(from, to]`, by when it was booked.
    #[must_use]
    pub fn told_costs(&self, from: Instant, to: Instant) -> u64 {
        let own = self.own.iter().rev().take_while(|own| own.booked > from);
        own.filter(|own| own.is_told && own.booked <= to).map(|own| own.tokens).sum()
    }
}

/// What a page is built on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// When the page asked, where that is told; else when it heard.
    pub requested: Instant,
    /// When its answer was truly asked for; of one out of a cache, when that took it in.
    pub asked: Instant,
    /// When the server said so.
    pub served: Instant,
    /// When the page heard of it.
    pub heard: Instant,
    /// What that said.
    pub wallet: Wallet,
    /// The renewal date that it told.
    pub date: Option<Instant>,
}
