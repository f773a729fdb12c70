//! Answers in several parts: `multipart/mixed` for `@defer`, and `text/event-stream`.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The answer in two parts: first everything but the first person's balance, then that balance.
pub(super) fn deferred(mut answer: Value) -> Response {
    let details = answer.pointer_mut("/data/user_details/0").and_then(Value::as_object_mut);
    let Some(details) = details else { return multipart(&[answer]) };
    let later: serde_json::Map<String, Value> = details
        .iter()
        .filter(|(key, _)| key.ends_with("Tokens"))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    details.retain(|key, _| !later.contains_key(key));
    answer["hasNext"] = json!(true);
    let rest = json!({ "incremental": [{ "data": later, "path": ["user_details", 0] }], "hasNext": false });
    multipart(&[answer, rest])
}

fn multipart(parts: &[Value]) -> Response {
    let part =
        |part: &Value| format!("\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{part}");
    let body = parts.iter().map(part).collect::<String>() + "\r\n-----\r\n";
    ([(header::CONTENT_TYPE, "multipart/mixed; boundary=\"-\"; deferSpec=20220824")], body).into_response()
}

/// The answer as one event, and the end.
pub(super) fn events(answer: &Value) -> Response {
    let body = format!(":\n\nevent: next\ndata: {answer}\n\nevent: complete\ndata:\n\n");
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn the_balance_comes_in_the_second_part_of_a_deferred_answer() {
        let answer =
            json!({ "data": { "user_details": [{ "plan": "FREE", "paidTokens": 7 }], "teams": [] } });
        let body = to_bytes(deferred(answer).into_body(), 4096).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let parts: Vec<&str> = text.split("\r\n---").filter(|part| part.contains('{')).collect();
        assert_eq!(parts.len(), 2, "{text}");
        assert!(parts[0].contains("FREE") && !parts[0].contains("paidTokens"), "{text}");
        assert!(parts[1].contains(r#""data":{"paidTokens":7}"#) && text.ends_with("-----\r\n"), "{text}");
    }
}
