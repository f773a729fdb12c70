//! `app.leonardo.ai`: the pages under their strict policy, sessions by cookie, and the session endpoint, whose answer
//! contains a credential.

use super::{APP_ORIGIN, clients};
use crate::account::{Account, AccountView};
use crate::answers;
use crate::command::{Fault, Shape, Target};
use crate::manners::{App as Made, FirstHtml, Grouping, Theme, Transport};
use crate::pages::{Pages, escape};
use crate::renderer::Scene;
use crate::world::{Session, World};
use axum::extract::{Form, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// As strict as the real site may ever be: nothing inline, no eval, no WASM. Violations are reported.
const POLICY: &str = "default-src 'self'; script-src 'self'; \
    connect-src 'self' https://api.leonardo.ai https://cloud.leonardo.ai wss://api.leonardo.ai; style-src 'self'; \
    report-uri /csp-report";
/// The same, with Trusted Types.
const POLICY_WITH_TRUSTED_TYPES: &str = "default-src 'self'; script-src 'self'; \
    connect-src 'self' https://api.leonardo.ai https://cloud.leonardo.ai wss://api.leonardo.ai; style-src 'self'; \
    require-trusted-types-for 'script'; report-uri /csp-report";
const COOKIE: &str = "session";

#[derive(Clone)]
struct App {
    world: Arc<World>,
    pages: Arc<Pages>,
}

pub(super) fn router(world: Arc<World>, pages: Arc<Pages>) -> Router {
    let mut router = Router::new();
    for path in ["/", "/image-generation", "/settings", "/api-access", "/video"] {
        router = router.route(path, get(page));
    }
    router
        .route("/auth/login", get(sign_in_page).post(sign_in))
        .route("/auth/logout", post(sign_out))
        .route("/api/auth/get-session", get(get_session))
        .route("/csp-report", post(|| async { StatusCode::NO_CONTENT }))
        .route("/art/{name}", get(art))
        .route("/_next/static/{name}", get(asset))
        .route("/clients", get(clients::page))
        .route("/clients/{name}", get(clients::script))
        .route("/favicon.ico", get(|| async { Redirect::to("/_next/static/icon.svg") }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "This page does not exist.\n") })
        .layer(from_fn_with_state(Arc::clone(&world), secure))
        .with_state(App { world, pages })
}

async fn secure(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Made { storable, isolated, trusted_types, .. } = world.manners().app;
    let headers = response.headers_mut();
    if isolated {
        let name = HeaderName::from_static("cross-origin-embedder-policy");
        headers.insert(name, HeaderValue::from_static("require-corp"));
    }
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, if trusted_types { POLICY_WITH_TRUSTED_TYPES } else { POLICY }),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        headers.insert::<HeaderName>(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let value = if storable { "private, max-age=0" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Variants that a single page load can request: `?theme=light&grouping=comma&transport=xhr`.
#[derive(Deserialize)]
struct Variant {
    theme: Option<Theme>,
    grouping: Option<Grouping>,
    transport: Option<Transport>,
}

async fn page(
    State(app): State<App>,
    Query(variant): Query<Variant>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let (session, new) = app.world.visit(cookie(&headers).as_deref());
    let account = session.account.as_deref().and_then(|id| app.world.account(id));
    let Some(account) = account else {
        return with_cookie(new, Redirect::to("/auth/login"));
    };
    let scene = Scene {
        settings: settings(&app.world, &variant, &account).to_string(),
        first: first_answer(&app.world, &session),
        path: uri.path().to_owned(),
    };
    match app.pages.app(scene).await {
        Ok(html) => with_cookie(new, Html(html)),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")).into_response(),
    }
}

/// Every setting of `app/src/settings.js`, by name.
fn settings(world: &World, variant: &Variant, account: &AccountView) -> Value {
    let manners = world.manners();
    let (counter, made) = (manners.counter, manners.app);
    json!({
        "theme": variant.theme.unwrap_or(manners.theme),
        "language": made.language,
        "transport": variant.transport.unwrap_or(manners.transport),
        "fetch": made.fetch,
        "grouping": variant.grouping.unwrap_or(counter.grouping),
        "shows": counter.shows,
        "frozen": counter.frozen.map(|number| number.to_string()).unwrap_or_default(),
        "place": counter.place,
        "markup": counter.markup,
        "cache": manners.cache,
        "asks": (world.fault(Target::Balance) != Fault::NoBalance).to_string(),
        "endpoint": if account.shape == Shape::Rest { "rest" } else { "graphql" },
        "balance": word(&account.shape),
        "sub": Account::sub(&account.id),
        "bystanders": manners.bystanders,
        "team": account.team.clone().filter(|_| account.team_selected).unwrap_or_default(),
        "name": account.name,
        "plan": plan_name(account),
        "api-credits": format!("{:.2}", account.pools.api),
        "upheaval": made.upheaval,
        "react": made.react,
    })
}

/// The balance answer to embed in the HTML, or `null`. It cannot end the element that contains it.
fn first_answer(world: &World, session: &Session) -> String {
    let embeds = world.manners().app.first_html == FirstHtml::Embedded;
    let account = embeds.then(|| world.bearer_account(&session.bearer)).flatten();
    let answer =
        account.map(|account| answers::balance(&account, world.fault(Target::Balance))["data"].take());
    json!(answer).to_string().replace('<', "\\u003c")
}

async fn sign_in_page(State(app): State<App>, headers: HeaderMap) -> Response {
    let (_, new) = app.world.visit(cookie(&headers).as_deref());
    let class = app.pages.class("account");
    let button = |account: AccountView| {
        format!(
            "<button class=\"{class}\" name=\"account\" value=\"{id}\" data-stand-in=\"sign-in-{id}\">\
             <span>{name}</span><small>{plan}</small></button>",
            id = escape(&account.id),
            name = escape(&account.name),
            plan = escape(&plan_name(&account)),
        )
    };
    let accounts: String = app.world.accounts().into_iter().map(button).collect();
    let accounts = if accounts.is_empty() {
        "<p>No account exists yet. Add one on the control page.</p>".to_owned()
    } else {
        accounts
    };
    with_cookie(new, Html(app.pages.login(&accounts, &word(&app.world.manners().theme))))
}

#[derive(Deserialize)]
struct Chosen {
    account: String,
}

async fn sign_in(State(app): State<App>, headers: HeaderMap, Form(chosen): Form<Chosen>) -> Response {
    let Some(cookie) = own_form(&headers) else { return StatusCode::FORBIDDEN.into_response() };
    match app.world.enter(&cookie, Some(chosen.account)) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(cookie) = own_form(&headers) else { return StatusCode::FORBIDDEN.into_response() };
    match app.world.enter(&cookie, None) {
        Ok(()) => Redirect::to("/auth/login").into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

/// The session cookie of a form sent by one of the app's own pages.
fn own_form(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(header::ORIGIN);
    origin.is_none_or(|origin| origin == APP_ORIGIN).then(|| cookie(headers))?
}

/// What the app's page needs to use the API. It contains a credential, which no extension has any business with.
async fn get_session(State(app): State<App>, headers: HeaderMap) -> Response {
    let (session, new) = app.world.visit(cookie(&headers).as_deref());
    let Session { bearer, account: Some(account) } = session else {
        return with_cookie(new, (StatusCode::UNAUTHORIZED, Json(json!({}))));
    };
    let user = json!({ "id": account, "email": format!("{account}@example.test") });
    with_cookie(new, Json(json!({ "user": user, "accessToken": bearer })))
}

async fn asset(State(app): State<App>, Path(name): Path<String>) -> Response {
    match app.pages.asset(&name) {
        Some((kind, text)) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn art(Path(name): Path<String>) -> Response {
    let Some(seed) = name.strip_suffix(".svg").and_then(|seed| seed.parse().ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, crate::pages::art(seed)).into_response()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    all.split("; ").find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('=')).map(str::to_owned)
}

/// Host-only and hidden from scripts: it reaches neither the API nor an extension's page script.
fn with_cookie(new: Option<String>, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Some(value) = new {
        let set = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
        response.headers_mut().extend(HeaderValue::from_str(&set).map(|set| (header::SET_COOKIE, set)));
    }
    response
}

fn plan_name(account: &AccountView) -> String {
    let word = word(&account.plan);
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The word that serde writes for a unit variant.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
