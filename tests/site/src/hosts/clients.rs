//! `/clients?client=NAME` of the app: a page that only requests the balance, makes a generation and requests again,
//! using one of the clients that real apps use. `cargo xtask build` builds the bundles in `clients/`.

use crate::pages::escape;
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::path::Path as File;

/// Where `cargo xtask build` puts the built `clients/`.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/site-clients");

#[derive(Deserialize)]
pub(super) struct Chosen {
    client: String,
}

pub(super) async fn page(Query(Chosen { client }): Query<Chosen>) -> Response {
    let Some(client) = known(&client) else { return StatusCode::NOT_FOUND.into_response() };
    let client = escape(client);
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{client}</title>\
         <link rel=\"icon\" href=\"/_next/static/icon.svg\">\
         <script type=\"module\" src=\"/clients/{client}.js\"></script></head>\
         <body><h1>{client}</h1><button type=\"button\"><span data-stand-in=\"tokens\">–</span></button>\
         <pre data-stand-in=\"results\"></pre></body></html>"
    ))
    .into_response()
}

pub(super) async fn script(Path(name): Path<String>) -> Response {
    let Some(file) = name.strip_suffix(".js").and_then(known) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match std::fs::read_to_string(File::new(BUILT).join(format!("{file}.js"))) {
        Ok(text) => ([(header::CONTENT_TYPE, "text/javascript")], text).into_response(),
        Err(error) => {
            let why = format!("the client is not built ({error}). Run `cargo xtask build`\n");
            (StatusCode::NOT_FOUND, why).into_response()
        }
    }
}

/// A name that cannot leave the folder.
fn known(name: &str) -> Option<&str> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (!name.is_empty() && name.chars().all(good)).then_some(name)
}
