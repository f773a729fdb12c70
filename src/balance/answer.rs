//! Reads balances out of answers, in every shape that has been published.
//!
//! | shape | where | how sure |
//! |---|---|---|
//! | flat | `data.user_details[0]` of `GetUserTokensFromSub` | sure |
//! | nested | `data.users[0].user_details[0]`, teams under `team_memberships[].team` | sure |
//! | mobile | `data.users[0].user.user_details[0]`, the owner in `users[0].userId` | one good source |
//! | teams | `data.teams[]`, `data.team_membership[].team`, `data.teams_by_pk` | one good source |
//! | REST | top-level `user_details[0]`, no plan, API amounts | sure |
//! | spending | `apiCreditCost` or `cost{amount unit}` in a generation's answer, see `cost.rs` | sure |
//!
//! The request decides which pools count: a team's if it was made for that team, the personal ones if it was made for
//! none. A list of teams proves nothing, because the app always asks for them.

use super::cost;
use super::roots::{self, RootReading};
use super::{Amount, Pools};
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::IntoStaticStr;

/// The kind of a GraphQL operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// It reads. Costs in its answer belong to earlier generations.
    Query,
    /// It changes something. A cost in its answer is being spent now.
    Mutation,
    /// It subscribes to changes.
    Subscription,
}

/// What we know about the request behind an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The team it was made for (`x-leonardo-team-id`), if one was selected.
    pub team: Option<&'a str>,
    /// The account it asked about (`variables.sub`).
    pub sub: Option<&'a str>,
    /// The kind of operation; `None` where its document was not sent.
    pub operation: Option<Operation>,
}

/// What one answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Balances.
    Balance(Box<Reading>),
    /// A generation was paid for, with this many tokens.
    Spent(Amount),
    /// Both: a generation was paid for, and the answer also carries the user's balances. They may or may not include
    /// the cost yet.
    SpentAndBalance(Amount, Box<Reading>),
    /// It should hold balances and does not.
    Nothing(Failure),
    /// It is about something else.
    Irrelevant,
}

/// Why an answer that should hold balances does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Failure {
    /// The server refused the session: the user is signed out, or the login expired.
    SignedOut,
    /// The server sent another error, a rate limit, or a page instead of data.
    Refused,
    /// The list of balances was empty.
    Empty,
    /// There were balances, but none could be read: a new shape, or a broken answer.
    #[default]
    Unreadable,
}

impl Failure {
    /// The word in storage; with `answer-` before it, the word it is counted under.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A field that was present but not believed. The diagnostics count these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub enum Refusal {
    /// An amount that is not a number, is negative, or is above [`Amount::MAX`].
    #[strum(serialize = "amount-out-of-bounds")]
    Amount,
    /// A renewal date that cannot be read, or that names an absurd year.
    #[strum(serialize = "date-unreadable")]
    Date,
}

impl Refusal {
    /// The word it is counted under.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Whose balances these are, as the site names the account. Two shapes may name the same account differently, so we
/// keep every name an answer carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerIds {
    /// The user's ids: `users[].id` first, then `users[].userId`, `user.id` and `user_details[].id`, and last the
    /// request's `variables.sub`.
    pub user: Vec<String>,
    /// The team's id, if the pool is a team's.
    pub team: Option<String>,
}

/// Balances, as one answer gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whose they are.
    pub owner: OwnerIds,
    /// The plan's slug, unchanged.
    pub plan: Option<String>,
    /// What each pool held.
    pub pools: Pools,
    /// When the primary pool refills next, according to the server. May be in the past.
    pub renewal: Option<UtcMillis>,
    /// When the API plan refills next, according to the server.
    pub api_renewal: Option<UtcMillis>,
    /// When the pool of a team listed beside the personal ones refills next, according to the server.
    pub team_renewal: Option<UtcMillis>,
    /// The fields that were refused.
    pub refused: Vec<Refusal>,
}

/// Reads one response body, raw or cut down, given what we know about its request.
///
/// ```
/// use refill_watch::balance::{parse_answer, Amount, Pool, Request, Parsed};
/// let body = serde_json::json!({"data": {"user_details": [{"id": "u", "plan": "FREE", "subscriptionTokens": 12}]}});
/// let Parsed::Balance(reading) = parse_answer(&body, Request::default()) else { panic!() };
/// assert_eq!(reading.pools.get(Pool::Fast), Some(Amount::whole(12)));
/// assert_eq!(reading.pools.get(Pool::Rollover), None); // not told, so not known
/// ```
#[must_use]
pub fn parse_answer(body: &Value, request: Request<'_>) -> Parsed {
    match body {
        Value::Object(body) => read_object(body, request),
        Value::Array(batch) => read_batch(batch, request),
        // An HTML page instead of data: how a rate limit looks.
        Value::String(_) if request.operation != Some(Operation::Mutation) => {
            Parsed::Nothing(Failure::Refused)
        }
        _ => Parsed::Irrelevant,
    }
}

fn read_object(body: &Map<String, Value>, request: Request<'_>) -> Parsed {
    let empty = Map::new();
    let root = match body.get("data") {
        Some(Value::Object(data)) => data,
        Some(_) => &empty,
        None => body,
    };
    // An empty list of errors, or null in its place, is not an error.
    let errors = body.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
    let spent = cost::spent(root, request.operation);
    let failure = match roots::find(root, request) {
        RootReading::Reading(reading) => {
            return match spent {
                Some(spent) => Parsed::SpentAndBalance(spent, reading),
                None => Parsed::Balance(reading),
            };
        }
        RootReading::Nothing(Failure::Empty) if errors.is_some() => None,
        RootReading::Nothing(failure) => Some(failure),
        RootReading::No => None,
    };
    if let Some(spent) = spent {
        return Parsed::Spent(spent);
    }
    // A mutation may return the user as well. If it fails, that says nothing about the balance.
    if request.operation == Some(Operation::Mutation) {
        return Parsed::Irrelevant;
    }
    match (failure, errors) {
        (Some(failure), _) => Parsed::Nothing(failure),
        (None, Some(errors)) if errors.iter().all(is_of_another_root) => Parsed::Irrelevant,
        (None, Some(errors)) if errors.iter().any(is_signed_out) => Parsed::Nothing(Failure::SignedOut),
        (None, Some(_)) => Parsed::Nothing(Failure::Refused),
        (None, None) => Parsed::Irrelevant,
    }
}

/// Reads several answers in one body. The last balance counts, and costs are added up. A failure counts only if every
/// answer failed, because nothing says which of them asked for the balance.
fn read_batch(batch: &[Value], request: Request<'_>) -> Parsed {
    let (mut spent, mut balance, mut failure, mut all_failed) = (None, None, None, true);
    for one in batch.iter().filter_map(Value::as_object) {
        let told = read_object(one, request);
        all_failed &= matches!(told, Parsed::Nothing(_));
        let tokens = match told {
            Parsed::Balance(reading) => {
                balance = Some(reading);
                None
            }
            Parsed::SpentAndBalance(tokens, reading) => {
                balance = Some(reading);
                Some(tokens)
            }
            Parsed::Spent(tokens) => Some(tokens),
            Parsed::Nothing(why) => {
                failure = failure.or(Some(why));
                None
            }
            Parsed::Irrelevant => None,
        };
        spent = cost::sum(spent, tokens);
    }
    match (balance, spent, failure.filter(|_| all_failed)) {
        (Some(reading), Some(spent), _) => Parsed::SpentAndBalance(spent, reading),
        (Some(reading), None, _) => Parsed::Balance(reading),
        (None, Some(spent), _) => Parsed::Spent(spent),
        (None, None, Some(failure)) => Parsed::Nothing(failure),
        (None, None, None) => Parsed::Irrelevant,
    }
}

/// Whether the server refused the session: by its own error code, or by one that stands for an HTTP status.
fn is_signed_out(error: &Value) -> bool {
    let code = error.get("extensions").and_then(|extensions| extensions.get("code")).and_then(Value::as_str);
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    matches!(code, Some("invalid-jwt" | "access-denied" | "invalid-headers" | "http-401" | "http-403"))
        || message.contains("JWT")
}

/// Whether an error names its root, by GraphQL's `path` or by Hasura's `extensions.path`
/// (`$.selectionSet.createSDGenerationJob`), and that root holds no balances.
fn is_of_another_root(error: &Value) -> bool {
    let hasura =
        error.get("extensions").and_then(|extensions| extensions.get("path")).and_then(Value::as_str);
    let hasura = hasura.and_then(|path| path.strip_prefix("$.selectionSet.")?.split(['.', '[']).next());
    let root = error.get("path").and_then(|path| path.get(0)?.as_str()).or(hasura);
    root.is_some_and(|root| !roots::NAMES.contains(&root))
}
