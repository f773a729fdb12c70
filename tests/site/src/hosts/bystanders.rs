//! The app's other queries: operations whose name or text mentions tokens, but whose failure says nothing about the
//! balance.

use crate::account::Account;
use crate::manners::Bystanders;
use serde_json::{Value, json};

/// The answer to the operation `name`.
pub(super) fn answer(name: &str, account: &Account, bystanders: Bystanders) -> Value {
    if bystanders == Bystanders::Fail {
        let message = "database query error";
        return json!({ "errors": [{
            "message": message,
            "extensions": { "code": "unexpected", "path": "$.selectionSet" },
        }] });
    }
    let data = match name {
        // Teams without their tokens: this is about something else.
        "GetUserTeams" => {
            let team =
                account.team.iter().map(|team| json!({ "akUUID": team.ak_uuid, "teamName": team.name }));
            json!({ "teams": team.collect::<Vec<_>>() })
        }
        "UpdateUserDetails" => json!({ "update_user_details": { "affected_rows": 1 } }),
        "GetTopUpTokens" => json!({ "top_up_packs": [{ "tokens": 3_500, "price": "9.00" }] }),
        _ => json!({ "generate": null }),
    };
    json!({ "data": data })
}
