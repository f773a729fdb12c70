//! The faults that spoil an answer before any lookup, whatever the request.

use crate::answers;
use crate::command::{Fault, Target};
use crate::tls::HangUp;
use crate::world::World;
use axum::Json;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::time::Duration;

/// The answer to give instead of the right one, if the present fault has one. A slow one is awaited here.
pub(super) async fn instead(world: &World, target: Target) -> Option<Response> {
    match world.fault(target) {
        Fault::Offline => Some((HangUp.into_extension(), StatusCode::BAD_GATEWAY).into_response()),
        Fault::InvalidJwt => Some(Json(answers::invalid_jwt()).into_response()),
        Fault::Html429 => Some((StatusCode::TOO_MANY_REQUESTS, Html(TOO_MANY)).into_response()),
        Fault::Slow { ms } => {
            wait_out(world, target, ms).await;
            None
        }
        _ => None,
    }
}

/// Waits as long as a slow answer takes.
pub(super) async fn wait_out(world: &World, target: Target, ms: u32) {
    let lifted = async {
        let mut changes = world.changes();
        while matches!(world.fault(target), Fault::Slow { .. }) && changes.changed().await.is_ok() {}
    };
    // Either way, answer now.
    let _ = tokio::time::timeout(Duration::from_millis(ms.into()), lifted).await;
}

/// The body as JSON, truncated if that is the present fault.
pub(super) fn json(world: &World, target: Target, body: &Value) -> Response {
    let text = text(world, target, body);
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], Bytes::from(text)).into_response()
}

/// The same, as text.
pub(super) fn text(world: &World, target: Target, body: &Value) -> String {
    let mut text = body.to_string();
    if world.fault(target) == Fault::Truncated {
        text.truncate(text.floor_char_boundary(text.len() / 2));
    }
    text
}

impl HangUp {
    fn into_extension(self) -> axum::Extension<Self> {
        axum::Extension(self)
    }
}

const TOO_MANY: &str = "<!doctype html><html><head><title>429 Too Many Requests</title></head>\
    <body><center><h1>429 Too Many Requests</h1></center></body></html>";
