//! Reading balances out of an answer, in every shape that has been published.
//!
//! | shape | where | how sure |
//! |---|---|---|
//! | flat | `data.user_details[0]` of `GetUserTokensFromSub` | sure |
//! | nested | `data.users[0].user_details[0]`, teams under `team_memberships[].team` | sure |
//! | teams | `data.teams[]`; the team's pool replaces the personal one | one good source |
//! | REST | top-level `user_details[0]`, no plan, API amounts | sure |
//! | spending | `apiCreditCost` or `cost{amount}` anywhere in a generation's answer | one good source |

use super::{Amount, Pool, Pools};
use crate::stored::stored_words;
use crate::time::{UtcMillis, parse_timestamp};
use serde_json::{Map, Value};

/// What one response told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Balances.
    Balance(Box<Reading>),
    /// A generation was paid for: so many tokens.
    Spent(Amount),
    /// It should have held balances and does not.
    Nothing(Failure),
    /// It is about something else.
    Irrelevant,
}

/// Why an answer that should have held balances does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Failure {
    /// The server refused the session: signed out, or the login ran out.
    SignedOut,
    /// The server answered with another error, a limit, or a page instead of data.
    Refused,
    /// The list of balances was empty.
    Empty,
    /// Balances were there and none could be read: a new shape, or a broken answer.
    #[default]
    Unreadable,
}

stored_words!(Failure {
    SignedOut = "signed-out",
    Refused = "refused",
    Empty = "empty",
    Unreadable = "unreadable",
});

/// A field that was there and was not believed. Counted in the diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An amount that is no number, negative, or above [`Amount::MAX`].
    Amount,
    /// A renewal date that cannot be read or names an absurd year.
    Date,
}

impl Refusal {
    /// The word under which it is counted.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Amount => "amount-out-of-bounds",
            Self::Date => "date-unreadable",
        }
    }
}

/// Who the balances belong to, as the site names it. Two shapes may name one account differently, so all
/// names that an answer carries are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerIds {
    /// The user's ids: `users[].id` first, then `user.id`, then `user_details[].id`.
    pub user: Vec<String>,
    /// The team's id where the pool is a team's.
    pub team: Option<String>,
}

/// Balances as one answer gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whose they are.
    pub owner: OwnerIds,
    /// The plan's slug, as it is.
    pub plan: Option<String>,
    /// What each pool held.
    pub pools: Pools,
    /// When the primary pool refills next, by the server. May lie in the past.
    pub renewal: Option<UtcMillis>,
    /// When the API plan refills next, by the server.
    pub api_renewal: Option<UtcMillis>,
    /// What was refused.
    pub refused: Vec<Refusal>,
}

/// Reads one response body, raw or reduced. `team` is the team that the request was made for, if any.
///
/// ```
/// use refill_watch::balance::{read_answer, Amount, Pool, Told};
/// let body = serde_json::json!({"data": {"user_details": [{"id": "u", "plan": "FREE", "subscriptionTokens": 12}]}});
/// let Told::Balance(reading) = read_answer(&body, None) else { panic!() };
/// assert_eq!(reading.pools.get(Pool::Fast), Some(Amount::whole(12)));
/// assert_eq!(reading.pools.get(Pool::Rollover), None); // not told, so not known
/// ```
#[must_use]
pub fn read_answer(body: &Value, team: Option<&str>) -> Told {
    let Value::Object(body) = body else {
        // An HTML page in place of data, as a rate limit sends it.
        return if body.is_string() { Told::Nothing(Failure::Refused) } else { Told::Irrelevant };
    };
    let empty = Map::new();
    let root = match body.get("data") {
        Some(Value::Object(data)) => data,
        Some(_) => &empty,
        None => body,
    };
    // An empty list of errors, or null in its place, is no error.
    let errors = body.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
    match find_balances(root, team) {
        Found::Reading(reading) if !reading.pools.is_empty() => return Told::Balance(Box::new(reading)),
        Found::Reading(_) => return Told::Nothing(Failure::Unreadable),
        Found::EmptyList if errors.is_none() => return Told::Nothing(Failure::Empty),
        Found::EmptyList | Found::No => {}
    }
    if let Some(cost) = find_cost(root, 6) {
        return Told::Spent(cost);
    }
    match errors {
        Some(errors) if errors.iter().any(is_signed_out) => Told::Nothing(Failure::SignedOut),
        Some(_) => Told::Nothing(Failure::Refused),
        None => Told::Irrelevant,
    }
}

enum Found {
    Reading(Reading),
    EmptyList,
    No,
}

fn find_balances(root: &Map<String, Value>, team: Option<&str>) -> Found {
    let user = first_object(root.get("users"));
    let holder = user.unwrap_or(root);
    let details = first_object(holder.get("user_details"));
    let mut reading = Reading::default();
    for id in [
        user.and_then(|user| user.get("id")),
        details.and_then(|details| details.get("user")).and_then(|user| user.get("id")),
        details.and_then(|details| details.get("id")),
    ] {
        reading.owner.user.extend(id.and_then(read_id).filter(|id| !reading.owner.user.contains(id)));
    }
    if let Some(team) = selected_team(root, holder, details, team) {
        read_team(team, &mut reading);
        return Found::Reading(reading);
    }
    let Some(details) = details else {
        // Having no team is nothing wrong, unless a team's pool was asked for.
        let listed = ["users", "user_details"].iter().any(|key| root.contains_key(*key))
            || (team.is_some() && root.contains_key("teams"));
        return if listed { Found::EmptyList } else { Found::No };
    };
    read_personal(details, &mut reading);
    // A member of a team who looks at the personal workspace: the team's pool is told, and is another pool.
    let membership =
        objects(holder.get("team_memberships")).chain(objects(details.get("team_memberships"))).next();
    if let Some(team) = membership.and_then(|member| member.get("team")?.as_object()) {
        read_amount(team.get("subscriptionTokens"), Pool::Team, &mut reading);
    }
    Found::Reading(reading)
}

/// The team whose pool replaces the personal one: the one that was asked for, else (in the newer shape,
/// which lists teams only in a team workspace) the first.
fn selected_team<'a>(
    root: &'a Map<String, Value>,
    holder: &'a Map<String, Value>,
    details: Option<&'a Map<String, Value>>,
    asked: Option<&str>,
) -> Option<&'a Map<String, Value>> {
    let newer = objects(root.get("teams"));
    let memberships = objects(holder.get("team_memberships"))
        .chain(details.into_iter().flat_map(|details| objects(details.get("team_memberships"))));
    let mut all = newer.chain(memberships.filter_map(|member| member.get("team")?.as_object()));
    match asked {
        Some(asked) => all
            .find(|team| {
                ["id", "akUUID"].iter().any(|key| team.get(*key).and_then(Value::as_str) == Some(asked))
            })
            .or_else(|| first_object(root.get("teams"))),
        None => first_object(root.get("teams")),
    }
}

fn read_team(team: &Map<String, Value>, reading: &mut Reading) {
    reading.owner.team = Some(
        ["akUUID", "id"]
            .iter()
            .find_map(|key| team.get(*key).and_then(read_id))
            .unwrap_or_else(|| "team".into()),
    );
    reading.plan = read_slug(team.get("plan"));
    read_amount(team.get("subscriptionTokens"), Pool::Team, reading);
    read_amount(team.get("rolloverTokens"), Pool::Rollover, reading);
    read_amount(team.get("paidTokens"), Pool::TopUp, reading);
    reading.renewal = read_date(team.get("planTokenRenewalDate"), &mut reading.refused);
}

fn read_personal(details: &Map<String, Value>, reading: &mut Reading) {
    reading.plan = read_slug(details.get("plan"));
    read_amount(details.get("subscriptionTokens"), Pool::Fast, reading);
    read_amount(details.get("rolloverTokens"), Pool::Rollover, reading);
    read_amount(details.get("paidTokens"), Pool::TopUp, reading);
    // API credits come in two parts, plan and bought; the surfaces show one sum. A part that was told but
    // is not readable makes the sum unknown, and so does a sum that is not believed.
    let parts =
        ["apiSubscriptionTokens", "apiPaidTokens"].map(|key| details.get(key).filter(|v| !v.is_null()));
    let read = parts.map(|part| part.map(Amount::from_json));
    let unreadable = read.iter().any(|part| matches!(part, Some(None)));
    match read.into_iter().flatten().flatten().reduce(Amount::plus) {
        Some(sum) if !unreadable && sum <= Amount::MAX => reading.pools.set(Pool::Api, sum),
        None if !unreadable => {}
        _ => reading.refused.push(Refusal::Amount),
    }
    reading.renewal = read_date(details.get("tokenRenewalDate"), &mut reading.refused);
    reading.api_renewal = read_date(details.get("apiPlanTokenRenewalDate"), &mut reading.refused);
}

fn read_amount(value: Option<&Value>, pool: Pool, reading: &mut Reading) {
    match value {
        None | Some(Value::Null) => {}
        Some(value) => match Amount::from_json(value) {
            Some(amount) => reading.pools.set(pool, amount),
            None => reading.refused.push(Refusal::Amount),
        },
    }
}

fn read_date(value: Option<&Value>, refused: &mut Vec<Refusal>) -> Option<UtcMillis> {
    match value? {
        Value::Null => None,
        Value::String(text) => parse_timestamp(text).map_err(|_| refused.push(Refusal::Date)).ok(),
        _ => {
            refused.push(Refusal::Date);
            None
        }
    }
}

/// A slug is shown as it is when it is not known, so it is held to what a slug can look like.
fn read_slug(value: Option<&Value>) -> Option<String> {
    let slug = value?.as_str()?;
    let plain = !slug.is_empty()
        && slug.len() <= 40
        && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"_- ".contains(&b));
    plain.then(|| slug.to_owned())
}

fn read_id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if !id.is_empty() && id.len() <= 128 => Some(id.clone()),
        Value::Number(id) => id.as_i64().map(|id| id.to_string()),
        _ => None,
    }
}

fn objects(list: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn first_object(list: Option<&Value>) -> Option<&Map<String, Value>> {
    objects(list).next()
}

fn is_signed_out(error: &Value) -> bool {
    let code = error.get("extensions").and_then(|extensions| extensions.get("code")).and_then(Value::as_str);
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    matches!(code, Some("invalid-jwt" | "access-denied" | "invalid-headers"))
        || message.as_bytes().windows(3).any(|three| three == b"JWT")
}

/// The cost of a generation, wherever the mutation's name put it, down to `depth` levels.
fn find_cost(object: &Map<String, Value>, depth: u8) -> Option<Amount> {
    if let Some(cost) = object.get("apiCreditCost").and_then(Amount::from_json) {
        return Some(cost);
    }
    if let Some(Value::Object(cost)) = object.get("cost")
        && let Some(amount) = cost.get("amount").and_then(Amount::from_json)
        // Dollars are not tokens.
        && !cost.get("unit").and_then(Value::as_str).is_some_and(|unit| unit.eq_ignore_ascii_case("usd"))
    {
        return Some(amount);
    }
    let depth = depth.checked_sub(1)?;
    object.values().filter_map(Value::as_object).find_map(|inner| find_cost(inner, depth))
}
