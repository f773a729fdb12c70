//! The control page: plain HTTP on its own port, posting the same [`Command`]s that tests use. The server notifies
//! the page of changes; it does not poll.

use crate::command::Command;
use crate::world::{Overview, World};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, StreamExt};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use tokio_stream::wrappers::WatchStream;

pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("../pages/control/control.html")) }))
        .route("/{asset}", get(asset))
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/command", post(command))
        .with_state(world)
}

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "control.css" => ("text/css", include_str!("../pages/control/control.css")),
        "control.js" => ("text/javascript", include_str!("../pages/control/control.js")),
        "forms.js" => ("text/javascript", include_str!("../pages/control/forms.js")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

async fn state(State(world): State<Arc<World>>) -> Json<Overview> {
    Json(world.overview())
}

async fn events(State(world): State<Arc<World>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news =
        WatchStream::new(world.changes()).map(|version| Ok(Event::default().data(version.to_string())));
    Sse::new(news).keep_alive(KeepAlive::default())
}

async fn command(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Response {
    // A form on a foreign page cannot send this type, so no other open site can command this one.
    let json_sent = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !json_sent {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the command as application/json");
    }
    let command = match serde_json::from_str::<Command>(&body) {
        Ok(command) => command,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match world.command(command) {
        Ok(()) => Json(json!({})).into_response(),
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
