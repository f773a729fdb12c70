//! Diagnostics: what is kept, written down as a replay, so that a case can be looked into elsewhere.
//!
//! Each line is an event of the replay format (see [`super::replay`]). Accounts are named by their hash, devices by a
//! number, and no text is written but plan slugs and the page's counter. Facts older than the log of an account are
//! not in it.

use super::{Account, AccountId, File, State, TabId};
use crate::balance::{Failure, OwnerIds, Pool};
use crate::stored::quoted;
use crate::time::UtcMillis;
use crate::verdict::{Seen, Sighting, Source};

/// The tab that events are ascribed to whose own is not known any more.
const SOME_TAB: i64 = 1_000_000;

/// One line, by the instant and by what has to come first at the same one.
type Line = (UtcMillis, u8, String);

impl State {
    /// Hands over the diagnostics as a file.
    pub(super) fn save_diagnostics(&mut self, now: UtcMillis) {
        let name = ["refill-watch-diagnostics-", &super::support::day(now), ".jsonl"].concat();
        let text = self.recording(now);
        self.hand_over(File { name, text });
    }

    /// What is kept as the text of a replay.
    #[must_use]
    pub fn recording(&self, now: UtcMillis) -> String {
        let mut lines: Vec<Line> = Vec::new();
        for (n, (id, account)) in self.accounts.iter().enumerate() {
            let tab = self.newest_tab_of(id).unwrap_or(TabId(SOME_TAB + n as i64));
            self.record_account(id, account, tab, &mut lines);
        }
        for (id, tab) in &self.tabs {
            if let Some(reload) = &tab.reload {
                lines.push(line(reload.clicked_at, 0, "fresh-reload", *id, ""));
                if reload.loaded {
                    lines.push(line(reload.clicked_at.plus(1), 0, "tab", *id, ",\"state\":\"loaded\""));
                }
            } else if tab.answer.is_none() && tab.loaded_at > UtcMillis(0) {
                lines.push(line(tab.loaded_at, 0, "tab", *id, ",\"state\":\"loaded\""));
            }
            if let Some(failure) = tab.failure {
                lines.push(line(self.corrected(tab.active_at), 5, "answer", *id, failed(failure)));
            }
            if let Some(counter) = &tab.counter {
                let more = [",\"text\":", &quoted(&counter.text)].concat();
                lines.push(line(counter.since, 5, "counter", *id, &more));
            }
        }
        lines.sort();
        let mut text = String::new();
        for (_, _, line) in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str(&["{\"at\":\"", &self.corrected(now).to_string(), "\",\"event\":\"tick\"}\n"].concat());
        text
    }

    /// The open tab of an account that was answered last.
    fn newest_tab_of(&self, id: &AccountId) -> Option<TabId> {
        let of_account = self.tabs.iter().filter(|(_, tab)| tab.account.as_ref() == Some(id));
        of_account
            .max_by_key(|(_, tab)| tab.answer.as_ref().map(|answer| answer.answered_at))
            .map(|(id, _)| *id)
    }

    fn record_account(&self, id: &AccountId, account: &Account, tab: TabId, lines: &mut Vec<Line>) {
        let mut before = UtcMillis(0);
        let mut devices: Vec<&str> = Vec::new();
        let mut is_first = true;
        for seen in account.seen() {
            let sighting = match seen {
                Seen::Spent { at, tokens } => {
                    let more = [",\"tokens\":", &tokens.tokens().to_string()].concat();
                    lines.push(line(*at, 1, "spend", tab, &more));
                    continue;
                }
                Seen::Balance(sighting) => sighting,
            };
            let at = sighting.answered_at;
            if let Source::Device(name) = &sighting.source {
                let number = devices.iter().position(|known| known == name).unwrap_or(devices.len());
                if number == devices.len() {
                    devices.push(name);
                }
                lines.push((at, 3, from_device(id, account, sighting, number + 1)));
                continue;
            }
            // Each tab keeps the answer that it shows.
            let shows = |(_, tab): &(&TabId, &super::Tab)| {
                tab.answer.as_ref().is_some_and(|answer| answer.answered_at == at && answer.account == *id)
            };
            let tab = self.tabs.iter().find(shows).map_or(tab, |(id, _)| *id);
            if sighting.alone {
                lines.push(line(before.plus(1), 4, "tab", tab, ",\"state\":\"closed\""));
                lines.push(line(at, 0, "tab", tab, ",\"state\":\"loaded\""));
            }
            lines.push(line(at, 2, "answer", tab, &body(id, account.is_team, sighting)));
            if std::mem::take(&mut is_first) {
                lines.push((at, 3, settings(at, account)));
            }
            before = at;
        }
    }
}

/// An event of a tab; `more` are further properties, each with its comma.
fn line(at: UtcMillis, rank: u8, event: &str, tab: TabId, more: &str) -> Line {
    let text =
        ["{\"at\":\"", &at.to_string(), "\",\"event\":\"", event, "\",\"tab\":", &tab.to_string(), more, "}"];
    (at, rank, text.concat())
}

/// The answer's body in the newest shape that holds what was told.
fn body(id: &AccountId, is_team: bool, sighting: &Sighting) -> String {
    let mut fields = String::new();
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.push_str(&[",\"", name, "\":", &value].concat());
        }
    };
    let date = |at: Option<UtcMillis>| at.map(|at| quoted(&at.to_string()));
    let amount = |pool: Pool| sighting.pools.get(pool).map(|amount| amount.to_string());
    let primary = if is_team { Pool::Team } else { Pool::Fast };
    field("plan", sighting.plan.as_deref().map(quoted));
    field("subscriptionTokens", amount(primary));
    field("rolloverTokens", amount(Pool::Rollover));
    field("paidTokens", amount(Pool::TopUp));
    field(if is_team { "planTokenRenewalDate" } else { "tokenRenewalDate" }, date(sighting.renewal));
    field("apiPaidTokens", amount(Pool::Api));
    field("apiPlanTokenRenewalDate", date(sighting.api_renewal));
    let team = amount(Pool::Team).filter(|_| !is_team);
    field(
        "team_memberships",
        team.map(|team| ["[{\"team\":{\"subscriptionTokens\":", &team, "}}]"].concat()),
    );
    let (list, key) = if is_team { ("teams", "akUUID") } else { ("user_details", "id") };
    [",\"body\":{\"data\":{\"", list, "\":[{\"", key, "\":\"", &id.to_string(), "\"", &fields, "}]}}"]
        .concat()
}

fn from_device(id: &AccountId, account: &Account, sighting: &Sighting, number: usize) -> String {
    let named = id.to_string();
    let owner = match account.is_team {
        true => OwnerIds { team: Some(named), ..OwnerIds::default() },
        false => OwnerIds { user: vec![named], ..OwnerIds::default() },
    };
    // The id that the replay gives to the account of these answers.
    let id = AccountId::names(&owner).first().map(AccountId::to_string).unwrap_or_default();
    let mut pools = String::new();
    for (pool, amount) in sighting.pools.iter() {
        pools.push_str(if pools.is_empty() { "" } else { "," });
        pools.push_str(&["\"", pool.word(), "\":", &amount.to_string()].concat());
    }
    let at = sighting.answered_at.to_string();
    [
        "{\"at\":\"",
        &at,
        "\",\"event\":\"device\",\"name\":\"device-",
        &number.to_string(),
        "\",\"account\":\"",
        &id,
        "\",\"answer\":{\"answered_at\":\"",
        &at,
        "\",\"pools\":{",
        &pools,
        "}}}",
    ]
    .concat()
}

/// What the user set for the account of the answer before.
fn settings(at: UtcMillis, account: &Account) -> String {
    let text =
        |value: Option<String>| value.map_or_else(|| "null".to_owned(), |text| ["\"", &text, "\""].concat());
    let manual = &account.manual;
    let day = manual.billing_day.map_or_else(|| "null".to_owned(), |day| day.to_string());
    [
        "{\"at\":\"",
        &at.to_string(),
        "\",\"event\":\"settings\",\"set\":{\"plan\":",
        &text(manual.plan.map(|plan| plan.word().to_owned())),
        ",\"daily_reset_utc\":",
        &text(manual.daily_reset_utc.map(|minute| minute.to_string())),
        ",\"billing_day\":",
        &day,
        "}}",
    ]
    .concat()
}

/// The rest of an answer that failed in that way.
fn failed(failure: Failure) -> &'static str {
    match failure {
        Failure::SignedOut => ",\"body\":{\"errors\":[{\"extensions\":{\"code\":\"invalid-jwt\"}}]}",
        Failure::Refused => ",\"body\":{\"errors\":[{\"extensions\":{\"code\":\"refused\"}}]}",
        Failure::Empty => ",\"body\":{\"data\":{\"user_details\":[]}}",
        Failure::Unreadable => ",\"body\":{\"data\":{\"user_details\":[{\"subscriptionTokens\":\"?\"}]}}",
    }
}
