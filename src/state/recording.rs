//! Diagnostics: what we keep, written as a replay, so that a case can be examined elsewhere.
//!
//! Each line is an event in the replay format (see [`super::replay`]). Accounts appear as hashes, devices as numbers;
//! the only texts are plan slugs and the page's counter. Facts older than an account's log are missing.

use super::event::{Answer, DeviceAnswer, Event, TabChange};
use super::replay::Line;
use super::{Account, AccountId, File, State, TabId};
use crate::balance::{Failure, OwnerIds, Pool};
use crate::time::UtcMillis;
use crate::verdict::{Seen, Sighting, Source};
use serde_json::{Map, Value, json};

/// The tab for events whose own tab is no longer known.
const SOME_TAB: i64 = 1_000_000;

/// An event, its time, and what must come first at the same instant.
struct Happened {
    at: UtcMillis,
    rank: u8,
    event: Event,
}

impl State {
    /// Saves the diagnostics as a file.
    pub(super) fn save_diagnostics(&mut self, now: UtcMillis) {
        let name = ["refill-watch-diagnostics-", &now.format(super::data::FILE_DAY), ".jsonl"].concat();
        let text = self.recording(now);
        self.hand_over(File { name, text });
    }

    /// What we keep, as the text of a replay.
    #[must_use]
    pub fn recording(&self, now: UtcMillis) -> String {
        let mut all: Vec<Happened> = Vec::new();
        for (n, (id, account)) in self.accounts.known.iter().enumerate() {
            let tab = self.newest_tab_of(id).unwrap_or(TabId(SOME_TAB + n as i64));
            self.record_account(id, account, tab, &mut all);
        }
        for (id, tab) in &self.tabs.open {
            let id = *id;
            let mut push = |at, rank, event| all.push(Happened { at, rank, event });
            let loaded = Event::Tab { tab: id, state: TabChange::Loaded };
            if let Some(reload) = &tab.reload {
                push(reload.clicked_at, 0, Event::FreshReload { tab: id });
                if reload.loaded {
                    push(reload.clicked_at.plus(1), 0, loaded);
                }
            } else if tab.answer.is_none() && tab.loaded_at > UtcMillis(0) {
                push(tab.loaded_at, 0, loaded);
            }
            if let Some(failure) = tab.failure {
                push(tab.active_at, 5, Event::Answer(Answer::new(id, failed(failure))));
            }
            if let Some(counter) = &tab.counter {
                push(counter.since, 5, Event::Counter { tab: id, text: counter.text.clone() });
            }
        }
        all.sort_by_key(|happened| (happened.at, happened.rank));
        all.push(Happened { at: now, rank: 0, event: Event::Tick });
        let lines = all.into_iter().map(|Happened { at, event, .. }| Line { at, event });
        lines.filter_map(|line| serde_json::to_string(&line).ok()).map(|line| line + "\n").collect()
    }

    /// The account's open tab with the newest answer.
    fn newest_tab_of(&self, id: &AccountId) -> Option<TabId> {
        let of_account = self.tabs.open.iter().filter(|(_, tab)| tab.account.as_ref() == Some(id));
        of_account
            .max_by_key(|(_, tab)| tab.answer.as_ref().map(|answer| answer.answered_at))
            .map(|(id, _)| *id)
    }

    fn record_account(&self, id: &AccountId, account: &Account, tab: TabId, all: &mut Vec<Happened>) {
        let mut before = UtcMillis(0);
        let mut devices: Vec<&str> = Vec::new();
        let mut is_first = true;
        let mut push = |at, rank, event| all.push(Happened { at, rank, event });
        // The time it was asked for, if that is another instant.
        let asked = |at: UtcMillis, heard: UtcMillis| (at < heard).then(|| at.to_string());
        for seen in account.seen() {
            let sighting = match seen {
                Seen::Spent { at, tokens, .. } => {
                    let heard = seen.heard_at();
                    let asked_at = asked(*at, heard);
                    push(heard, 1, Event::Spend { tab, tokens: tokens.tokens(), asked_at });
                    continue;
                }
                Seen::Balance(sighting) => sighting,
            };
            let (at, heard) = (sighting.answered_at, sighting.heard_at());
            if let Source::Device(name) = &sighting.source {
                let number = devices.iter().position(|known| known == name).unwrap_or(devices.len());
                if number == devices.len() {
                    devices.push(name);
                }
                push(heard, 3, from_device(id, account, sighting, number + 1));
                continue;
            }
            // Each tab keeps the answer that it shows.
            let shows = |(_, tab): &(&TabId, &super::Tab)| {
                tab.answer.as_ref().is_some_and(|answer| answer.answered_at == at && answer.account == *id)
            };
            let tab = self.tabs.open.iter().find(shows).map_or(tab, |(id, _)| *id);
            if sighting.alone {
                push(before.plus(1), 4, Event::Tab { tab, state: TabChange::Closed });
                push(at, 0, Event::Tab { tab, state: TabChange::Loaded });
            }
            let team = account.is_team.then(|| id.to_string());
            let answer = Answer::new(tab, body(id, account.is_team, sighting));
            push(heard, 2, Event::Answer(Answer { asked_at: asked(at, heard), team, ..answer }));
            if std::mem::take(&mut is_first) {
                push(heard, 3, Event::Settings { set: settings(account) });
            }
            before = at;
        }
    }
}

/// The answer's body, in the newest shape that holds everything it gave.
fn body(id: &AccountId, is_team: bool, sighting: &Sighting) -> Value {
    let mut fields = Map::new();
    let mut field = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let date = |at: Option<UtcMillis>| at.map(|at| Value::from(at.to_string()));
    let amount = |pool: Pool| sighting.pools.get(pool).map(crate::balance::Amount::to_json);
    let (list, key) = if is_team { ("teams", "akUUID") } else { ("user_details", "id") };
    let primary = if is_team { Pool::Team } else { Pool::Fast };
    field(key, Some(id.to_string().into()));
    field("plan", sighting.plan.clone().map(Value::from));
    field("subscriptionTokens", amount(primary));
    field("rolloverTokens", amount(Pool::Rollover));
    field("paidTokens", amount(Pool::TopUp));
    field(if is_team { "planTokenRenewalDate" } else { "tokenRenewalDate" }, date(sighting.renewal));
    field("apiPaidTokens", amount(Pool::Api));
    field("apiPlanTokenRenewalDate", date(sighting.api_renewal));
    let team = amount(Pool::Team).filter(|_| !is_team).map(|tokens| {
        let due = sighting.team_renewal.map(|due| due.to_string());
        json!([{"team": {"subscriptionTokens": tokens, "planTokenRenewalDate": due}}])
    });
    field("team_memberships", team);
    json!({"data": {list: [fields]}})
}

fn from_device(id: &AccountId, account: &Account, sighting: &Sighting, number: usize) -> Event {
    let named = id.to_string();
    let owner = match account.is_team {
        true => OwnerIds { team: Some(named), ..OwnerIds::default() },
        false => OwnerIds { user: vec![named], ..OwnerIds::default() },
    };
    let pools = sighting.pools.iter().map(|(pool, amount)| (pool.word().to_owned(), amount.to_json()));
    Event::Device {
        name: format!("device-{number}"),
        // The id that the replay gives the account of these answers.
        account: AccountId::names(&owner).first().map(AccountId::to_string),
        answer: DeviceAnswer { answered_at: sighting.answered_at.to_string(), pools: pools.collect() },
    }
}

/// The user's settings for the account of the answer before.
fn settings(account: &Account) -> Map<String, Value> {
    let manual = &account.manual;
    let set = [
        ("plan", manual.plan.map(|plan| Value::from(plan.word()))),
        ("daily_reset_utc", manual.daily_reset_utc.map(|minute| minute.to_string().into())),
        ("billing_day", manual.billing_day.map(Value::from)),
    ];
    set.into_iter().map(|(key, value)| (key.to_owned(), value.unwrap_or_default())).collect()
}

/// An answer that fails this way.
fn failed(failure: Failure) -> Value {
    match failure {
        Failure::SignedOut => json!({"errors": [{"extensions": {"code": "invalid-jwt"}}]}),
        Failure::Refused => json!({"errors": [{"extensions": {"code": "refused"}}]}),
        Failure::Empty => json!({"data": {"user_details": []}}),
        Failure::Unreadable => json!({"data": {"user_details": [{"subscriptionTokens": "?"}]}}),
    }
}
