//! What the API answers when something is wrong: each fault looks like the real one, and lifts without a trace.

mod support;

use serde_json::json;
use stand_in_site::{Command, Fault, Plan, Target};
use std::time::Duration;
use support::Visitor;

fn fault(fault: Fault) -> Command {
    Command::Fault { fault, on: Target::Everything }
}

#[tokio::test]
async fn an_expired_token_is_told_with_http_200() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::InvalidJwt));
    let response = visitor.asks_raw("GetUserTokensFromSub").await.unwrap();
    assert_eq!(response.status(), 200);
    let answer: serde_json::Value = response.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "invalid-jwt");
    visitor.does(fault(Fault::None));
    assert_eq!(visitor.fast().await, 150);
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_an_invalid_token_to_the_api() {
    let visitor = Visitor::on(Plan::Free).await;
    let request = visitor.operation("GetUserTokensFromSub").await;
    visitor.does(Command::SignOut);
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "invalid-jwt");
}

#[tokio::test]
async fn too_many_requests_is_an_html_page_that_the_app_may_read() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::Html429));
    let response = visitor.asks_raw("GetUserTokensFromSub").await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(response.headers()["access-control-allow-origin"], "https://app.leonardo.ai");
}

#[tokio::test]
async fn offline_drops_the_connection_and_leaves_the_request_unanswered_in_the_log() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::Offline));
    assert!(visitor.asks_raw("GetUserTokensFromSub").await.is_err());
    let last = visitor.site.requests().into_iter().rfind(|request| request.operation.is_some()).unwrap();
    assert_eq!(last.status, None);
    visitor.does(fault(Fault::None));
    assert_eq!(visitor.fast().await, 150);
}

#[tokio::test]
async fn a_slow_answer_comes_as_soon_as_the_fault_is_lifted() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::Slow { ms: 600_000 }));
    let request = visitor.operation("GetUserTokensFromSub").await;
    let arrived = visitor.site.next_request(|request| request.operation.is_some(), Duration::from_secs(10));
    let answer = tokio::spawn(request.send());
    assert_eq!(arrived.await.unwrap().operation.as_deref(), Some("GetUserTokensFromSub"));
    assert!(!answer.is_finished());
    visitor.does(fault(Fault::None));
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;
    assert_eq!(answer.unwrap().unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_answer_comes_by_itself_in_the_end() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::Slow { ms: 20 }));
    assert_eq!(visitor.fast().await, 150);
}

#[tokio::test]
async fn broken_amounts_arrive_as_broken_as_asked() {
    let visitor = Visitor::on(Plan::Free).await;
    for (broken, expected) in [
        (Fault::Nulls, json!(null)),
        (Fault::WrongTypes, json!({ "amount": 150 })),
        (Fault::NumbersAsText, json!("150")),
        (Fault::Negative, json!(-151)),
        (Fault::Fractions, json!(150.5)),
        (Fault::HugeNumber, json!(9_007_199_254_740_995_u64)),
    ] {
        visitor.does(fault(broken));
        assert_eq!(visitor.fast().await, expected, "{broken:?}");
    }
    assert_eq!(visitor.site.account("ana").unwrap().pools.fast, 150, "the truth is untouched");
}

#[tokio::test]
async fn an_empty_list_is_an_answer_without_a_balance() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::EmptyList));
    assert_eq!(visitor.balance().await, json!({ "data": { "user_details": [], "teams": [] } }));
}

#[tokio::test]
async fn a_big_body_is_a_right_answer_of_more_than_a_megabyte() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::BigBody));
    let body = visitor.asks_raw("GetUserTokensFromSub").await.unwrap().text().await.unwrap();
    assert!(body.len() > 1 << 20);
    assert!(body.contains("\"subscriptionTokens\":150"));
}

#[tokio::test]
async fn a_truncated_answer_is_no_json() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(fault(Fault::Truncated));
    let body = visitor.asks_raw("GetUserTokensFromSub").await.unwrap().text().await.unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_err());
}

#[tokio::test]
async fn a_fault_of_the_feed_leaves_the_balance_alone() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::Fault { fault: Fault::InvalidJwt, on: Target::Feed });
    assert!(visitor.asks("GetFeedImages").await["errors"].is_array());
    assert_eq!(visitor.fast().await, 150);
}
