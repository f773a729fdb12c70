//! An account: its personal workspace, perhaps a team's, and how its balance is reported.

use crate::command::{Renewal, Shape};
use crate::plan::Plan;
use crate::wallet::{Job, Pools, Wallet};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A team workspace.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    /// The `x-leonardo-team-id` of requests, and `akUUID` in answers.
    pub ak_uuid: String,
    pub id: String,
    pub name: String,
    /// Whether the user works in it and not in the personal workspace.
    pub selected: bool,
    pub wallet: Wallet,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub id: String,
    pub name: String,
    pub email: String,
    pub personal: Wallet,
    pub team: Option<Team>,
    pub renewal: Renewal,
    /// The REST answer's `apiPlanTokenRenewalDate`.
    pub api_due: Option<DateTime<Utc>>,
    pub shape: Shape,
}

impl Team {
    /// An account's team workspace, not selected.
    pub fn of(id: &str, now: DateTime<Utc>) -> Self {
        Self {
            ak_uuid: format!("ak-team-{id}"),
            id: format!("team-{id}"),
            name: "Studio North".to_owned(),
            selected: false,
            wallet: Wallet::new(Plan::Team, now),
        }
    }
}

impl Account {
    /// The subject of the account's sign-in, which the app uses to request its balance.
    pub fn sub(id: &str) -> String {
        format!("auth0|{id}")
    }

    pub fn new(id: &str, plan: Plan, now: DateTime<Utc>) -> Self {
        let team = (plan == Plan::Team).then(|| Team { selected: true, ..Team::of(id, now) });
        let mut letters = id.chars();
        let name =
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Self {
            id: id.to_owned(),
            name,
            email: format!("{id}@example.test"),
            personal: Wallet::new(if team.is_some() { Plan::Free } else { plan }, now),
            shape: Shape::default(),
            team,
            renewal: Renewal::default(),
            api_due: None,
        }
    }

    /// The team's wallet, if a team is selected.
    pub fn wallet(&self) -> &Wallet {
        self.selected_team().map_or(&self.personal, |team| &team.wallet)
    }

    pub fn wallet_mut(&mut self) -> &mut Wallet {
        match &mut self.team {
            Some(team) if team.selected => &mut team.wallet,
            _ => &mut self.personal,
        }
    }

    pub fn selected_team(&self) -> Option<&Team> {
        self.team.as_ref().filter(|team| team.selected)
    }

    /// The `x-leonardo-team-id` of requests in the team's workspace: the older shape only knows the id.
    fn header_of<'a>(&self, team: &'a Team) -> &'a str {
        if self.shape == Shape::TeamMemberships { &team.id } else { &team.ak_uuid }
    }

    /// Brings every wallet up to `now`.
    pub fn settle(&mut self, now: DateTime<Utc>) {
        self.personal.settle(now);
        if let Some(team) = &mut self.team {
            team.wallet.settle(now);
        }
    }

    /// The answer's `tokenRenewalDate` for `wallet`; an outer `None` leaves the field out.
    pub fn renewal_date(&self, wallet: &Wallet) -> Option<Option<String>> {
        let zone_less = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        match &self.renewal {
            Renewal::Usual if wallet.plan.is_daily() => Some(None),
            Renewal::Usual | Renewal::Visible => Some(Some(zone_less(wallet.due()))),
            Renewal::Null => Some(None),
            Renewal::Absent => None,
            Renewal::Past => Some(Some(zone_less(wallet.previous_due()))),
            Renewal::Verbatim(text) => Some(Some(text.clone())),
        }
    }
}

/// What the server really holds, for tests to compare with what is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountView {
    /// The account's id.
    pub id: String,
    /// The name shown in the app.
    pub name: String,
    /// The selected workspace's plan; so are all fields up to `personal`.
    pub plan: Plan,
    /// The answer's `plan`.
    pub slug: String,
    /// What the pools hold, without spending that is not booked yet.
    pub pools: Pools,
    /// What failed generations have yet to return.
    pub to_be_returned: u64,
    /// What a refill brings.
    pub allotment: u64,
    /// When the next refill is due.
    pub due: DateTime<Utc>,
    /// How the refill job behaves.
    pub job: Job,
    /// When the job will run; `None` if it never will.
    pub runs_at: Option<DateTime<Utc>>,
    /// When it last ran.
    pub last_refill: Option<DateTime<Utc>>,
    /// What the personal workspace holds, selected or not.
    pub personal: Pools,
    /// The `x-leonardo-team-id` of requests in the team's workspace; `None` without a team.
    pub team: Option<String>,
    /// Whether the team's workspace is selected.
    pub team_selected: bool,
    /// The answer's `tokenRenewalDate`.
    pub renewal: Renewal,
    /// The shape of the balance answer.
    pub shape: Shape,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        let wallet = account.wallet();
        Self {
            id: account.id.clone(),
            name: account.name.clone(),
            plan: wallet.plan,
            slug: wallet.slug.clone(),
            pools: wallet.without_unbooked(),
            to_be_returned: wallet.to_be_returned(),
            allotment: wallet.plan.allotment(),
            due: wallet.due(),
            job: wallet.job(),
            runs_at: wallet.runs_at(),
            last_refill: wallet.last_refill(),
            personal: account.personal.without_unbooked(),
            team: account.team.as_ref().map(|team| account.header_of(team).to_owned()),
            team_selected: account.selected_team().is_some(),
            renewal: account.renewal.clone(),
            shape: account.shape,
        }
    }
}
