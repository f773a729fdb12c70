//! Oddities of the live site: costs as strings, booked late, returned; cached copies; other queries that fail; teams
//! that are listed but not selected.

// This whole file is test code; clippy sees that only in functions marked as tests.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stand_in_site::{Booking, Bystanders, Command, Cost, Kept, Plan, PoolsChange, Returned};
use std::time::Duration;
use support::Visitor;

fn ana() -> String {
    "ana".to_owned()
}

/// Waits until the balance is `fast`: the site reports changes.
async fn holds(visitor: &Visitor, fast: u64) {
    let mut news = visitor.client.get(format!("{}events", visitor.site.control_url())).send().await.unwrap();
    let holds = async {
        while visitor.fast().await != fast {
            news.chunk().await.unwrap().unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(10), holds).await.unwrap();
}

#[tokio::test]
async fn the_balance_has_no_id_and_lists_teams_that_are_not_selected() {
    let visitor = Visitor::on(Plan::Free).await;
    let answer = visitor.balance().await;
    assert_eq!(answer["data"]["teams"], json!([]));
    let details = answer["data"]["user_details"][0].as_object().unwrap();
    assert!(!details.contains_key("id") && details["tokenRenewalDate"].is_null(), "{details:?}");
    visitor.does(Command::JoinTeam { account: ana() });
    let team = visitor.balance().await["data"]["teams"][0].clone();
    let expected = json!({
        "akUUID": "ak-team-ana", "paidTokens": 0, "subscriptionTokens": 75_000, "rolloverTokens": 0,
        "__typename": "teams",
    });
    assert_eq!(team, expected);
    visitor.asks("Generate").await;
    let held = visitor.site.account("ana").unwrap();
    assert_eq!((held.personal.fast, held.team_selected), (142, false));
    assert!(visitor.site.command(Command::JoinTeam { account: ana() }).is_err());
}

#[tokio::test]
async fn a_cost_is_a_text_in_credits_or_dollars_or_one_of_the_older_numbers() {
    let visitor = Visitor::on(Plan::Free).await;
    let amount = |amount: Value, unit: &str| json!({ "amount": amount, "unit": unit });
    for (cost, credits, told) in [
        (Cost::Text, Some(Value::Null), Some(amount(json!("8"), "CREDITS"))),
        (Cost::Dollars, Some(Value::Null), Some(amount(json!("0.02"), "DOLLARS"))),
        (Cost::ApiCreditCost, Some(json!(8)), None),
        (Cost::CostAmount, None, Some(amount(json!(8), "TOKENS"))),
        (Cost::Untold, None, None),
    ] {
        visitor.does(Command::Cost { cost });
        let answer = visitor.asks("Generate").await;
        let job = &answer["data"]["generate"];
        assert_eq!(
            (job.get("apiCreditCost"), job.get("cost")),
            (credits.as_ref(), told.as_ref()),
            "{cost:?}"
        );
    }
}

#[tokio::test]
async fn a_balance_asked_for_before_the_cost_is_booked_does_not_know_of_it() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::Booking { booking: Booking::After { ms: 600_000 } });
    visitor.asks("Generate").await;
    assert_eq!(visitor.fast().await, 150);
    assert_eq!(visitor.site.account("ana").unwrap().pools.fast, 142, "what is spent is gone all the same");
    visitor.does(Command::SetPools {
        account: ana(),
        pools: PoolsChange { fast: Some(150), ..PoolsChange::default() },
    });
    visitor.does(Command::Booking { booking: Booking::After { ms: 200 } });
    visitor.asks("Generate").await;
    holds(&visitor, 142).await;
    visitor.does(Command::Booking { booking: Booking::AtOnce });
    visitor.asks("Generate").await;
    assert_eq!(visitor.fast().await, 134);
}

#[tokio::test]
async fn a_generation_that_fails_gets_its_cost_back_of_itself_or_when_told() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::Booking { booking: Booking::AtOnce });
    visitor.does(Command::FailedGenerations { returned: Some(Returned { after_seconds: 600 }) });
    visitor.asks("Generate").await;
    assert_eq!((visitor.fast().await, visitor.site.account("ana").unwrap().to_be_returned), (json!(142), 8));
    visitor.does(Command::GiveBack { account: ana() });
    assert_eq!(visitor.fast().await, 150);
    visitor.does(Command::FailedGenerations { returned: Some(Returned { after_seconds: 1 }) });
    visitor.asks("Generate").await;
    holds(&visitor, 150).await;
    visitor.does(Command::FailedGenerations { returned: None });
    visitor.asks("Generate").await;
    assert_eq!(visitor.site.account("ana").unwrap().to_be_returned, 0);
}

#[tokio::test]
async fn a_copy_out_of_a_cache_keeps_its_number_and_its_date() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::KeptAnswers { kept: Some(Kept { older_by_seconds: 900, tells_age: true }) });
    visitor.fast().await;
    visitor.does(Command::SpendElsewhere { account: ana(), tokens: 40 });
    let response = visitor.asks_raw("GetUserTokensFromSub").await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let age: i64 = header("age").parse().unwrap();
    let date = DateTime::parse_from_rfc2822(&header("date")).unwrap();
    assert!((900..1_000).contains(&age), "{age}");
    assert!((899..1_000).contains(&(Utc::now() - date.to_utc()).num_seconds()), "{date}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["data"]["user_details"][0]["subscriptionTokens"], 150);
    visitor.does(Command::KeptAnswers { kept: None });
    assert_eq!(visitor.fast().await, 110);
}

#[tokio::test]
async fn bystanders_fail_with_http_200_until_they_are_told_to_succeed() {
    let visitor = Visitor::on(Plan::Free).await;
    let names = ["GetUserTeams", "UpdateUserDetails", "GetTopUpTokens", "GenerateAgain"];
    for name in names {
        let response = visitor.asks_raw(name).await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        let answer: Value = response.json().await.unwrap();
        assert!(
            answer["errors"][0]["message"].is_string() && answer.get("data").is_none(),
            "{name}: {answer}"
        );
    }
    visitor.does(Command::Bystanders { bystanders: Bystanders::Succeed });
    for name in names {
        let answer = visitor.asks(name).await;
        assert!(answer["data"].is_object(), "{name}: {answer}");
    }
    assert_eq!(visitor.fast().await, 150);
}

/// Sends a request with this body and header.
async fn asks_by(visitor: &Visitor, body: Value, accept: &str) -> (String, String) {
    let url = visitor.url("api.leonardo.ai", "/v1/graphql");
    let asked = visitor.client.post(url).bearer_auth(visitor.bearer().await).header("accept", accept);
    let response = asked.json(&body).send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, response.text().await.unwrap())
}

#[tokio::test]
async fn an_operation_may_come_without_a_name_in_a_batch_or_as_a_hash() {
    let visitor = Visitor::on(Plan::Free).await;
    let query = "\n  query GetUserTokensFromSub { user_details { plan } }";
    let (_, one) = asks_by(&visitor, json!({ "query": query }), "*/*").await;
    let batch = json!([{ "query": query }, { "operationName": "GetFeedImages" }]);
    let (_, all) = asks_by(&visitor, batch, "*/*").await;
    let all: Vec<Value> = serde_json::from_str(&all).unwrap();
    assert_eq!(all[0], serde_json::from_str::<Value>(&one).unwrap());
    assert!(all[1]["data"]["generated_images"].is_array());
    let logged = visitor.site.requests().into_iter().rfind(|request| request.operation.is_some()).unwrap();
    assert_eq!(logged.operation.as_deref(), Some("GetUserTokensFromSub GetFeedImages"));
    let hash = "8f1a4c0de5b2973e6ad01c4b7f9823d5e0a6b41cf87d2395b61e0fa4c83d7b12";
    let hashed = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    assert_eq!(asks_by(&visitor, hashed, "*/*").await.1, one);
}

#[tokio::test]
async fn an_answer_comes_as_events_or_in_parts_where_that_is_asked_for() {
    let visitor = Visitor::on(Plan::Free).await;
    let asked = |query: &str| json!({ "operationName": "GetUserTokensFromSub", "query": query });
    let (kind, text) = asks_by(&visitor, asked("{ … }"), "text/event-stream").await;
    assert!(kind.starts_with("text/event-stream") && text.contains("event: next\ndata: {\"data\""), "{text}");
    let accept = "multipart/mixed, application/json";
    let (kind, text) = asks_by(&visitor, asked("{ … @defer { … } }"), accept).await;
    assert!(kind.starts_with("multipart/mixed") && text.matches("hasNext").count() == 2, "{text}");
    assert!(asks_by(&visitor, asked("{ … }"), accept).await.0.starts_with("application/json"));
    let url = visitor.url("api.leonardo.ai", "/v1/graphql");
    let token = visitor.bearer().await;
    let query = "query%20GetUserTokensFromSub%20%7B%20a%20%7D";
    let by_get = visitor.client.get(format!("{url}?query={query}&token={token}"));
    let text = by_get.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("\"subscriptionTokens\":150"), "{text}");
}

#[tokio::test]
async fn a_page_for_a_client_carries_its_bundle_and_nothing_else_can_be_named() {
    let visitor = Visitor::on(Plan::Free).await;
    let page = visitor.opens("/clients?client=urql").await.text().await.unwrap();
    assert!(page.contains("<script type=\"module\" src=\"/clients/urql.js\">"), "{page}");
    assert_eq!(visitor.opens("/clients/urql.js").await.status(), 200);
    for wrong in ["/clients?client=..%2Fapp", "/clients/..%2Fstamp.js", "/clients/no-such.js"] {
        assert_eq!(visitor.opens(wrong).await.status(), 404, "{wrong}");
    }
}
