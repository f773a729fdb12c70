//! The hosts that the site plays, one file each, and the entrance, which logs every request and picks the host.

mod api;
mod app;
mod bystanders;
mod clients;
mod interrupt;
mod question;
mod socket;
mod streams;

use crate::log::Request as Logged;
use crate::pages::Pages;
use crate::world::World;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use question::{Question, Questions};
use std::sync::Arc;
use tower::ServiceExt;

/// The host of the pages.
const APP: &str = "app.leonardo.ai";
/// The host of GraphQL.
const API: &str = "api.leonardo.ai";
/// The host of the official REST API.
const CLOUD: &str = "cloud.leonardo.ai";
/// The app's origin, as browsers send it.
const APP_ORIGIN: &str = "https://app.leonardo.ai";
/// The header with the selected team.
const TEAM_HEADER: &str = "x-leonardo-team-id";
/// The largest body that is read.
const LONGEST_BODY: usize = 4 << 20;

#[derive(Clone)]
struct FrontDoor {
    world: Arc<World>,
    app: Router,
    api: Router,
    cloud: Router,
}

/// All hosts behind one router.
pub(crate) fn router(world: Arc<World>, pages: Arc<Pages>) -> Router {
    let door = FrontDoor {
        app: app::router(Arc::clone(&world), pages),
        api: api::graphql_router(Arc::clone(&world)),
        cloud: api::rest_router(Arc::clone(&world)),
        world,
    };
    Router::new().fallback(receive).with_state(door)
}

async fn receive(State(door): State<FrontDoor>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    // Without the port, which test clients include and browsers do not.
    let host = text(&parts.headers, &header::HOST).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_owned();
    let number = door.world.arrived(Logged {
        number: 0,
        at: Utc::now(),
        method: parts.method.to_string(),
        host: host.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        operation: operation_of(&body),
        origin: text(&parts.headers, &header::ORIGIN),
        referer: text(&parts.headers, &header::REFERER),
        team: text(&parts.headers, &HeaderName::from_static(TEAM_HEADER)),
        has_cookie: parts.headers.contains_key(header::COOKIE),
        has_authorization: parts.headers.contains_key(header::AUTHORIZATION),
        body_bytes: body.len(),
        status: None,
    });
    let played = match host.as_str() {
        APP => door.app,
        API => door.api,
        CLOUD => door.cloud,
        _ => return (StatusCode::NOT_FOUND, "The stand-in site does not play this host.\n").into_response(),
    };
    let Ok(response) = played.oneshot(Request::from_parts(parts, Body::from(body))).await;
    if response.extensions().get::<crate::tls::HangUp>().is_none() {
        door.world.answered(number, response.status().as_u16());
    }
    response
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn operation_of(body: &[u8]) -> Option<String> {
    let questions = match serde_json::from_slice(body).ok()? {
        Questions::One(question) => vec![question],
        Questions::Batch(questions) => questions,
    };
    let names: Vec<&str> = questions.iter().map(Question::name).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}
