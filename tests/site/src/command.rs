//! Everything that can be done to the site by hand: one enum for tests, the demo and the control page.
//!
//! The control page posts the same JSON: `{"command":"set-due","account":"ana","due":{"in-seconds":30}}`.

use crate::manners::{App, Booking, Bystanders, Cache, Cost, Counter, Kept, Returned, Theme, Transport};
use crate::plan::Plan;
use crate::wallet::{Job, PoolsChange};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One action on the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
#[allow(missing_docs)] // `account` is the account's id; the variant says the rest.
pub enum Command {
    /// Opens an account.
    AddAccount(NewAccount),
    /// Closes an account; whoever is signed in to it is signed out.
    RemoveAccount { account: String },
    /// Signs every session in to the account, and all new visitors.
    SignIn { account: String },
    /// Signs every session out; new visitors see the sign-in page.
    SignOut,
    /// Sets the named pools.
    SetPools { account: String, pools: PoolsChange },
    /// Sets when the next refill is due.
    SetDue { account: String, due: Due },
    /// Sets how the refill job behaves from now on.
    SetRefillJob { account: String, job: Job },
    /// Runs the job now, on time or not; with `fast` tokens instead of the plan's allotment, if given.
    RefillNow {
        account: String,
        #[serde(default)]
        fast: Option<u64>,
    },
    /// Sets the answer's `tokenRenewalDate`.
    Renewal { account: String, renewal: Renewal },
    /// Sets when the account's API plan refills, which only the REST answer reports.
    ApiDue { account: String, due: DateTime<Utc> },
    /// Sets the shape of the balance answer.
    Shape { account: String, shape: Shape },
    /// Sets the answer's `plan`.
    PlanSlug { account: String, slug: String },
    /// Selects the team workspace, or the personal one.
    SelectTeam { account: String, selected: bool },
    /// Makes an account without a team a member of one. Its answers list the team from then on, while the personal
    /// workspace stays selected.
    JoinTeam { account: String },
    /// Spends where no tab of this browser sees it.
    SpendElsewhere { account: String, tokens: u64 },
    /// Returns at once what failed generations have yet to return.
    GiveBack { account: String },
    /// Buys top-up tokens.
    TopUp { account: String, tokens: u64 },
    /// Moves to another plan; the pool then holds `fast`, or the new allotment if not given.
    ChangePlan {
        account: String,
        plan: Plan,
        #[serde(default)]
        fast: Option<u64>,
    },
    /// Breaks the API's answers until the next such command.
    Fault {
        fault: Fault,
        #[serde(default)]
        on: Target,
    },
    /// What the app uses to reach its API. This and the next six take effect at a page's next load.
    Transport { transport: Transport },
    /// How the app shows the balance.
    Counter(Counter),
    /// How the app is made, and what happens to its document.
    App(App),
    /// How long the app keeps a balance.
    Cache { cache: Cache },
    /// The app's colours.
    Theme { theme: Theme },
    /// What else the app asks, and whether that fails.
    Bystanders { bystanders: Bystanders },
    /// How a generation's answer reports its cost.
    Cost { cost: Cost },
    /// When a generation's cost is subtracted from the balance.
    Booking { booking: Booking },
    /// Whether generations started from now on fail, and when their cost then comes back.
    FailedGenerations { returned: Option<Returned> },
    /// Whether balance answers come from a cache. It stores the first answer after this.
    KeptAnswers { kept: Option<Kept> },
    /// The API's `Date` header: how far its clock is off, and whether pages may read it.
    ServerDate { offset_seconds: i32, exposed: bool },
}

/// A new account. Only the id and the plan are required: `NewAccount::new("ana", Plan::Free)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewAccount {
    /// 1 to 64 letters, digits, `-` or `_`; answers use it as the user's id.
    pub id: String,
    /// The plan; a team account also has a personal workspace on the free plan.
    pub plan: Plan,
    /// Pools that differ from a full allotment and nothing else.
    #[serde(default)]
    pub pools: PoolsChange,
    /// The next refill; by default 00:00 UTC on the free plan, in a month on the others.
    #[serde(default)]
    pub due: Option<Due>,
    /// How the refill job behaves.
    #[serde(default)]
    pub job: Job,
    /// The answer's `tokenRenewalDate`.
    #[serde(default)]
    pub renewal: Renewal,
    /// The shape of the balance answer.
    #[serde(default)]
    pub shape: Shape,
}

impl NewAccount {
    /// An account with a full allotment and defaults for everything else.
    #[must_use]
    pub fn new(id: &str, plan: Plan) -> Self {
        Self {
            id: id.to_owned(),
            plan,
            pools: PoolsChange::default(),
            due: None,
            job: Job::default(),
            renewal: Renewal::default(),
            shape: Shape::default(),
        }
    }
}

/// An instant, absolute or relative to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// This instant; fractions of a second are dropped, as the site's own dates have none.
    At(DateTime<Utc>),
    /// The first whole second at least this long from now; negative for the past.
    InSeconds(i32),
}

/// The answer's `tokenRenewalDate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// `null` on the free plan, visible on the others.
    #[default]
    Usual,
    /// The next due instant, without a zone, to the second: `2026-11-23T00:00:00`.
    Visible,
    /// `null`.
    Null,
    /// The field is missing.
    Absent,
    /// The due instant before the next one.
    Past,
    /// This text, whatever it is.
    Verbatim(String),
}

/// The shape of the balance answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// What the app requests today: `data.user_details[0]` without an id, beside `data.teams`, which is empty or
    /// lists the team, selected or not.
    #[default]
    Live,
    /// `data.user_details[0]` with an id, and no teams.
    Flat,
    /// The same, with fields unrelated to balances, including an e-mail address.
    Rich,
    /// The same, with only the fast pool, the top-up pool and the plan.
    Sparse,
    /// `data.users[0].user_details[0]`.
    Nested,
    /// Nested, with the team under `team_memberships[].team`.
    TeamMemberships,
    /// Flat, with the team and its id in `data.teams[0]`.
    Teams,
    /// Only `data.teams[0]`.
    TeamsAlone,
    /// The app requests `GET https://cloud.leonardo.ai/api/rest/v1/me` instead.
    Rest,
}

/// What goes wrong in the API's answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// HTTP 200 with an `invalid-jwt` error.
    InvalidJwt,
    /// HTTP 429 with an HTML page.
    #[serde(rename = "html-429")]
    Html429,
    /// The connection drops without an answer.
    Offline,
    /// The answer comes this much later, or as soon as the fault is lifted.
    Slow {
        /// Milliseconds.
        ms: u32,
    },
    /// HTTP 200 with truncated JSON.
    Truncated,
    /// The app never requests its balance. This and all that follow affect only the balance.
    NoBalance,
    /// The list of users is empty.
    EmptyList,
    /// Every amount and the date are `null`.
    Nulls,
    /// Objects, lists and words in place of numbers.
    WrongTypes,
    /// Amounts as strings: `"150"`.
    NumbersAsText,
    /// Negative amounts.
    Negative,
    /// Amounts with fractions.
    Fractions,
    /// 2^53 + 3, which a double cannot hold.
    HugeNumber,
    /// A correct answer inside a body of over a megabyte.
    BigBody,
}

/// Which answers a fault affects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// All of them.
    #[default]
    Everything,
    /// Balances.
    Balance,
    /// Generations.
    Generate,
    /// The app's other queries.
    Bystander,
    /// The feed, which is unrelated to balances.
    Feed,
}

/// Why a command was not carried out. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such account.
    #[error("there is no account “{0}”")]
    UnknownAccount(String),
    /// The id is in use.
    #[error("there is an account “{0}” already")]
    AccountExists(String),
    /// The id is not valid.
    #[error("an account id is 1 to 64 letters, digits, “-” or “_”, not “{0}”")]
    BadId(String),
    /// The due instant is more than five years from now.
    #[error("a refill is due within five years of now, not at {0}")]
    DueTooFar(DateTime<Utc>),
    /// The account has no team workspace.
    #[error("“{0}” has no team workspace: accounts added on the team plan have one, others can join one")]
    NoTeam(String),
    /// It already has one.
    #[error("“{0}” has a team workspace already")]
    HasTeam(String),
    /// A team account cannot have another team.
    #[error("a workspace cannot change to or from the team plan: add another account")]
    TeamPlan,
    /// The balance does not cover it.
    #[error("{wanted} tokens cannot be spent: there are {held}")]
    NotEnough {
        /// The amount to spend.
        wanted: u64,
        /// The amount available.
        held: u64,
    },
}
