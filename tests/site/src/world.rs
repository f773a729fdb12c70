//! The whole site's state behind one lock: accounts, sessions, options, the request log; and how commands are carried
//! out. The hosts query it; it knows nothing about HTTP.

use crate::account::{Account, AccountView, Team};
use crate::command::{Command, CommandError, Due, Fault, NewAccount, Target};
use crate::log::{Log, Request};
use crate::manners::{Booking, Kept, Manners};
use crate::plan::Plan;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// The furthest a due instant may be from now, so that a job that catches up stays quick.
const FARTHEST_DUE: TimeDelta = TimeDelta::days(5 * 365);

/// One browser's visit.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The app page's API token; not the cookie.
    pub bearer: String,
    /// Who is signed in.
    pub account: Option<String>,
}

pub(crate) struct Inner {
    accounts: BTreeMap<String, Account>,
    /// By cookie.
    sessions: HashMap<String, Session>,
    /// The account that new visitors are signed in to.
    welcome: Option<String>,
    pub manners: Manners,
    /// The balance answers in a cache, by account, each with the instant it was made.
    copies: HashMap<String, (Value, DateTime<Utc>)>,
    log: Log,
}

/// The site's state, and notifications of its changes.
pub(crate) struct World {
    inner: Mutex<Inner>,
    arrivals: broadcast::Sender<Request>,
    changes: watch::Sender<u64>,
    closed: watch::Sender<bool>,
}

/// What the control page shows.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Overview {
    now: DateTime<Utc>,
    signed_in: Option<String>,
    sessions: usize,
    manners: Manners,
    accounts: Vec<AccountView>,
    requests: Vec<Request>,
}

impl World {
    pub fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                accounts: BTreeMap::new(),
                sessions: HashMap::new(),
                welcome: None,
                manners: Manners::default(),
                copies: HashMap::new(),
                log: Log::default(),
            }),
            arrivals: broadcast::channel(1024).0,
            changes: watch::channel(0).0,
            closed: watch::channel(false).0,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere must not hide what the server holds from the test that reports it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|version| *version += 1);
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Ends every conversation that outlives its request.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    pub async fn until_closed(&self) {
        // Whoever waits holds the world, so the sender exists.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    pub fn arrivals(&self) -> broadcast::Receiver<Request> {
        self.arrivals.subscribe()
    }

    pub fn manners(&self) -> Manners {
        self.lock().manners
    }

    /// The present fault for `target`.
    pub fn fault(&self, target: Target) -> Fault {
        let manners = self.manners();
        let concerned = matches!(manners.fault_on, Target::Everything) || manners.fault_on == target;
        if concerned { manners.fault } else { Fault::None }
    }

    pub fn command(&self, command: Command) -> Result<(), CommandError> {
        let done = self.lock().carry_out(command, Utc::now());
        if done.is_ok() {
            self.changed();
        }
        done
    }

    pub fn account(&self, id: &str) -> Option<AccountView> {
        self.lock().settled(id).ok().map(|account| AccountView::from(&*account))
    }

    pub fn accounts(&self) -> Vec<AccountView> {
        self.lock().views()
    }

    pub fn overview(&self) -> Overview {
        let mut inner = self.lock();
        Overview {
            now: Utc::now(),
            signed_in: inner.welcome.clone(),
            sessions: inner.sessions.values().filter(|session| session.account.is_some()).count(),
            manners: inner.manners,
            accounts: inner.views(),
            requests: inner.log.newest(40),
        }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.lock().log.all()
    }

    /// Logs a request, notifies those who wait for it, and returns its number.
    pub fn arrived(&self, request: Request) -> u64 {
        let request = self.lock().log.add(request);
        let number = request.number;
        // Nobody may be listening.
        drop(self.arrivals.send(request));
        self.changed();
        number
    }

    pub fn answered(&self, number: u64, status: u16) {
        self.lock().log.answered(number, status);
        self.changed();
    }

    /// A cookie's session, or a new one with the cookie to set: new visitors are signed in to the account meant for
    /// them.
    pub fn visit(&self, cookie: Option<&str>) -> (Session, Option<String>) {
        let mut inner = self.lock();
        if let Some(session) = cookie.and_then(|cookie| inner.sessions.get(cookie)) {
            return (session.clone(), None);
        }
        // Two secrets; neither reveals the other.
        let [cookie, bearer] = [(); 2].map(|()| format!("{:016x}", RandomState::new().hash_one(())));
        let session = Session { bearer: format!("fake-{bearer}"), account: inner.welcome.clone() };
        inner.sessions.insert(cookie.clone(), session.clone());
        (session, Some(cookie))
    }

    /// Signs one session in to an account, or out.
    pub fn enter(&self, cookie: &str, account: Option<String>) -> Result<(), CommandError> {
        {
            let mut inner = self.lock();
            if let Some(id) = &account {
                inner.settled(id)?;
            }
            if let Some(session) = inner.sessions.get_mut(cookie) {
                session.account = account;
            }
        }
        self.changed();
        Ok(())
    }

    /// The account behind a bearer token.
    pub fn bearer_account(&self, bearer: &str) -> Option<Account> {
        let mut inner = self.lock();
        let id = inner.sessions.values().find(|session| session.bearer == bearer)?.account.clone()?;
        inner.settled(&id).ok().cloned()
    }

    /// Spends on a generation from the account's selected workspace, according to the settings for booking and
    /// failing.
    pub fn spend(&self, id: &str, tokens: u64) -> Result<(), CommandError> {
        let booking = {
            let mut inner = self.lock();
            let Manners { booking, returned, .. } = inner.manners;
            let now = Utc::now();
            let wallet = inner.settled(id)?.wallet_mut();
            let until = match booking {
                Booking::AtOnce => Duration::ZERO,
                Booking::After { ms } => Duration::from_millis(ms.into()),
            };
            let spent = wallet.spend_later(tokens, now + until);
            spent.map_err(|short| CommandError::NotEnough { wanted: tokens, held: short.held })?;
            wallet.settle(now);
            if let Some(returned) = returned {
                let until = Duration::from_secs(returned.after_seconds.into());
                wallet.give_back_later(tokens, now + until);
                self.will_change(until);
            }
            until
        };
        self.changed();
        if !booking.is_zero() {
            self.will_change(booking);
        }
        Ok(())
    }

    /// Notifies listeners when the balance changes on its own.
    fn will_change(&self, until: Duration) {
        let changes = self.changes.clone();
        tokio::spawn(async move {
            // Timers have millisecond precision, and may end just before the instant.
            tokio::time::sleep(until + Duration::from_millis(2)).await;
            changes.send_modify(|version| *version += 1);
        });
    }

    /// The balance answer that a cache returns in place of `fresh`, and when it was made.
    pub fn copy_of(&self, id: &str, kept: Kept, fresh: Value) -> (Value, DateTime<Utc>) {
        let made = Utc::now() - TimeDelta::seconds(kept.older_by_seconds.into());
        self.lock().copies.entry(id.to_owned()).or_insert((fresh, made)).clone()
    }
}

impl Inner {
    fn views(&mut self) -> Vec<AccountView> {
        let now = Utc::now();
        self.accounts.values_mut().for_each(|account| account.settle(now));
        self.accounts.values().map(AccountView::from).collect()
    }

    /// The account as it is now, after every refill due.
    fn settled(&mut self, id: &str) -> Result<&mut Account, CommandError> {
        let account = self.accounts.get_mut(id).ok_or_else(|| CommandError::UnknownAccount(id.to_owned()))?;
        account.settle(Utc::now());
        Ok(account)
    }

    fn carry_out(&mut self, command: Command, now: DateTime<Utc>) -> Result<(), CommandError> {
        match command {
            Command::AddAccount(new) => return self.add(new, now),
            Command::RemoveAccount { account } => return self.remove(&account),
            Command::SignIn { account } => {
                self.settled(&account)?;
                self.sign_everyone(Some(account));
            }
            Command::SignOut => self.sign_everyone(None),
            Command::SetPools { account, pools } => self.settled(&account)?.wallet_mut().set_pools(pools),
            Command::SetDue { account, due } => {
                let due = instant(due, now)?;
                self.settled(&account)?.wallet_mut().set_due(due, now);
            }
            Command::SetRefillJob { account, job } => self.settled(&account)?.wallet_mut().set_job(job, now),
            Command::RefillNow { account, fast } => self.settled(&account)?.wallet_mut().refill(now, fast),
            Command::ApiDue { account, due } => self.settled(&account)?.api_due = Some(due),
            Command::Renewal { account, renewal } => self.settled(&account)?.renewal = renewal,
            Command::Shape { account, shape } => self.settled(&account)?.shape = shape,
            Command::PlanSlug { account, slug } => self.settled(&account)?.wallet_mut().slug = slug,
            Command::SelectTeam { account, selected } => {
                let held = self.settled(&account)?;
                held.team.as_mut().ok_or(CommandError::NoTeam(account))?.selected = selected;
            }
            Command::JoinTeam { account } => {
                let held = self.settled(&account)?;
                if held.team.is_some() {
                    return Err(CommandError::HasTeam(account));
                }
                held.team = Some(Team::of(&account, now));
            }
            Command::GiveBack { account } => self.settled(&account)?.wallet_mut().give_back_now(),
            Command::SpendElsewhere { account, tokens } => {
                let spent = self.settled(&account)?.wallet_mut().spend(tokens);
                return spent.map_err(|short| CommandError::NotEnough { wanted: tokens, held: short.held });
            }
            Command::TopUp { account, tokens } => {
                let pools = &mut self.settled(&account)?.wallet_mut().pools;
                pools.top_up = pools.top_up.saturating_add(tokens);
            }
            Command::ChangePlan { account, plan, fast } => {
                let wallet = self.settled(&account)?.wallet_mut();
                if plan == Plan::Team || wallet.plan == Plan::Team {
                    return Err(CommandError::TeamPlan);
                }
                wallet.change_plan(plan, fast, now);
            }
            Command::Fault { fault, on } => {
                (self.manners.fault, self.manners.fault_on) = (fault, on);
            }
            Command::Transport { transport } => self.manners.transport = transport,
            Command::Counter(counter) => self.manners.counter = counter,
            Command::App(app) => self.manners.app = app,
            Command::Cache { cache } => self.manners.cache = cache,
            Command::Theme { theme } => self.manners.theme = theme,
            Command::Bystanders { bystanders } => self.manners.bystanders = bystanders,
            Command::Cost { cost } => self.manners.cost = cost,
            Command::Booking { booking } => self.manners.booking = booking,
            Command::FailedGenerations { returned } => self.manners.returned = returned,
            Command::KeptAnswers { kept } => {
                self.copies.clear();
                self.manners.kept = kept;
            }
            Command::ServerDate { offset_seconds, exposed } => {
                self.manners.date_offset_seconds = offset_seconds;
                self.manners.date_exposed = exposed;
            }
        }
        Ok(())
    }

    fn add(&mut self, new: NewAccount, now: DateTime<Utc>) -> Result<(), CommandError> {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if new.id.is_empty() || new.id.len() > 64 || !new.id.chars().all(good) {
            return Err(CommandError::BadId(new.id));
        }
        if self.accounts.contains_key(&new.id) {
            return Err(CommandError::AccountExists(new.id));
        }
        let mut account = Account::new(&new.id, new.plan, now);
        account.renewal = new.renewal;
        account.shape = new.shape;
        let wallet = account.wallet_mut();
        wallet.set_pools(new.pools);
        if let Some(due) = new.due {
            wallet.set_due(instant(due, now)?, now);
        }
        wallet.set_job(new.job, now);
        self.accounts.insert(new.id, account);
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), CommandError> {
        self.accounts.remove(id).ok_or_else(|| CommandError::UnknownAccount(id.to_owned()))?;
        let left = |account: &Option<String>| account.as_deref() == Some(id);
        self.sessions.values_mut().filter(|session| left(&session.account)).for_each(|s| s.account = None);
        if left(&self.welcome) {
            self.welcome = None;
        }
        Ok(())
    }

    fn sign_everyone(&mut self, account: Option<String>) {
        self.sessions.values_mut().for_each(|session| session.account.clone_from(&account));
        self.welcome = account;
    }
}

fn instant(due: Due, now: DateTime<Utc>) -> Result<DateTime<Utc>, CommandError> {
    let second = TimeDelta::seconds(1);
    let at = match due {
        Due::At(at) => at,
        // Rounded up: the date in an answer has no fractions, and must not be before the due instant.
        Due::InSeconds(seconds) => {
            now + TimeDelta::seconds(i64::from(seconds)) + TimeDelta::milliseconds(999)
        }
    };
    if (at - now).abs() > FARTHEST_DUE {
        return Err(CommandError::DueTooFar(at));
    }
    at.duration_trunc(second).map_err(|_| CommandError::DueTooFar(at))
}
