//! Finds where an answer holds balances, and whose they are.

use super::answer::{Failure, Reading, Refusal, Request};
use super::{Amount, Pool};
use crate::time::{UtcMillis, parse_timestamp};
use serde_json::{Map, Value};

/// The roots that are known to hold balances.
pub(super) const NAMES: [&str; 6] =
    ["users", "user_details", "teams", "teams_by_pk", "team_membership", "team_memberships"];

/// The fields of a person or a team that hold tokens.
const TOKENS: [&str; 5] =
    ["subscriptionTokens", "rolloverTokens", "paidTokens", "apiSubscriptionTokens", "apiPaidTokens"];

type Object = Map<String, Value>;

/// What was found under the roots.
pub(super) enum RootReading {
    /// Balances of at least one pool.
    Reading(Box<Reading>),
    /// Balances should be there and are not.
    Nothing(Failure),
    /// Nothing that should hold balances.
    No,
}

/// Finds the balances that the request asked for.
pub(super) fn find(root: &Object, request: Request<'_>) -> RootReading {
    let user = first_object(root.get("users"));
    // The mobile app's query has the person one level deeper.
    let person = user.and_then(|user| user.get("user")?.as_object());
    let holder = person.filter(|person| person.contains_key("user_details")).or(user).unwrap_or(root);
    let details = first_object(holder.get("user_details"));
    let mut reading = Reading::default();
    let id_of = |object: Option<&Object>, key: &str| object.and_then(|object| read_id(object.get(key)?));
    let named_by = details.and_then(|details| details.get("user")?.as_object());
    let ids = [
        id_of(user, "id"),
        id_of(user, "userId"),
        id_of(person, "id"),
        id_of(named_by, "id"),
        id_of(details, "id"),
        request.sub.filter(|sub| is_id(sub)).map(str::to_owned),
    ];
    for id in ids.into_iter().flatten() {
        if !reading.owner.user.contains(&id) {
            reading.owner.user.push(id);
        }
    }
    let memberships: Vec<&Object> = [Some(holder), user, details]
        .into_iter()
        .flatten()
        .flat_map(|object| objects(object.get("team_memberships")))
        .filter_map(|member| member.get("team")?.as_object())
        .collect();
    if let Some(asked) = request.team {
        let listed = objects(root.get("teams"))
            .chain(root.get("teams_by_pk").and_then(Value::as_object))
            .chain(objects(root.get("team_membership")).filter_map(|member| member.get("team")?.as_object()))
            .chain(memberships.iter().copied());
        return match listed.filter(|team| is_team(team, asked)).max_by_key(|team| tells_tokens(team)) {
            Some(team) => read_team(team, asked, reading),
            // A list of teams without the one we asked for, or somebody else's balances.
            None if lists_balances(root, details) => RootReading::Nothing(Failure::Empty),
            None => RootReading::No,
        };
    }
    let Some(details) = details else {
        let is_there = holder.contains_key("user_details") || (root.contains_key("users") && user.is_none());
        return if is_there { RootReading::Nothing(Failure::Empty) } else { RootReading::No };
    };
    if !tells_tokens(details) {
        return RootReading::No;
    }
    read_personal(details, &mut reading);
    // A team member in their personal workspace: the answer also has the team's pool, which is a separate pool.
    let beside = memberships.into_iter().find(|team| tells_tokens(team));
    if let Some(team) = beside.filter(|_| reading.pools.get(Pool::Fast).is_some()) {
        read_amount(team.get("subscriptionTokens"), Pool::Team, &mut reading);
        reading.team_renewal = read_date(team.get("planTokenRenewalDate"), &mut reading.refused);
    }
    told(reading)
}

fn told(reading: Reading) -> RootReading {
    if reading.pools.is_empty() {
        RootReading::Nothing(Failure::Unreadable)
    } else {
        RootReading::Reading(Box::new(reading))
    }
}

/// Whether the answer to a team request was about balances; if so, it should have held that team.
fn lists_balances(root: &Object, details: Option<&Object>) -> bool {
    let empty = |name: &str| root.contains_key(name) && first_object(root.get(name)).is_none();
    let teams = objects(root.get("teams")).chain(root.get("teams_by_pk").and_then(Value::as_object));
    details.is_some_and(tells_tokens)
        || teams.into_iter().any(tells_tokens)
        || objects(root.get("team_membership"))
            .any(|member| member.get("team").and_then(Value::as_object).is_some_and(tells_tokens))
        || NAMES.iter().any(|name| *name != "teams_by_pk" && empty(name))
        || root.get("teams_by_pk").is_some_and(Value::is_null)
}

/// Whether this is the team with that `akUUID` (what the request's header holds) or that id.
fn is_team(team: &Object, asked: &str) -> bool {
    ["akUUID", "id"]
        .iter()
        .any(|key| team.get(*key).and_then(read_id).is_some_and(|id| id.eq_ignore_ascii_case(asked)))
}

/// Whether anything here is about tokens: profiles come under the same roots, without any.
fn tells_tokens(object: &Object) -> bool {
    TOKENS.iter().any(|key| object.contains_key(*key))
}

fn read_team(team: &Object, asked: &str, mut reading: Reading) -> RootReading {
    if !tells_tokens(team) {
        return RootReading::No;
    }
    let id = ["akUUID", "id"].iter().find_map(|key| team.get(*key).and_then(read_id));
    reading.owner.team = Some(id.unwrap_or_else(|| asked.to_owned()));
    reading.plan = read_slug(team.get("plan"));
    read_amount(team.get("subscriptionTokens"), Pool::Team, &mut reading);
    read_amount(team.get("rolloverTokens"), Pool::Rollover, &mut reading);
    read_amount(team.get("paidTokens"), Pool::TopUp, &mut reading);
    reading.renewal = read_date(team.get("planTokenRenewalDate"), &mut reading.refused);
    told(reading)
}

fn read_personal(details: &Object, reading: &mut Reading) {
    reading.plan = read_slug(details.get("plan"));
    read_amount(details.get("subscriptionTokens"), Pool::Fast, reading);
    read_amount(details.get("rolloverTokens"), Pool::Rollover, reading);
    read_amount(details.get("paidTokens"), Pool::TopUp, reading);
    // API credits come in two parts, plan and bought; surfaces show the sum. If a part is present but unreadable, the
    // sum is unknown; so is a sum too large to believe.
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

/// An unknown slug is shown unchanged, so it must look like a slug.
fn read_slug(value: Option<&Value>) -> Option<String> {
    let slug = value?.as_str()?;
    let plain = !slug.is_empty()
        && slug.len() <= 40
        && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"_- ".contains(&b));
    plain.then(|| slug.to_owned())
}

fn read_id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if is_id(id) => Some(id.clone()),
        Value::Number(id) => id.as_i64().map(|id| id.to_string()),
        _ => None,
    }
}

/// Longer ones are hostile.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 128
}

fn objects(list: Option<&Value>) -> impl Iterator<Item = &Object> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn first_object(list: Option<&Value>) -> Option<&Object> {
    objects(list).next()
}
