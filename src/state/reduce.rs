//! The reducer: one event in, the state changed, effects out.

use super::account::AccountId;
use super::event::{DeviceAnswer, Effect, Event, TabChange, TabId};
use super::settings;
use super::tab::{Found, ShownCounter, Tab, TabAnswer};
use super::{Account, State};
use crate::balance::{Amount, Failure, Pool, Pools, Reading, Told, read_answer};
use crate::time::{MINUTE, SECOND, UtcMillis, parse_timestamp};
use crate::verdict::{Seen, Sighting, Source};
use serde_json::{Map, Value};

/// More accounts or tabs than any user has; the least recently used one makes room.
const MOST_ACCOUNTS: usize = 20;
const MOST_TABS: usize = 200;
/// What the computer's clock may be off before it is corrected.
const CLOCK_TOLERANCE: i64 = 2 * MINUTE;
/// A tab that was open no longer than this after an answer is taken to have spent nothing unseen: a
/// generation takes longer.
const TOO_SHORT_TO_SPEND: i64 = 30 * SECOND;

impl State {
    /// Takes one event at `now` (the computer's own clock) and says what the browser has to do.
    pub fn handle(&mut self, event: Event, now: UtcMillis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Event::Zone { ahead_of_utc } = event {
            self.ahead_of_utc = Some(ahead_of_utc);
        }
        // What fell due before this happened is judged by what was known then.
        self.remind(now, &mut effects);
        match event {
            Event::Zone { .. } => {}
            Event::CheckIsOpen { tab } => self.check_is_open(tab, now, &mut effects),
            Event::Synced { items, random } => self.take_synced(items.as_deref(), &random, now),
            Event::MayClear => self.may_clear(now, &mut effects),
            Event::Cleared { cleared } => self.has_cleared(cleared, now, &mut effects),
            Event::InFront { tab } => self.tab_mut(tab, now).was_seen = true,
            Event::Answer { tab, body, team, server_date } => {
                self.correct_clock(server_date.as_deref(), now);
                self.take_answer(tab, &read_answer(&body, team.as_deref()), now);
            }
            Event::Counter { tab, text } => self.take_counter(tab, text, now),
            Event::Spend { tab, tokens } => self.take_spend(tab, Amount::whole(tokens.min(1_000_000)), now),
            Event::Tab { tab, state } => self.take_tab(tab, state, now),
            Event::FreshReload { tab } => self.reload(Some(tab), now, &mut effects),
            Event::Device { name, account, answer } => self.take_device(name, account.as_deref(), &answer),
            Event::Settings { set } => self.take_settings(&set),
            Event::Tick => {}
            Event::Act { tab, action } => self.act(tab, action, now, &mut effects),
            Event::Candidates { tab, found, watched } => {
                effects.extend(self.find_counter(tab, &found, watched, now));
            }
            Event::Picked { tab, picked } => self.pick_counter(tab, picked, now),
            Event::Back { tab, kept, from_cache } => self.put_back(tab, &kept, from_cache, now),
            Event::Unread { tab, why, times } => self.take_unread(tab, why, times, now),
            Event::OnApiPage { tab, is } => self.tab_mut(tab, now).on_api_page = is,
        }
        self.give_up_reloads(now);
        self.give_up_silent_tabs(now);
        self.bring_back_banner(now);
        self.follow_check(now, &mut effects);
        self.remind(now, &mut effects);
        self.check_by_itself(now, &mut effects);
        self.tell_devices(now, &mut effects);
        effects.push(Effect::Save);
        effects.push(Effect::Refresh);
        effects.extend(self.next_wake(now).map(Effect::WakeAt));
        effects
    }

    /// The present by the server's clock, where that is known to differ.
    #[must_use]
    pub fn corrected(&self, now: UtcMillis) -> UtcMillis {
        now.plus(self.clock_ahead)
    }

    fn correct_clock(&mut self, server_date: Option<&str>, now: UtcMillis) {
        let Some(Ok(server)) = server_date.map(parse_timestamp) else { return };
        let ahead = server.since(now);
        let ahead = if ahead.abs() > CLOCK_TOLERANCE { ahead } else { 0 };
        // An answer takes a moment to arrive: the same error is not measured twice the same.
        if (self.clock_ahead - ahead).abs() > 5 * SECOND {
            self.clock_ahead = ahead;
            self.unsaved.meta = true;
        }
    }

    pub(super) fn tab_mut(&mut self, id: TabId, now: UtcMillis) -> &mut Tab {
        self.unsaved.tabs = true;
        if !self.tabs.contains_key(&id) && self.tabs.len() >= MOST_TABS {
            let oldest = self.tabs.iter().min_by_key(|(_, tab)| tab.active_at).map(|(id, _)| *id);
            oldest.map(|id| self.tabs.remove(&id));
        }
        let tab = self.tabs.entry(id).or_default();
        tab.active_at = tab.active_at.max(now);
        tab
    }

    fn take_answer(&mut self, id: TabId, told: &Told, now: UtcMillis) {
        let at = self.corrected(now);
        match told {
            Told::Irrelevant => {}
            Told::Spent(tokens) => self.take_spend(id, *tokens, now),
            Told::Nothing(failure) => {
                self.count_refused(failure_word(*failure), 1);
                self.note_for_checks(Some(*failure));
                let tab = self.tab_mut(id, now);
                if tab.answer.as_ref().is_none_or(|answer| answer.answered_at <= at) {
                    tab.failure = Some(*failure);
                    tab.conclude_reload(at, Found::NoBalance(*failure));
                }
            }
            Told::Balance(reading) => self.take_balance(id, reading, at, now),
        }
    }

    fn take_balance(&mut self, id: TabId, reading: &Reading, at: UtcMillis, now: UtcMillis) {
        for refusal in &reading.refused {
            self.count_refused(refusal.word(), 1);
        }
        self.note_for_checks(None);
        let account_id = self.account_of(reading, id);
        let alone = self.was_alone(&account_id, id, at);
        if let Some(account) = self.accounts.get_mut(&account_id) {
            account.see(Seen::Balance(Sighting::here(reading, at, alone)));
        }
        self.note_balance(&account_id, at, &reading.pools);
        self.changed_account(account_id.clone());
        if self.last_account.as_ref() != Some(&account_id) {
            self.last_account = Some(account_id.clone());
            self.unsaved.meta = true;
        }
        self.was_open(at);
        let tab = self.tab_mut(id, now);
        if tab.answer.as_ref().is_some_and(|answer| answer.answered_at > at) {
            return;
        }
        tab.account = Some(account_id.clone());
        tab.is_answered();
        tab.failure = None;
        tab.spent_since = Amount::ZERO;
        tab.answer = Some(TabAnswer { account: account_id, answered_at: at, pools: reading.pools.clone() });
        if let Some(counter) = &mut tab.counter {
            counter.was_right = false;
        }
        tab.compare_counter();
        tab.conclude_reload(at, Found::Answer(at));
    }

    /// The account of a reading: one that is known by any of its names, else a new one.
    fn account_of(&mut self, reading: &Reading, tab: TabId) -> AccountId {
        let names = AccountId::names(&reading.owner);
        let is_team = reading.owner.team.is_some();
        let known = if names.is_empty() {
            // Some shapes name no owner. What the tab showed before is the best guess, then the last account.
            let of_tab = self.tabs.get(&tab).and_then(|tab| tab.account.clone());
            of_tab.or_else(|| self.last_account.clone()).filter(|id| self.accounts.contains_key(id))
        } else {
            self.accounts.iter().find(|(_, account)| account.is_one_of(&names)).map(|(id, _)| id.clone())
        };
        if let Some(id) = known {
            if let Some(account) = self.accounts.get_mut(&id) {
                for name in names {
                    if !account.names.contains(&name) && account.names.len() < 8 {
                        account.names.push(name);
                    }
                }
            }
            return id;
        }
        let id = names.first().cloned().unwrap_or_else(AccountId::unnamed);
        if self.accounts.len() >= MOST_ACCOUNTS {
            let seen_at = |account: &Account| account.ledger().last.as_ref().map(|last| last.answered_at);
            let oldest =
                self.accounts.iter().min_by_key(|(_, account)| seen_at(account)).map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                self.accounts.remove(&oldest);
                self.reminders.watched.retain(|watched| watched.account != oldest);
                self.history.forget(&oldest);
                self.changed_account(oldest);
            }
        }
        let mut account = Account::new(if names.is_empty() { vec![id.clone()] } else { names }, is_team);
        account.manual = self.manual_for_next.take().unwrap_or_default();
        self.unsaved.meta = true;
        self.accounts.insert(id.clone(), account);
        id
    }

    /// Notes that a tab is open at `at`.
    fn was_open(&mut self, at: UtcMillis) {
        if at > self.last_open_at {
            self.last_open_at = at;
            self.unsaved.meta = true;
        }
    }

    /// Whether no tab was open between the account's sighting before and this one.
    fn was_alone(&self, account: &AccountId, tab: TabId, at: UtcMillis) -> bool {
        let before = self.accounts.get(account).and_then(|account| account.ledger().last.as_ref());
        let others = self.tabs.keys().any(|other| *other != tab);
        before.is_some_and(|before| {
            !others
                && self.opened_at > before.answered_at
                && self.opened_at <= at
                && self.last_open_at.since(before.answered_at) <= TOO_SHORT_TO_SPEND
        })
    }

    pub(super) fn take_counter(&mut self, id: TabId, text: String, now: UtcMillis) {
        let at = self.corrected(now);
        if text.len() > 64 {
            self.count_refused("counter-too-long", 1);
            return;
        }
        if !self.weigh_counter(id, &text, now) {
            return;
        }
        let tab = self.tab_mut(id, now);
        let shown = tab.counter.as_ref();
        if shown.is_some_and(|counter| counter.text == text || counter.since > at) {
            return;
        }
        let was_right = shown.is_some_and(|counter| counter.was_right);
        tab.counter = Some(ShownCounter { text, since: at, was_right });
        tab.compare_counter();
    }

    fn take_spend(&mut self, id: TabId, tokens: Amount, now: UtcMillis) {
        let at = self.corrected(now);
        let last_account = self.last_account.clone();
        let tab = self.tab_mut(id, now);
        tab.spent_since = tab.spent_since.plus(tokens);
        let Some(account_id) = tab.account.clone().or(last_account) else { return };
        if let Some(account) = self.accounts.get_mut(&account_id) {
            account.see(Seen::Spent { at, tokens });
            self.history.note(&account_id, at, None, tokens, None);
            self.changed_account(account_id);
        }
    }

    fn take_tab(&mut self, id: TabId, change: TabChange, now: UtcMillis) {
        let at = self.corrected(now);
        match change {
            TabChange::Loaded => {
                if self.tabs.is_empty() {
                    self.opened_at = at;
                }
                let pending =
                    self.pending_reload.take().filter(|pending| now.since(pending.clicked_at) < MINUTE);
                let tab = self.tab_mut(id, now);
                if pending.is_some() {
                    tab.reload = pending;
                }
                tab.load(at);
            }
            TabChange::Closed => {
                if self.tabs.remove(&id).is_some() {
                    self.was_open(at);
                }
                self.drop_check_in(id);
            }
        }
        self.unsaved.tabs = true;
    }

    fn give_up_reloads(&mut self, now: UtcMillis) {
        let now = self.corrected(now);
        for (_, tab) in self.tabs.iter_mut() {
            if let Some(reload) = &mut tab.reload
                && reload.is_under_way()
                && now >= reload.deadline()
            {
                reload.found = Some(Found::NoAnswer);
                self.unsaved.tabs = true;
            }
        }
    }

    fn take_device(&mut self, name: String, account: Option<&str>, answer: &DeviceAnswer) {
        let Ok(answered_at) = parse_timestamp(&answer.answered_at) else {
            self.count_refused("device-time-unreadable", 1);
            return;
        };
        let id = match account {
            Some(text) => AccountId::parse(text),
            None => self.last_account.clone(),
        };
        let Some(id) = id.filter(|id| self.accounts.contains_key(id)) else {
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
        self.see_elsewhere(id, &name, answered_at, pools);
    }

    /// Notes what another device was answered.
    pub(super) fn see_elsewhere(&mut self, id: AccountId, name: &str, answered_at: UtcMillis, pools: Pools) {
        let Some(account) = self.accounts.get_mut(&id) else { return };
        let source = Source::Device(name.chars().take(40).collect());
        let sighting = Sighting { answered_at, source, pools, ..Sighting::default() };
        // Most of what devices tell has been heard before.
        let seen = Seen::Balance(sighting);
        if !account.seen().any(|known| *known == seen) {
            account.see(seen);
            self.changed_account(id);
        }
    }

    pub(super) fn take_settings(&mut self, set: &Map<String, Value>) {
        let account =
            self.last_account.clone().and_then(|id| self.accounts.get_mut(&id).map(|account| (id, account)));
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
                // Set before the first answer: it is meant for the account that comes.
                let manual = self.manual_for_next.get_or_insert_default();
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

fn failure_word(failure: Failure) -> &'static str {
    match failure {
        Failure::SignedOut => "answer-signed-out",
        Failure::Refused => "answer-refused",
        Failure::Empty => "answer-empty",
        Failure::Unreadable => "answer-unreadable",
    }
}
