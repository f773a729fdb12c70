//! `api.leonardo.ai/v1/graphql` and `cloud.leonardo.ai/api/rest/v1/me`: who asks, what was asked, what is answered.

use super::{APP_ORIGIN, TEAM_HEADER};
use super::{interrupt, socket};
use crate::account::Account;
use crate::answers;
use crate::command::{CommandError, Target};
use crate::manners::Cost;
use crate::world::World;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a generation costs.
const PRICE: u64 = 8;

pub(super) fn graphql_router(world: Arc<World>) -> Router {
    finished(Router::new().route("/v1/graphql", post(graphql).get(socket::open)), world)
}

pub(super) fn rest_router(world: Arc<World>) -> Router {
    finished(Router::new().route("/api/rest/v1/me", get(rest)), world)
}

fn finished(router: Router<Arc<World>>, world: Arc<World>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(&world), manners)).with_state(world)
}

/// What every answer of the API has in common: preflights, CORS, no caching, and the server's clock.
async fn manners(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(APP_ORIGIN));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        let allowed = format!("authorization, content-type, {TEAM_HEADER}");
        headers.extend(HeaderValue::from_str(&allowed).map(|v| (header::ACCESS_CONTROL_ALLOW_HEADERS, v)));
        return response;
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let manners = world.manners();
    let clock = Utc::now() + TimeDelta::seconds(manners.date_offset_seconds.into());
    let date = clock.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    headers.extend(HeaderValue::from_str(&date).map(|value| (header::DATE, value)));
    if manners.date_exposed {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date"));
    }
    response
}

/// One GraphQL operation.
#[derive(Deserialize)]
pub(super) struct Question {
    #[serde(rename = "operationName", default)]
    operation: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    variables: Value,
}

impl Question {
    /// What it asks for.
    pub fn target(&self) -> Option<Target> {
        match self.operation.as_str() {
            "GetUserTokensFromSub" => Some(Target::Balance),
            "CreateSDGenerationJob" => Some(Target::Generate),
            "GetFeedImages" => Some(Target::Feed),
            _ => None,
        }
    }

    /// Whether it wants to be told of every change.
    pub fn is_subscription(&self) -> bool {
        self.query.trim_start().starts_with("subscription")
    }

    /// The answer to an operation that does not exist.
    pub fn unknown(&self) -> Value {
        failure("validation-failed", &format!("no such operation exists: '{}'", self.operation))
    }

    /// The answer for the account that asks, if its token is good.
    pub fn answer(&self, world: &World, target: Target, account: Option<&Account>) -> Value {
        let Some(account) = account else { return answers::invalid_jwt() };
        match target {
            Target::Balance | Target::Everything => answers::balance(account, world.fault(Target::Balance)),
            Target::Generate => generate(world, account, &self.variables),
            Target::Feed => feed(account),
        }
    }
}

async fn graphql(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(question) = serde_json::from_slice::<Question>(&body) else {
        return Json(failure("bad-request", "the body is not a GraphQL request")).into_response();
    };
    let Some(target) = question.target() else { return Json(question.unknown()).into_response() };
    if let Some(response) = interrupt::instead(&world, target).await {
        return response;
    }
    let Some(account) = asking(&world, &headers) else {
        return Json(answers::invalid_jwt()).into_response();
    };
    interrupt::json(&world, target, &question.answer(&world, target, Some(&account)))
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

/// The account that the request's token speaks for. Cookies are not looked at: the app's never come here.
fn asking(world: &World, headers: &HeaderMap) -> Option<Account> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    world.bearer_account(bearer_in(authorization)?)
}

/// The token in an `Authorization` header.
pub(super) fn bearer_in(authorization: &str) -> Option<&str> {
    authorization.strip_prefix("Bearer ")
}

fn generate(world: &World, account: &Account, variables: &Value) -> Value {
    match world.spend(&account.id, PRICE) {
        Ok(()) => {
            // Ids that differ from one generation to the next are all the app needs.
            let id = format!("gen-{:x}", Utc::now().timestamp_micros());
            let mut job = json!({ "generationId": id, "__typename": "SDGenerationOutput" });
            match world.manners().cost {
                Cost::ApiCreditCost => job["apiCreditCost"] = json!(PRICE),
                Cost::CostAmount => job["cost"] = json!({ "amount": PRICE, "unit": "TOKENS" }),
                Cost::Untold => {}
            }
            job["prompt"] = variables["prompt"].clone();
            json!({ "data": { "sdGenerationJob": job } })
        }
        Err(CommandError::NotEnough { .. }) => failure("unexpected", "not enough tokens"),
        Err(other) => failure("unexpected", &other.to_string()),
    }
}

/// Other traffic: ids, prompts, an e-mail address, and numbers that are no balance.
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
