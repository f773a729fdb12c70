//! `api.leonardo.ai/v1/graphql` and `cloud.leonardo.ai/api/rest/v1/me`: who asks, what for, and the answer.

use super::question::{Question, Questions};
use super::{APP_ORIGIN, TEAM_HEADER};
use super::{bystanders, interrupt, socket, streams};
use crate::account::Account;
use crate::answers;
use crate::command::{CommandError, Target};
use crate::manners::Cost;
use crate::world::World;
use axum::body::Bytes;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a generation costs.
const PRICE: u64 = 8;

pub(super) fn graphql_router(world: Arc<World>) -> Router {
    let router = Router::new()
        .route("/v1/graphql", post(graphql).get(graphql_by_get))
        .route("/v1/graphql/echo", post(echo).get(echo));
    finished(router, world)
}

/// The parameters of [`echo`].
#[derive(Deserialize)]
struct Echo {
    status: Option<u16>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    body: Option<String>,
    /// How many spaces follow it.
    #[serde(default)]
    pad: usize,
    #[serde(default)]
    hangs: bool,
}

/// Answers with the body, status and type in the address, for tests of what a page may receive.
async fn echo(Query(wanted): Query<Echo>) -> Response {
    if wanted.hangs {
        std::future::pending::<()>().await;
    }
    let status = wanted.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    let body = wanted.body.unwrap_or_default() + &" ".repeat(wanted.pad.min(10_000_000));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let content_type = wanted.content_type.and_then(|name| HeaderValue::from_str(&name).ok());
    headers.extend(content_type.map(|content_type| (header::CONTENT_TYPE, content_type)));
    response
}

pub(super) fn rest_router(world: Arc<World>) -> Router {
    finished(Router::new().route("/api/rest/v1/me", get(rest)), world)
}

fn finished(router: Router<Arc<World>>, world: Arc<World>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(&world), manners)).with_state(world)
}

/// What all API answers share: preflights, CORS, no caching, and the server's clock.
async fn manners(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(APP_ORIGIN));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        // Some clients set a user agent, which only Firefox allows.
        let allowed = format!("authorization, content-type, user-agent, {TEAM_HEADER}");
        headers.extend(HeaderValue::from_str(&allowed).map(|v| (header::ACCESS_CONTROL_ALLOW_HEADERS, v)));
        return response;
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let manners = world.manners();
    // A cached copy already has its own.
    if !headers.contains_key(header::DATE) {
        headers.extend(date_header(&world, Utc::now()).map(|date| (header::DATE, date)));
    }
    if manners.date_exposed {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date, Age"));
    }
    response
}

/// An instant by the server's clock.
fn date_header(world: &World, at: DateTime<Utc>) -> Option<HeaderValue> {
    let clock = at + TimeDelta::seconds(world.manners().date_offset_seconds.into());
    HeaderValue::from_str(&clock.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// What a `GET` carries in its address. `token` replaces the header that an `EventSource` cannot send.
#[derive(Deserialize)]
struct Asked {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation: Option<String>,
    variables: Option<String>,
    token: Option<String>,
}

/// A `GET`: a socket, or an `EventSource`.
async fn graphql_by_get(
    State(world): State<Arc<World>>,
    Query(asked): Query<Asked>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Ok(upgrade) = upgrade {
        return socket::open(world, upgrade);
    }
    let question = Question::from_query(asked.query.as_deref(), asked.operation, asked.variables.as_deref());
    let Some(question) = question else {
        return Json(failure("bad-request", "the address carries no GraphQL request")).into_response();
    };
    let account = asked.token.and_then(|token| world.bearer_account(&token));
    let target = question.target().unwrap_or(Target::Everything);
    match interrupt::instead(&world, target).await {
        Some(response) => response,
        None => streams::events(&answer(&world, &question, account.as_ref())),
    }
}

async fn graphql(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let questions = match serde_json::from_slice::<Questions>(&body) {
        Ok(Questions::One(question)) => return graphql_one(&world, &headers, &question).await,
        Ok(Questions::Batch(questions)) => questions,
        Err(_) => return Json(failure("bad-request", "the body is not a GraphQL request")).into_response(),
    };
    for target in questions.iter().filter_map(Question::target) {
        if let Some(response) = interrupt::instead(&world, target).await {
            return response;
        }
    }
    let account = asking(&world, &headers);
    let answers: Vec<Value> =
        questions.iter().map(|question| answer(&world, question, account.as_ref())).collect();
    Json(answers).into_response()
}

async fn graphql_one(world: &World, headers: &HeaderMap, question: &Question) -> Response {
    let Some(target) = question.target() else { return Json(unknown(question)).into_response() };
    if let Some(response) = interrupt::instead(world, target).await {
        return response;
    }
    let account = asking(world, headers);
    let answer = answer(world, question, account.as_ref());
    let accepts = |kind: &str| {
        headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|all| all.contains(kind))
    };
    if accepts("text/event-stream") && !accepts("application/json") {
        return streams::events(&answer);
    }
    if question.is_deferred() && accepts("multipart/mixed") {
        return streams::deferred(answer);
    }
    let (Target::Balance, Some(account), Some(kept)) = (target, account, world.manners().kept) else {
        return interrupt::json(world, target, &answer);
    };
    let (answer, made) = world.copy_of(&account.id, kept, answer);
    let age = (Utc::now() - made).num_seconds().max(0);
    let mut response = interrupt::json(world, target, &answer);
    let headers = response.headers_mut();
    headers.extend(date_header(world, made).map(|date| (header::DATE, date)));
    if kept.tells_age {
        headers.insert(header::AGE, HeaderValue::from(age));
    }
    response
}

/// The answer to one operation, for the account asking, if its token is valid.
pub(super) fn answer(world: &World, question: &Question, account: Option<&Account>) -> Value {
    let Some(target) = question.target() else { return unknown(question) };
    let Some(account) = account else { return answers::invalid_jwt() };
    match target {
        Target::Balance | Target::Everything => answers::balance(account, world.fault(Target::Balance)),
        Target::Generate => generate(world, account, question),
        Target::Feed => feed(account),
        Target::Bystander => bystanders::answer(question.name(), account, world.manners().bystanders),
    }
}

/// The answer to an unknown operation.
pub(super) fn unknown(question: &Question) -> Value {
    failure("validation-failed", &format!("no such operation exists: '{}'", question.name()))
}

async fn rest(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    if let Some(response) = interrupt::instead(&world, Target::Balance).await {
        return response;
    }
    match asking(&world, &headers) {
        Some(account) => {
            let answer = answers::rest(&account, world.fault(Target::Balance));
            interrupt::json(&world, Target::Balance, &answer)
        }
        None => (StatusCode::UNAUTHORIZED, Json(answers::invalid_jwt())).into_response(),
    }
}

/// The account behind the request's token. Cookies do not count: the app's never come here.
fn asking(world: &World, headers: &HeaderMap) -> Option<Account> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    world.bearer_account(bearer_in(authorization)?)
}

/// The token in an `Authorization` header.
pub(super) fn bearer_in(authorization: &str) -> Option<&str> {
    authorization.strip_prefix("Bearer ")
}

fn generate(world: &World, account: &Account, question: &Question) -> Value {
    match world.spend(&account.id, PRICE) {
        Ok(()) => {
            // The app only needs ids that differ between generations.
            let id = format!("gen-{:x}", Utc::now().timestamp_micros());
            let mut job = json!({ "generationId": id, "__typename": "SDGenerationOutput" });
            let mut tell = |credits: Value, cost: Option<Value>| {
                job["apiCreditCost"] = credits;
                if let Some(cost) = cost {
                    job["cost"] = cost;
                }
            };
            match world.manners().cost {
                Cost::Text => {
                    tell(Value::Null, Some(json!({ "amount": PRICE.to_string(), "unit": "CREDITS" })));
                }
                Cost::Dollars => tell(Value::Null, Some(json!({ "amount": "0.02", "unit": "DOLLARS" }))),
                Cost::ApiCreditCost => tell(json!(PRICE), None),
                Cost::CostAmount => job["cost"] = json!({ "amount": PRICE, "unit": "TOKENS" }),
                Cost::Untold => {}
            }
            job["prompt"] = question.variables["prompt"].clone();
            match question.name() {
                "Generate" => json!({ "data": { "generate": job } }),
                _ => json!({ "data": { "sdGenerationJob": job } }),
            }
        }
        Err(CommandError::NotEnough { .. }) => failure("unexpected", "not enough tokens"),
        Err(other) => failure("unexpected", &other.to_string()),
    }
}

/// Other traffic: ids, prompts, an e-mail address, and numbers that are not balances.
fn feed(account: &Account) -> Value {
    const PROMPTS: [&str; 8] = [
        "dunes at first light, wide lens",
        "a harbour town made of paper",
        "mountain lake, mist, 150 mm",
        "an island that sleeps in the clouds",
        "two suns over a salt desert",
        "northern pines in blue hour",
        "a tea house at the end of autumn",
        "low tide, long exposure",
    ];
    let image = |(number, prompt): (usize, &&str)| {
        json!({
            "id": format!("image-{number}"),
            "prompt": prompt,
            "likeCount": 150 + number,
            "url": format!("/art/{number}.svg"),
            "user": { "id": format!("artist-{number}"), "username": format!("artist{number}") },
            "__typename": "generated_images",
        })
    };
    let images: Vec<Value> = PROMPTS.iter().enumerate().map(image).collect();
    json!({ "data": {
        "generated_images": images,
        "viewer": { "id": account.id, "email": account.email, "newsCount": 3 },
    } })
}

fn failure(code: &str, message: &str) -> Value {
    json!({ "errors": [{ "message": message, "extensions": { "code": code, "path": "$" } }] })
}
