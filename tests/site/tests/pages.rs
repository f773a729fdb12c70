//! The app's pages, its sessions, CORS, the log, and the control page.

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use stand_in_site::{
    App, Booking, Bystanders, Cache, Command, Cost, Counter, Due, Fault, FetchUse, Grouping, Job, Kept,
    NewAccount, Plan, PoolsChange, Renewal, Returned, Shape, Shows, Target, Theme, Transport,
};
use std::time::Duration;
use support::Visitor;

#[tokio::test]
async fn every_page_of_the_app_carries_the_strict_policy() {
    let visitor = Visitor::on(Plan::Free).await;
    let pages = ["/", "/image-generation", "/settings", "/api-access", "/video", "/auth/login"];
    for path in pages.into_iter().chain(["/_next/static/app.js", "/_next/static/app.css"]) {
        let response = visitor.opens(path).await;
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with(
            "default-src 'self'; script-src 'self'; connect-src 'self' https://api.leonardo.ai \
             https://cloud.leonardo.ai wss://api.leonardo.ai; style-src 'self'"
        ));
        assert!(!policy.contains("unsafe"));
    }
}

#[tokio::test]
async fn nothing_on_the_pages_is_inline() {
    let visitor = Visitor::on(Plan::Free).await;
    for path in ["/", "/auth/login"] {
        let page = visitor.opens(path).await.text().await.unwrap();
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains(" on"), "{page}");
        assert_eq!(page.matches("<script").count(), page.matches("<script type=\"module\" src=").count());
    }
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_sign_in_page_and_comes_back_signed_in() {
    let visitor = Visitor::to_an_empty_site().await;
    visitor.does(Command::AddAccount(NewAccount::new("ana", Plan::Premium)));
    let response = visitor.opens("/").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (303, &"/auth/login".parse().unwrap())
    );
    assert!(visitor.opens("/auth/login").await.text().await.unwrap().contains("value=\"ana\""));
    let form = visitor.client.post(visitor.url("app.leonardo.ai", "/auth/login")).form(&[("account", "ana")]);
    assert_eq!(form.send().await.unwrap().status(), 303);
    assert!(visitor.opens("/").await.text().await.unwrap().contains("data-plan=\"Premium\""));
    assert_eq!(visitor.fast().await, 25_000);
    visitor.client.post(visitor.url("app.leonardo.ai", "/auth/logout")).send().await.unwrap();
    assert_eq!(visitor.opens("/").await.status(), 303);
}

#[tokio::test]
async fn the_session_cookie_is_closed_to_scripts_and_never_reaches_the_api() {
    let visitor = Visitor::on(Plan::Free).await;
    let response = visitor.opens("/").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "Secure", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "a domain would send it to the API: {cookie}");
    visitor.balance().await;
    let to_api =
        visitor.site.requests().into_iter().rfind(|request| request.host == "api.leonardo.ai").unwrap();
    assert!(to_api.has_authorization && !to_api.has_cookie);
    let value = cookie.split_once('=').unwrap().1.split(';').next().unwrap();
    assert!(!visitor.bearer().await.contains(value), "the token must not give the cookie away");
}

#[tokio::test]
async fn a_preflight_allows_the_app_alone_with_the_headers_it_sends() {
    let visitor = Visitor::on(Plan::Free).await;
    let url = visitor.url("api.leonardo.ai", "/v1/graphql");
    let preflight =
        visitor.client.request(Method::OPTIONS, url).header("origin", "https://elsewhere.example");
    let response = preflight.send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://app.leonardo.ai");
    let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap();
    assert_eq!(allowed, "authorization, content-type, user-agent, x-leonardo-team-id");
}

#[tokio::test]
async fn the_page_is_told_how_to_show_and_ask() {
    let visitor = Visitor::on(Plan::Team).await;
    visitor.does(Command::Counter(Counter {
        shows: Shows::Fast,
        grouping: Grouping::Comma,
        frozen: Some(7),
        ..Counter::default()
    }));
    visitor.does(Command::Transport { transport: Transport::Xhr });
    visitor.does(Command::Cache { cache: Cache::Session });
    visitor.does(Command::Fault { fault: Fault::NoBalance, on: Target::Everything });
    let page = visitor.opens("/?theme=light").await.text().await.unwrap();
    for attribute in [
        "data-theme=\"light\"",
        "data-transport=\"xhr\"",
        "data-grouping=\"comma\"",
        "data-shows=\"fast\"",
        "data-frozen=\"7\"",
        "data-cache=\"session\"",
        "data-asks=\"false\"",
        "data-team=\"ak-team-ana\"",
        "data-balance=\"live\"",
        "data-sub=\"auth0|ana\"",
        "data-bystanders=\"fail\"",
    ] {
        assert!(page.contains(attribute), "{attribute} in {page}");
    }
    visitor.does(Command::Theme { theme: Theme::Light });
    assert!(visitor.opens("/auth/login").await.text().await.unwrap().contains("data-theme=\"light\""));
}

#[tokio::test]
async fn the_feed_holds_what_an_extension_must_not_take() {
    let visitor = Visitor::on(Plan::Free).await;
    let feed = visitor.asks("GetFeedImages").await;
    assert_eq!(feed["data"]["viewer"]["email"], "ana@example.test");
    assert!(feed["data"]["generated_images"][0]["prompt"].is_string());
}

#[tokio::test]
async fn the_server_clock_can_be_off_and_be_readable() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::ServerDate { offset_seconds: -86_400, exposed: true });
    let response = visitor.asks_raw("GetUserTokensFromSub").await.unwrap();
    let yesterday = (chrono::Utc::now() - chrono::Days::new(1)).format("%d %b %Y").to_string();
    assert!(response.headers()["date"].to_str().unwrap().contains(&yesterday));
    assert_eq!(response.headers()["access-control-expose-headers"], "Date, Age");
}

#[tokio::test]
async fn the_log_tells_what_was_asked_and_keeps_no_secret() {
    let visitor = Visitor::on(Plan::Free).await;
    let arrival =
        visitor.site.next_request(|request| request.host == "api.leonardo.ai", Duration::from_secs(10));
    let url = visitor.url("api.leonardo.ai", "/v1/graphql");
    let body = json!({ "operationName": "GetUserTokensFromSub" }).to_string();
    let asked = visitor.client.post(url).header("origin", "https://app.leonardo.ai").body(body.clone());
    let bearer = visitor.bearer().await;
    asked.header("x-leonardo-team-id", "team-1").bearer_auth(&bearer).send().await.unwrap();
    let request = arrival.await.unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/graphql"));
    assert_eq!(request.origin.as_deref(), Some("https://app.leonardo.ai"));
    assert_eq!((request.team.as_deref(), request.body_bytes), (Some("team-1"), body.len()));
    let log = serde_json::to_string(&visitor.site.requests()).unwrap();
    assert!(!log.contains(&bearer));
    assert!(log.contains("\"status\":200"));
}

#[tokio::test]
async fn waiting_for_a_request_that_does_not_come_ends_with_nothing() {
    let visitor = Visitor::to_an_empty_site().await;
    assert_eq!(visitor.site.next_request(|_| true, Duration::from_millis(20)).await, None);
}

#[tokio::test]
async fn a_host_that_is_not_played_is_refused_and_logged() {
    let visitor = Visitor::to_an_empty_site().await;
    let url = visitor.url("intercom.leonardo.ai", "/");
    assert_eq!(visitor.client.get(url).send().await.unwrap().status(), 404);
    assert_eq!(visitor.site.requests()[0].host, "intercom.leonardo.ai");
}

#[tokio::test]
async fn the_site_is_gone_when_it_is_dropped() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.opens("/").await;
    let (url, client) = (visitor.url("app.leonardo.ai", "/"), visitor.client.clone());
    drop(visitor);
    assert!(client.get(url).send().await.is_err());
}

#[tokio::test]
async fn the_control_page_sends_the_commands_that_tests_use() {
    let visitor = Visitor::to_an_empty_site().await;
    let at = |path: &str| format!("{}{path}", visitor.site.control_url());
    for asset in ["", "control.js", "forms.js", "control.css"] {
        assert_eq!(visitor.client.get(at(asset)).send().await.unwrap().status(), 200, "{asset}");
    }
    let post = |command: Value| visitor.client.post(at("command")).json(&command).send();
    let added = json!({ "command": "add-account", "id": "ana", "plan": "free", "due": { "in-seconds": 30 } });
    assert_eq!(post(added.clone()).await.unwrap().status(), 200);
    let again = post(added).await.unwrap();
    assert_eq!(again.status(), 400);
    let why: Value = again.json().await.unwrap();
    assert_eq!(why["error"], "there is an account “ana” already");
    post(json!({ "command": "set-pools", "account": "ana", "pools": { "fast": 3, "top-up": 9 } }))
        .await
        .unwrap();
    let state: Value = visitor.client.get(at("state")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["accounts"][0]["pools"]["top-up"], 9);
    let unknown = post(json!({ "command": "make-coffee" })).await.unwrap();
    assert_eq!(unknown.status(), 400);
}

#[tokio::test]
async fn a_foreign_page_cannot_send_commands() {
    let visitor = Visitor::to_an_empty_site().await;
    let body = json!({ "command": "sign-out" }).to_string();
    let post = visitor.client.post(format!("{}command", visitor.site.control_url())).body(body);
    assert_eq!(post.header("content-type", "text/plain").send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn the_control_page_is_told_of_every_change() {
    let visitor = Visitor::to_an_empty_site().await;
    let mut news = visitor.client.get(format!("{}events", visitor.site.control_url())).send().await.unwrap();
    let mut next =
        async || tokio::time::timeout(Duration::from_secs(10), news.chunk()).await.unwrap().unwrap();
    assert!(next().await.is_some(), "the state at the start");
    visitor.does(Command::AddAccount(NewAccount::new("ana", Plan::Free)));
    assert!(next().await.is_some(), "the account");
}

/// The server must understand every form on the control page.
#[test]
fn the_json_of_each_command_is_the_one_the_control_page_writes() {
    let account = || "ana".to_owned();
    for (command, written) in [
        (
            Command::SetDue { account: account(), due: Due::InSeconds(30) },
            json!({ "command": "set-due", "account": "ana", "due": { "in-seconds": 30 } }),
        ),
        (
            Command::SetRefillJob { account: account(), job: Job::Late { seconds: 300 } },
            json!({ "command": "set-refill-job", "account": "ana", "job": { "late": { "seconds": 300 } } }),
        ),
        (
            Command::SetRefillJob { account: account(), job: Job::OnTime },
            json!({ "command": "set-refill-job", "account": "ana", "job": "on-time" }),
        ),
        (
            Command::RefillNow { account: account(), fast: None },
            json!({ "command": "refill-now", "account": "ana" }),
        ),
        (
            Command::Renewal { account: account(), renewal: Renewal::Verbatim("x".into()) },
            json!({ "command": "renewal", "account": "ana", "renewal": { "verbatim": "x" } }),
        ),
        (
            Command::Shape { account: account(), shape: Shape::TeamMemberships },
            json!({ "command": "shape", "account": "ana", "shape": "team-memberships" }),
        ),
        (
            Command::Fault { fault: Fault::Slow { ms: 5 }, on: Target::Balance },
            json!({ "command": "fault", "fault": { "slow": { "ms": 5 } }, "on": "balance" }),
        ),
        (
            Command::Fault { fault: Fault::Html429, on: Target::Everything },
            json!({ "command": "fault", "fault": "html-429" }),
        ),
        (
            Command::Booking { booking: Booking::After { ms: 5 } },
            json!({ "command": "booking", "booking": { "after": { "ms": 5 } } }),
        ),
        (
            Command::FailedGenerations { returned: Some(Returned { after_seconds: 180 }) },
            json!({ "command": "failed-generations", "returned": { "after-seconds": 180 } }),
        ),
        (
            Command::FailedGenerations { returned: None },
            json!({ "command": "failed-generations", "returned": null }),
        ),
        (
            Command::KeptAnswers { kept: Some(Kept { older_by_seconds: 900, tells_age: true }) },
            json!({ "command": "kept-answers", "kept": { "older-by-seconds": 900, "tells-age": true } }),
        ),
        (
            Command::Bystanders { bystanders: Bystanders::Absent },
            json!({ "command": "bystanders", "bystanders": "absent" }),
        ),
        (Command::Cost { cost: Cost::Dollars }, json!({ "command": "cost", "cost": "dollars" })),
        (Command::JoinTeam { account: account() }, json!({ "command": "join-team", "account": "ana" })),
        (
            Command::Counter(Counter { shows: Shows::FastAndTopUp, ..Counter::default() }),
            json!({ "command": "counter", "shows": "fast-and-top-up", "grouping": "none", "frozen": null }),
        ),
        (
            Command::App(App { fetch: FetchUse::PatchedTwice, storable: true, ..App::default() }),
            json!({ "command": "app", "fetch": "patched-twice", "storable": true }),
        ),
        (
            Command::AddAccount(NewAccount {
                pools: PoolsChange { fast: Some(3), ..PoolsChange::default() },
                ..NewAccount::new("ana", Plan::Free)
            }),
            json!({ "command": "add-account", "id": "ana", "plan": "free", "pools": { "fast": 3 }, "due": null }),
        ),
    ] {
        assert_eq!(serde_json::from_value::<Command>(written).unwrap(), command);
    }
}
