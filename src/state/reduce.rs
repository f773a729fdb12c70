//! The reducer: takes an event, changes the state, returns effects.

use super::account::AccountId;
use super::event::{DeviceAnswer, Effect, Event, TabChange, TabId};
use super::set_back::asked;
use super::settings;
use super::tab::{Found, ShownCounter, Tab, TabAnswer};
use super::{Account, Before, State};
use crate::balance::{Amount, Parsed, Pool, Pools, Reading, parse_answer};
use crate::time::{DeviceTime, SECOND, UtcMillis, parse_timestamp};
use crate::verdict::{Seen, Sighting, Source};
use serde_json::{Map, Value};

/// A tab open no longer than this after an answer cannot have spent anything unseen: a generation takes longer.
const TOO_SHORT_TO_SPEND: i64 = 30 * SECOND;
/// A cost reported this shortly before a balance request may not be booked in that balance yet.
const BOOKING_TAKES: i64 = 5 * SECOND;

impl State {
    /// Handles one event that happened when the computer's clock showed `shown`, and returns what the browser has to
    /// do.
    ///
    /// The computer's time ends here: everything kept or compared after this is in the server's time.
    pub fn handle(&mut self, event: Event, shown: DeviceTime) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.observe_clock(shown);
        let mut now = self.corrected(shown);
        if let Event::Zone { ahead_of_utc } = event {
            self.ahead_of_utc = Some(ahead_of_utc);
        }
        // What fell due before this event is judged by what was known then.
        self.remind(now, &mut effects);
        match event {
            Event::Zone { .. } => {}
            Event::CheckIsOpen { tab } => self.check_is_open(tab, now, &mut effects),
            Event::Synced { items, random } => self.handle_sync_items(items.as_deref(), &random, now),
            Event::MayClear => self.want_clearing(now, &mut effects),
            Event::Cleared { cleared } => self.has_cleared(cleared, now, &mut effects),
            Event::InFront { tab } => {
                let tab = self.tab_mut(tab, now);
                (tab.was_seen, tab.is_behind) = (true, false);
            }
            Event::Behind { tab } => self.tab_mut(tab, now).is_behind = true,
            Event::Answer(answer) => {
                let at = self.counts_from(&answer, shown);
                now = self.corrected(shown);
                self.handle_answer(answer.tab, &parse_answer(&answer.body, answer.request()), at, now);
            }
            Event::Counter { tab, text } => self.handle_counter(tab, text, now),
            Event::Spend { tab, tokens, asked_at } => {
                let at = self.corrected(asked(asked_at.as_deref(), shown));
                self.handle_spending(tab, Amount::whole(tokens.min(1_000_000)), at, now);
            }
            Event::Tab { tab, state } => self.handle_tab(tab, state, now),
            Event::FreshReload { tab } => self.reload(Some(tab), now, &mut effects),
            Event::Device { name, account, answer } => {
                self.handle_device(&name, account.as_deref(), &answer, now)
            }
            Event::Settings { set } => self.handle_settings(&set),
            Event::Tick => {}
            Event::Unsent { tab, before: Before::Reload, is_there } => {
                self.handle_unsent(tab, is_there, now, &mut effects);
            }
            Event::Unsent { tab, before: Before::Login, is_there } => {
                self.handle_unsent_before_login(tab, is_there, now, &mut effects);
            }
            Event::Act { tab, action } => self.act(tab, action, now, &mut effects),
            Event::Candidates { tab, found, watched } => {
                effects.extend(self.find_counter(tab, &found, watched, now));
            }
            Event::Picked { tab, picked } => self.pick_counter(tab, picked, now),
            Event::Back { tab, kept, from_cache } => self.put_back(tab, &kept, from_cache, now),
            Event::Unread { tab, why, times } => self.handle_unread(tab, why, times, now),
            Event::OnApiPage { tab, is } => self.tab_mut(tab, now).on_api_page = is,
        }
        self.give_up_reloads(now);
        self.withdraw_questions(now);
        self.give_up_silent_tabs(now);
        self.bring_back_banner(now);
        self.follow_check(now, &mut effects);
        self.remind(now, &mut effects);
        self.check_by_itself(now, &mut effects);
        self.tell_devices(now, &mut effects);
        effects.extend(self.next_wake(shown).map(Effect::WakeAt));
        self.keep_clock();
        effects
    }

    pub(super) fn tab_mut(&mut self, id: TabId, now: UtcMillis) -> &mut Tab {
        self.unsaved.tabs = true;
        self.tabs.get_or_insert(id, now)
    }

    fn handle_answer(&mut self, id: TabId, told: &Parsed, at: UtcMillis, now: UtcMillis) {
        match told {
            Parsed::Irrelevant => {}
            Parsed::Spent(tokens) => self.handle_spending(id, *tokens, at, now),
            Parsed::Nothing(failure) => {
                self.count_refused(&format!("answer-{}", failure.word()), 1);
                self.note_for_checks(Some(*failure));
                let tab = self.tab_mut(id, now);
                if tab.answer.as_ref().is_none_or(|answer| answer.answered_at <= at) {
                    tab.failure = Some(*failure);
                    tab.conclude_reload(at, Found::NoBalance(*failure));
                }
            }
            Parsed::Balance(reading) => self.handle_balance(id, reading, at, now),
            Parsed::SpentAndBalance(tokens, reading) => {
                // The cost belongs to the account that only the balance names. It may be booked already or not: the
                // page may show either, and the log puts a cost before the balance of the same instant.
                self.handle_balance(id, reading, at, now);
                self.handle_spending(id, *tokens, at, now);
            }
        }
    }

    fn handle_balance(&mut self, id: TabId, reading: &Reading, at: UtcMillis, now: UtcMillis) {
        for refusal in &reading.refused {
            self.count_refused(refusal.word(), 1);
        }
        self.note_for_checks(None);
        let account_id = self.account_of(reading, id);
        let alone = self.was_alone(&account_id, id, now);
        let echo = self
            .accounts
            .known
            .get(&account_id)
            .and_then(|account| account.ledger().echo_of(reading.renewal, reading.plan.as_deref()));
        // For the page its number is as old as that; the account judges it again among all that was asked for.
        let (asked_at, at) = (at, echo.map_or(at, |echo| at.min(echo)));
        if let Some(account) = self.accounts.known.get_mut(&account_id) {
            let last = account.ledger().last.as_ref().map(|last| last.answered_at);
            let of_account = |tab: &&Tab| tab.account.as_ref() == Some(&account_id);
            let lowered = last.map_or(Amount::ZERO, |last| {
                let tabs = self.tabs.open.values().filter(of_account);
                tabs.fold(Amount::ZERO, |sum, tab| sum.plus(tab.lowered_since(last)))
            });
            account.see(Seen::Balance(Sighting { lowered, ..Sighting::here(reading, asked_at, now, alone) }));
        }
        self.note_balance(&account_id, at, &reading.pools);
        self.changed_account(account_id.clone());
        if self.accounts.last.as_ref() != Some(&account_id) {
            self.accounts.last = Some(account_id.clone());
            self.unsaved.meta = true;
        }
        self.was_open(now);
        self.note_first_account(now);
        let unbooked = self.spent_around(&account_id, at);
        let tab = self.tab_mut(id, now);
        // The page shows what came last, even if it is an old answer that the account already has.
        if echo.is_none() && tab.answer.as_ref().is_some_and(|answer| answer.answered_at > at) {
            return;
        }
        tab.account = Some(account_id.clone());
        tab.is_answered();
        tab.failure = None;
        tab.spent_since = Amount::ZERO;
        tab.unbooked = unbooked;
        let pools = reading.pools.clone();
        tab.answer = Some(TabAnswer { account: account_id, answered_at: at, heard_at: now, pools });
        if let Some(counter) = &mut tab.counter {
            counter.was_right = false;
            counter.sum = None;
        }
        tab.compare_counter();
        tab.conclude_reload(at, Found::Answer(at));
    }

    /// The account of a reading: a known one with any of its names, else a new one.
    fn account_of(&mut self, reading: &Reading, tab: TabId) -> AccountId {
        let names = AccountId::names(&reading.owner);
        let is_team = reading.owner.team.is_some();
        let known = if names.is_empty() {
            // Some shapes name no owner. The best guess is the tab's last account, then the newest one.
            let of_tab = self.tabs.open.get(&tab).and_then(|tab| tab.account.clone());
            of_tab.or_else(|| self.accounts.last.clone()).filter(|id| self.accounts.known.contains_key(id))
        } else {
            self.join_accounts(&names)
        };
        if let Some(id) = known {
            if let Some(account) = self.accounts.known.get_mut(&id) {
                names.into_iter().for_each(|name| account.add_name(name));
            }
            return id;
        }
        let id = names.first().cloned().unwrap_or_else(AccountId::unnamed);
        let account = Account::new(if names.is_empty() { vec![id.clone()] } else { names }, is_team);
        if let Some(oldest) = self.accounts.insert(id.clone(), account) {
            self.reminders.watched.retain(|watched| watched.account != oldest);
            self.history.forget(&oldest);
            self.changed_account(oldest);
        }
        self.unsaved.meta = true;
        id
    }

    /// The account with any of these names. If several match, different answers named one account differently, so
    /// they are joined into the one with the longest past. The other's log is added to its own; only what had also
    /// left that other log is lost.
    fn join_accounts(&mut self, names: &[AccountId]) -> Option<AccountId> {
        let known = self.accounts.known.iter().filter(|(_, account)| account.is_one_of(names));
        let mut known: Vec<_> = known.map(|(id, account)| (account.folded_up_to(), id.clone())).collect();
        // The last one stays. An account with nothing folded (`None`) sorts first.
        known.sort();
        let (_, kept) = known.pop()?;
        for (_, other) in known {
            let Some(account) = self.accounts.known.remove(&other) else { continue };
            if let Some(kept) = self.accounts.known.get_mut(&kept) {
                kept.join(account);
            }
            self.history.rename(&other, &kept);
            self.reminders.rename(&other, &kept);
            self.tabs.rename(&other, &kept);
            if self.accounts.last.as_ref() == Some(&other) {
                self.accounts.last = Some(kept.clone());
            }
            self.unsaved.meta = true;
            self.unsaved.tabs = true;
            self.changed_account(other);
            self.changed_account(kept.clone());
        }
        Some(kept)
    }

    /// What this browser spent around the time the balance was requested: the balance may include it or not, and the
    /// page may have subtracted it or not.
    fn spent_around(&self, account: &AccountId, asked_at: UtcMillis) -> Amount {
        let Some(account) = self.accounts.known.get(account) else { return Amount::ZERO };
        account.seen().rev().fold(Amount::ZERO, |sum, seen| match seen {
            Seen::Spent { tokens, .. } if seen.heard_at().plus(BOOKING_TAKES) > asked_at => sum.plus(*tokens),
            _ => sum,
        })
    }

    /// Notes that a tab is open at `at`.
    fn was_open(&mut self, at: UtcMillis) {
        self.unsaved.meta |= self.tabs.was_open(at);
    }

    /// Whether no tab was open between the account's previous observation and this one.
    fn was_alone(&self, account: &AccountId, tab: TabId, heard: UtcMillis) -> bool {
        let before = self.accounts.known.get(account).and_then(|account| account.ledger().last.as_ref());
        let others = self.tabs.open.keys().any(|other| *other != tab);
        before.is_some_and(|before| {
            !others
                && self.tabs.opened_at > before.answered_at
                && self.tabs.opened_at <= heard
                && self.tabs.last_open_at.since(before.answered_at) <= TOO_SHORT_TO_SPEND
        })
    }

    pub(super) fn handle_counter(&mut self, id: TabId, text: String, now: UtcMillis) {
        if text.len() > 64 {
            self.count_refused("counter-too-long", 1);
            return;
        }
        if !self.weigh_counter(id, &text, now) {
            return;
        }
        let tab = self.tab_mut(id, now);
        let shown = tab.counter.as_ref();
        if shown.is_some_and(|counter| counter.text == text) {
            return;
        }
        let was_right = shown.is_some_and(|counter| counter.was_right);
        let sum = shown.and_then(|counter| counter.sum);
        tab.counter = Some(ShownCounter { text, since: now, was_right, sum });
        tab.compare_counter();
    }

    /// Adds the cost of a generation that was asked for at `at`.
    fn handle_spending(&mut self, id: TabId, tokens: Amount, at: UtcMillis, now: UtcMillis) {
        let last_account = self.accounts.last.clone();
        let tab = self.tab_mut(id, now);
        tab.spent_since = tab.spent_since.plus(tokens);
        let Some(account_id) = tab.account.clone().or(last_account) else { return };
        if let Some(account) = self.accounts.known.get_mut(&account_id) {
            account.see(Seen::Spent { at, heard_at: now, tokens });
            self.history.note(&account_id, at, None, tokens, None);
            self.changed_account(account_id);
        }
    }

    fn handle_tab(&mut self, id: TabId, change: TabChange, now: UtcMillis) {
        match change {
            TabChange::Loaded => self.tabs.load(id, now),
            TabChange::Closed => {
                if self.tabs.open.remove(&id).is_some() {
                    self.was_open(now);
                }
                self.drop_check_in(id);
            }
        }
        self.unsaved.tabs = true;
    }

    fn give_up_reloads(&mut self, now: UtcMillis) {
        self.unsaved.tabs |= self.tabs.give_up_reloads(now);
    }

    fn handle_device(&mut self, name: &str, account: Option<&str>, answer: &DeviceAnswer, now: UtcMillis) {
        let Ok(answered_at) = parse_timestamp(&answer.answered_at) else {
            self.count_refused("device-time-unreadable", 1);
            return;
        };
        let id = match account {
            Some(text) => AccountId::parse(text),
            None => self.accounts.last.clone(),
        };
        let Some(id) = id.filter(|id| self.accounts.known.contains_key(id)) else {
            self.count_refused("device-account-unknown", 1);
            return;
        };
        let mut pools = Pools::default();
        for (word, value) in &answer.pools {
            if let (Some(pool), Some(amount)) = (Pool::from_word(word), Amount::from_json(value)) {
                pools.set(pool, amount);
            }
        }
        if pools.is_empty() {
            self.count_refused("device-without-balance", 1);
            return;
        }
        let answered_at = self.arrival(name, answered_at, now);
        self.see_elsewhere(id, name, answered_at, now, pools);
    }

    /// Adds another device's answer.
    pub(super) fn see_elsewhere(
        &mut self,
        id: AccountId,
        name: &str,
        answered_at: UtcMillis,
        now: UtcMillis,
        pools: Pools,
    ) {
        let Some(account) = self.accounts.known.get_mut(&id) else { return };
        let source = Source::Device(name.chars().take(40).collect());
        // We have seen most of what devices share before.
        let is_it = |seen: &Seen| {
            matches!(seen, Seen::Balance(known)
                if known.answered_at == answered_at && known.source == source && known.pools == pools)
        };
        if !account.seen().any(is_it) {
            let sighting = Sighting { answered_at, heard_at: now, source, pools, ..Sighting::default() };
            account.see(Seen::Balance(sighting));
            self.changed_account(id);
        }
    }

    pub(super) fn handle_settings(&mut self, set: &Map<String, Value>) {
        let account = self
            .accounts
            .last
            .clone()
            .and_then(|id| self.accounts.known.get_mut(&id).map(|account| (id, account)));
        let mut refused = 0;
        match account {
            Some((id, account)) => {
                for (key, value) in set {
                    refused += u64::from(settings::set(&mut account.manual, key, value).is_err());
                }
                account.refold();
                self.changed_account(id);
            }
            None => {
                // Set before the first answer: it is for the account to come.
                let manual = self.accounts.manual_for_next.get_or_insert_default();
                for (key, value) in set {
                    refused += u64::from(settings::set(manual, key, value).is_err());
                }
                self.unsaved.meta = true;
            }
        }
        if refused > 0 {
            self.count_refused("setting", refused);
        }
    }
}
