//! Requests for the balance: the page asks, the server answers, the answer arrives. Each step may take its time.

use super::agenda::Happening;
use super::persona::TeamUse;
use super::{Browser, Parsed, Shown};
use crate::server::{Instant, Shape, Wallet, answer, told_date};
use crate::tally::Tally;
use refill_watch::UtcMillis;
use refill_watch::balance::Operation;
use refill_watch::state::{Answer, Event, TabId};
use refill_watch::time::{HOUR, MINUTE, SECOND};
use serde_json::{Value, json};

/// How many answers of an account a cache may serve again.
const KEPT: usize = 6;

/// What the server answered, whenever that arrives.
#[derive(Clone, Debug)]
pub struct Served {
    /// When the server read the balance.
    pub at: Instant,
    /// The body.
    pub body: Value,
    /// What the account held then.
    pub wallet: Wallet,
    /// The renewal date in it.
    pub date: Option<Instant>,
    /// The plan's slug in it.
    pub slug: Option<String>,
}

/// A request for the balance.
#[derive(Clone, Debug)]
pub struct Request {
    tab: i64,
    document: u32,
    account: usize,
    asked: Instant,
    served: Option<Served>,
    age: Option<i64>,
}

impl Browser {
    /// The page asks for the balance.
    pub(super) fn ask(&mut self, id: i64, document: u32, at: Instant) {
        let Some(account) = self.tab_mut(id).filter(|tab| tab.document == document).map(|tab| tab.account)
        else {
            return;
        };
        let slow = self.dice.chance(self.plot.rates.slow);
        let takes = if slow {
            self.dice.between(20 * SECOND, 180 * SECOND)
        } else {
            self.dice.between(200, 3 * SECOND)
        };
        // A slow answer is held up before the server reads the balance, or on its way back.
        let waits = if slow && self.dice.chance(0.5) { self.dice.between(0, takes) } else { 20 };
        let number = self.next_request;
        self.next_request += 1;
        let request = Request { tab: id, document, account, asked: at, served: None, age: None };
        self.requests.insert(number, request);
        self.agenda.put(at + waits, Happening::Serve(number));
        self.agenda.put(at + takes, Happening::Arrive(number));
    }

    /// The server, or a cache in its place, answers.
    pub(super) fn serve(&mut self, number: u64, at: Instant) {
        let Some(account) = self.requests.get(&number).map(|request| request.account) else { return };
        let kept = self.accounts[account].kept.iter().rev().find(|kept| at - kept.at > 5 * SECOND);
        let kept = kept.cloned().filter(|kept| at - kept.at < 20 * HOUR);
        let cached = kept.filter(|_| self.dice.chance(self.plot.rates.cached));
        let age = cached.as_ref().map(|kept| at - kept.at);
        let served = cached.unwrap_or_else(|| self.served_now(account, at));
        if let Some(request) = self.requests.get_mut(&number) {
            (request.served, request.age) = (Some(served), age);
        }
    }

    fn served_now(&mut self, account: usize, at: Instant) -> Served {
        let (usual, other) = self.persona.shapes;
        let shape = if self.dice.chance(0.9) { usual } else { other };
        let served = self.read(account, shape, at);
        let kept = &mut self.accounts[account].kept;
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(served.clone());
        served
    }

    /// What the server answers about an account now.
    pub(super) fn read(&self, account: usize, shape: Shape, at: Instant) -> Served {
        let person = &self.accounts[0];
        let asked = &self.accounts[account];
        let team = self.accounts.iter().find(|known| known.owner.team.is_some());
        let person = if asked.owner.team.is_some() { person } else { asked };
        let team = team.map(|team| (&team.server, &team.owner));
        let body = answer((&person.server, &person.owner), team, shape);
        // For a team, the newer shape has neither date nor plan; the official REST one never has a plan.
        let is_bare = asked.owner.team.is_some() && shape == Shape::Flat;
        Served {
            at,
            body,
            wallet: asked.server.wallet,
            date: told_date(&asked.server).filter(|_| !is_bare),
            slug: (!is_bare && shape != Shape::Rest).then(|| asked.server.slug.clone()),
        }
    }

    /// The answer arrives, unless the page is gone or the computer sleeps.
    pub(super) fn arrive(&mut self, number: u64, at: Instant, tally: &mut Tally) {
        let Some(request) = self.requests.remove(&number) else { return };
        let Request { tab: id, document, account, asked, .. } = request;
        if !self.awake || self.tab_mut(id).is_none_or(|tab| tab.document != document) {
            return;
        }
        if self.dice.chance(self.plot.rates.failed) {
            self.fail(id, asked, at);
            self.judge(id, at, tally);
            return;
        }
        let Some(served) = request.served else { return };
        self.deliver_answer(id, account, asked, served, request.age, at);
        self.judge_all(at + 1, tally);
        let paints = at + self.dice.between(50, 1_500);
        self.agenda.put(paints, Happening::Paint(id, document));
    }

    /// Hands an answer with a balance to the engine, and records what it told.
    pub(super) fn deliver_answer(
        &mut self,
        id: i64,
        account: usize,
        asked: Instant,
        served: Served,
        age: Option<i64>,
        at: Instant,
    ) {
        let header = self.persona.team == TeamUse::Header;
        let owner = &self.accounts[account].owner;
        let team = owner.team.clone().filter(|_| header);
        let sub = self.accounts[0].owner.sub.clone().filter(|_| owner.team.is_some() || account == 0);
        let sub = sub.or_else(|| owner.sub.clone());
        // The `Date` header counts whole seconds. A cached answer shows its age by `Age`, an old `Date`, or both.
        let dated = self.persona.server_date;
        let server_date = dated.then(|| UtcMillis(served.at / 1_000 * 1_000).to_string());
        let age_s = age.filter(|_| !dated || self.dice.chance(0.5)).map(|age| age / SECOND);
        if dated && age.is_none() {
            self.clock_told_at = Some(at);
        }
        let asked_at = self.persona.asked_is_told.then(|| self.engine.raw(asked).to_string());
        let answer = Answer {
            team,
            sub,
            server_date,
            asked_at,
            age_s: age_s.and_then(|age| u64::try_from(age).ok()),
            operation: Some(Operation::Query),
            ..Answer::new(TabId(id), served.body.clone())
        };
        self.send(Event::Answer(answer), at);
        // A cached answer counts from when the cache stored it, and the headers let the engine know.
        let counts_from = if age.is_some() { served.at } else { asked };
        let stamped = self.engine.believed(at) - (at - counts_from);
        let shown = Shown {
            requested: if self.persona.asked_is_told { asked } else { at },
            asked: counts_from,
            served: served.at,
            heard: at,
            wallet: served.wallet,
            date: served.date,
        };
        if let Some(tab) = self.tab_mut(id) {
            tab.answer = Some(shown);
        }
        let told = Parsed {
            stamped,
            asked: counts_from,
            served: served.at,
            heard: at,
            wallet: served.wallet,
            date: served.date,
            slug: served.slug,
            is_from_device: false,
        };
        self.accounts[account].tell(told);
        if self.accounts[account].id.is_none() {
            let id = self.engine.status(id, at).account.map(|(id, _)| id.to_string());
            self.accounts[account].id = id;
        }
        if account == 0 {
            self.tell_settings(at + 1);
        }
    }

    fn fail(&mut self, id: i64, asked: Instant, at: Instant) {
        let body = match self.dice.between(0, 3) {
            0 => {
                json!({"errors": [{"message": "Could not verify JWT: JWTExpired", "extensions": {"code": "invalid-jwt"}}]})
            }
            1 => json!("<!doctype html><title>429 Too Many Requests</title>"),
            2 => json!({"data": {"user_details": []}}),
            _ => {
                json!({"errors": [{"message": "database query error", "extensions": {"code": "unexpected"}}]})
            }
        };
        let asked_at = self.persona.asked_is_told.then(|| self.engine.raw(asked).to_string());
        let operation = Some(Operation::Query);
        self.send(Event::Answer(Answer { asked_at, operation, ..Answer::new(TabId(id), body) }), at);
        let order = if self.persona.asked_is_told { asked } else { at };
        if let Some(tab) = self.tab_mut(id) {
            tab.failed = Some(order);
        }
        if self.dice.chance(0.7) {
            self.agenda.put(at + self.dice.between(5 * SECOND, MINUTE), Happening::Reload(id));
        }
    }
}
