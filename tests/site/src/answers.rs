//! The balance answers, in every shape that the real API is known to use and with every fault it may have.
//!
//! The field names are the real ones; nothing else in the crate spells them.

use crate::account::{Account, Team};
use crate::command::{Fault, Shape};
use crate::wallet::Wallet;
use serde_json::{Map, Value, json};

/// 2^53 + 3: the first odd number that a double rounds away from.
const BEYOND_DOUBLES: u64 = 9_007_199_254_740_995;

/// The fields that carry a balance.
const AMOUNTS: [&str; 9] = [
    "subscriptionTokens",
    "rolloverTokens",
    "paidTokens",
    "streamTokens",
    "subscriptionGptTokens",
    "subscriptionModelTokens",
    "apiPaidTokens",
    "apiSubscriptionTokens",
    "apiConcurrencySlots",
];
const DATES: [&str; 3] = ["tokenRenewalDate", "planTokenRenewalDate", "apiPlanTokenRenewalDate"];

/// The answer to the app's balance query.
pub(crate) fn balance(account: &Account, fault: Fault) -> Value {
    if fault == Fault::EmptyList {
        return empty(account.shape);
    }
    let data = match account.shape {
        Shape::Live => json!({ "user_details": [without_id(details(account))], "teams": listed(account) }),
        Shape::Flat | Shape::Rest => json!({ "user_details": [details(account)] }),
        Shape::Rich => {
            let mut details = details(account);
            extend(&mut details, rich(account));
            json!({ "user_details": [details] })
        }
        Shape::Sparse => {
            let mut details = details(account);
            if let Value::Object(fields) = &mut details {
                fields.retain(|key, _| {
                    ["id", "plan", "subscriptionTokens", "paidTokens"].contains(&key.as_str())
                });
            }
            json!({ "user_details": [details] })
        }
        Shape::Nested => json!({ "users": [user(account)] }),
        Shape::TeamMemberships => {
            let mut user = user(account);
            let teams: Vec<Value> = account.team.iter().map(|team| membership(account, team)).collect();
            extend(&mut user, json!({ "team_memberships": teams }));
            json!({ "users": [user] })
        }
        Shape::Teams => json!({ "user_details": [details(account)], "teams": teams(account) }),
        Shape::TeamsAlone => json!({ "teams": teams(account) }),
    };
    broken(json!({ "data": data }), fault)
}

/// The REST endpoint's answer, which has neither the plan nor the rollover bank.
pub(crate) fn rest(account: &Account, fault: Fault) -> Value {
    if fault == Fault::EmptyList {
        return json!({ "user_details": [] });
    }
    let pools = account.personal.pools;
    let mut details = json!({
        "user": { "id": account.id, "username": account.name },
        "paidTokens": if pools.top_up == 0 { Value::Null } else { json!(pools.top_up) },
        "subscriptionTokens": pools.fast,
        "subscriptionGptTokens": pools.gpt,
        "subscriptionModelTokens": pools.model,
        "apiConcurrencySlots": 10,
        "apiPaidTokens": api_amount(pools.api),
        "apiSubscriptionTokens": null,
        "apiPlanTokenRenewalDate": account.api_due.map(|due| due.format("%Y-%m-%dT%H:%M:%S").to_string()),
    });
    put_date(&mut details, "tokenRenewalDate", account, &account.personal);
    broken(json!({ "user_details": [details] }), fault)
}

/// The answer to an invalid or expired token. HTTP 200, like the real one.
pub(crate) fn invalid_jwt() -> Value {
    json!({ "errors": [{
        "message": "Could not verify JWT: JWTExpired",
        "extensions": { "code": "invalid-jwt", "path": "$" },
    }] })
}

fn details(account: &Account) -> Value {
    let pools = account.personal.pools;
    let mut details = json!({
        "id": account.id,
        "plan": account.personal.slug,
        "subscriptionTokens": pools.fast,
        "rolloverTokens": pools.rollover,
        "paidTokens": pools.top_up,
        "streamTokens": pools.stream,
        "subscriptionGptTokens": pools.gpt,
        "subscriptionModelTokens": pools.model,
        "__typename": "user_details",
    });
    put_date(&mut details, "tokenRenewalDate", account, &account.personal);
    details
}

fn user(account: &Account) -> Value {
    let details = without_id(details(account));
    json!({ "id": account.id, "username": account.name, "user_details": [details], "__typename": "users" })
}

fn without_id(mut details: Value) -> Value {
    if let Value::Object(fields) = &mut details {
        fields.remove("id");
    }
    details
}

fn rich(account: &Account) -> Value {
    json!({
        "auth0Email": account.email,
        "interests": ["Landscapes", "Game assets"],
        "showNsfw": false,
        "paymentPlatformId": "cus_stand_in",
        "apiPaidTokens": api_amount(account.personal.pools.api),
        "apiSubscriptionTokens": 0,
        "apiConcurrencySlots": 10,
        "lastPrompt": "a lighthouse over 1,234 paper boats",
    })
}

fn membership(account: &Account, team: &Team) -> Value {
    let mut fields = json!({
        "id": team.id,
        "teamName": team.name,
        "plan": team.wallet.slug,
        "subscriptionTokens": team.wallet.pools.fast,
        "paidTokens": team.wallet.pools.top_up,
    });
    put_date(&mut fields, "planTokenRenewalDate", account, &team.wallet);
    json!({ "team": fields, "__typename": "team_memberships" })
}

/// Every team the account belongs to, selected or not.
fn listed(account: &Account) -> Vec<Value> {
    let team = |team: &Team| {
        json!({
            "akUUID": team.ak_uuid,
            "paidTokens": team.wallet.pools.top_up,
            "subscriptionTokens": team.wallet.pools.fast,
            "rolloverTokens": team.wallet.pools.rollover,
            "__typename": "teams",
        })
    };
    account.team.iter().map(team).collect()
}

/// The same, with the teams' ids.
fn teams(account: &Account) -> Vec<Value> {
    let with_id = |(mut listed, team): (Value, &Team)| {
        extend(&mut listed, json!({ "id": team.id }));
        listed
    };
    listed(account).into_iter().zip(&account.team).map(with_id).collect()
}

fn empty(shape: Shape) -> Value {
    match shape {
        Shape::Nested | Shape::TeamMemberships => json!({ "data": { "users": [] } }),
        Shape::Live | Shape::Teams => json!({ "data": { "user_details": [], "teams": [] } }),
        Shape::TeamsAlone => json!({ "data": { "teams": [] } }),
        Shape::Flat | Shape::Rich | Shape::Sparse | Shape::Rest => json!({ "data": { "user_details": [] } }),
    }
}

/// Whole amounts without a fraction, and null for an account that never bought any.
fn api_amount(amount: f64) -> Value {
    match amount {
        0.0 => Value::Null,
        whole if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
        other => json!(other),
    }
}

fn put_date(fields: &mut Value, key: &str, account: &Account, wallet: &Wallet) {
    if let Some(date) = account.renewal_date(wallet) {
        extend(fields, json!({ key: date }));
    }
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (object, more) {
        fields.extend(more);
    }
}

/// The answer, with the fault applied to every amount and date in it.
fn broken(mut answer: Value, fault: Fault) -> Value {
    match fault {
        Fault::BigBody => extend(&mut answer, json!({ "padding": "x".repeat(1_200_000) })),
        Fault::Nulls => each_field(&mut answer, &|_, value| *value = Value::Null),
        Fault::WrongTypes => each_field(&mut answer, &|key, value| {
            *value = match key {
                "subscriptionTokens" => json!({ "amount": 150 }),
                "paidTokens" => json!([0]),
                "tokenRenewalDate" => json!(20_261_123),
                _ => json!(true),
            }
        }),
        Fault::NumbersAsText => each_amount(&mut answer, &|amount| json!(amount.to_string())),
        Fault::Negative => each_amount(&mut answer, &|amount| json!(-1 - amount.as_i64().unwrap_or(0))),
        Fault::Fractions => each_amount(&mut answer, &|amount| json!(amount.as_f64().unwrap_or(0.0) + 0.5)),
        Fault::HugeNumber => each_amount(&mut answer, &|_| json!(BEYOND_DOUBLES)),
        Fault::None
        | Fault::InvalidJwt
        | Fault::Html429
        | Fault::Offline
        | Fault::Slow { .. }
        | Fault::Truncated
        | Fault::NoBalance
        | Fault::EmptyList => {}
    }
    answer
}

fn each_amount(answer: &mut Value, change: &dyn Fn(&Value) -> Value) {
    each_field(answer, &|key, value| {
        if AMOUNTS.contains(&key) && value.is_number() {
            *value = change(value);
        }
    });
}

/// Visits every field with an amount or a date.
fn each_field(value: &mut Value, change: &dyn Fn(&str, &mut Value)) {
    match value {
        Value::Object(fields) => fields_of(fields, change),
        Value::Array(items) => items.iter_mut().for_each(|item| each_field(item, change)),
        _ => {}
    }
}

fn fields_of(fields: &mut Map<String, Value>, change: &dyn Fn(&str, &mut Value)) {
    for (key, value) in fields {
        if AMOUNTS.contains(&key.as_str()) || DATES.contains(&key.as_str()) {
            change(key, value);
        } else {
            each_field(value, change);
        }
    }
}
