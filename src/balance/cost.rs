//! What an answer says was spent. This is the only code that decides what counts as a cost.
//!
//! A cost is `cost{amount unit}`, the amount as a string (`"1168"`), or `apiCreditCost`, which is null in today's app
//! (sure: a capture of the app and the official API description). Queries return the costs of earlier generations in
//! the same fields, so the fields alone do not prove that anything is being spent now.

use super::{Amount, Operation};
use serde_json::{Map, Value};

/// How many levels below its root a cost may be.
const DEPTH: u8 = 6;

/// What the operation behind this answer spent; `None` if it names no cost, or only earlier ones.
///
/// A mutation's costs count. A query's and a subscription's belong to earlier generations. If the operation is
/// unknown (a persisted query sends only a hash), the answer's own shape decides: its root must look like the
/// creation of something.
pub(super) fn spent(root: &Map<String, Value>, operation: Option<Operation>) -> Option<Amount> {
    let counts: fn(&str, &Map<String, Value>) -> bool = match operation {
        Some(Operation::Query | Operation::Subscription) => return None,
        Some(Operation::Mutation) => |name, _| !is_about_something_earlier(name),
        None => looks_created,
    };
    // REST answers, and reduced ones, may have no root around the generation.
    if operation.is_none() && root.contains_key("generationId") {
        return find(root, DEPTH);
    }
    let roots = root.iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
    roots
        .filter(|(name, value)| counts(name, value))
        .fold(None, |total, (_, value)| sum(total, find(value, DEPTH)))
}

/// The sum of the known ones; `None` if neither is known, or if the sum is too large to believe.
pub(super) fn sum(a: Option<Amount>, b: Option<Amount>) -> Option<Amount> {
    a.into_iter().chain(b).reduce(Amount::plus).filter(|sum| *sum <= Amount::MAX)
}

/// Whether a root changes, removes, or reads by key something that exists: a cost in it was paid when that was made.
fn is_about_something_earlier(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let verbs = ["delete", "update", "remove", "cancel", "get", "list", "fetch"];
    verbs.iter().any(|verb| name.starts_with(verb))
        || name.ends_with("_by_pk")
        || name.ends_with("_aggregate")
}

fn looks_created(name: &str, value: &Map<String, Value>) -> bool {
    if is_about_something_earlier(name) {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    let is_named_so = (lower.contains("generate") && !lower.contains("generated"))
        || (lower.contains("create") && !lower.contains("created"))
        || name.ends_with("Job");
    is_named_so || value.contains_key("generationId")
}

/// The first cost in an object or in objects below it. Lists are skipped: they hold earlier generations.
fn find(object: &Map<String, Value>, depth: u8) -> Option<Amount> {
    if let Some(cost) = object.get("apiCreditCost").and_then(amount) {
        return Some(cost);
    }
    if let Some(cost) = object.get("cost").and_then(Value::as_object).and_then(in_tokens) {
        return Some(cost);
    }
    let depth = depth.checked_sub(1)?;
    object.values().filter_map(Value::as_object).find_map(|inner| find(inner, depth))
}

/// `cost{amount unit}` in tokens. The unit is `CREDITS`, or `DOLLARS` for pay-as-you-go API use. Without a unit, the
/// client did not ask for it; dollars are hardly ever whole, so a whole amount counts as tokens.
fn in_tokens(cost: &Map<String, Value>) -> Option<Amount> {
    let amount = cost.get("amount").and_then(amount)?;
    match cost.get("unit") {
        None | Some(Value::Null) => (amount.in_thousandths() % 1000 == 0).then_some(amount),
        Some(unit) => unit.as_str()?.eq_ignore_ascii_case("CREDITS").then_some(amount),
    }
}

/// A JSON number, or a string with nothing but the digits of a whole number.
fn amount(value: &Value) -> Option<Amount> {
    let Some(text) = value.as_str() else { return Amount::from_json(value) };
    let is_whole = (1..=10).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    let tokens = text.parse().ok().filter(|_| is_whole)?;
    Some(Amount::whole(tokens)).filter(|amount| *amount <= Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cost_is_a_number_or_the_digits_of_a_whole_one() {
        for (value, tokens) in [
            (json!("1168"), Some("1168")),
            (json!(1168), Some("1168")),
            (json!("0"), Some("0")),
            (json!(1.5), Some("1.5")),
            (json!("1000000000"), Some("1000000000")),
            (json!("1000000001"), None),
            (json!("99999999999999999999"), None),
            (json!("1.5"), None),
            (json!("-8"), None),
            (json!("+8"), None),
            (json!("0x10"), None),
            (json!("007"), None),
            (json!(" 12 "), None),
            (json!("1e300"), None),
            (json!("1e3"), None),
            (json!("١٢"), None),
            (json!(""), None),
            (json!(-8), None),
            (json!(1e300), None),
            (json!(["8"]), None),
            (json!({"amount": "8"}), None),
            (json!(true), None),
            (json!(null), None),
        ] {
            assert_eq!(amount(&value).map(|a| a.to_string()).as_deref(), tokens, "{value}");
        }
    }

    #[test]
    fn only_credits_are_tokens_and_a_cost_without_a_unit_where_it_is_whole() {
        let read = |cost: Value| in_tokens(cost.as_object().unwrap()).map(Amount::tokens);
        assert_eq!(read(json!({"amount": "8", "unit": "CREDITS"})), Some(8));
        assert_eq!(read(json!({"amount": "8", "unit": "credits"})), Some(8));
        assert_eq!(read(json!({"amount": "8"})), Some(8));
        assert_eq!(read(json!({"amount": 8, "unit": null})), Some(8));
        for unit in [json!("DOLLARS"), json!("USD"), json!("TOKENS"), json!(""), json!(1), json!(["CREDITS"])]
        {
            assert_eq!(read(json!({"amount": "8", "unit": unit})), None, "{unit}");
        }
        assert_eq!(read(json!({"amount": 0.02})), None, "dollars, by the look of it");
    }

    #[test]
    fn an_operation_that_is_not_known_has_spent_what_its_answer_shows_to_be_created() {
        let cost = json!({"cost": {"amount": "8", "unit": "CREDITS"}});
        for (name, counts) in [
            ("generate", true),
            ("generateVideo", true),
            ("createGeneration", true),
            ("sdGenerationJob", true),
            ("generations_by_pk", false),
            ("generations_aggregate", false),
            ("generation", false),
            ("getGenerateJob", false),
            ("generated_image", false),
            ("updateGenerationJob", false),
            ("last_created", false),
        ] {
            let root = json!({ name: cost });
            let spent = spent(root.as_object().unwrap(), None).map(Amount::tokens);
            assert_eq!(spent, counts.then_some(8), "{name}");
        }
    }

    #[test]
    fn the_kind_of_operation_decides_where_it_is_known() {
        let root = json!({"a": {"cost": {"amount": "8", "unit": "CREDITS"}}, "b": {"apiCreditCost": 4},
            "delete_generations_by_pk": {"apiCreditCost": 100}, "earlier": [{"apiCreditCost": 1000}]});
        let root = root.as_object().unwrap();
        assert_eq!(
            spent(root, Some(Operation::Mutation)),
            Some(Amount::whole(12)),
            "the sum of what it created"
        );
        assert_eq!(spent(root, Some(Operation::Query)), None);
        assert_eq!(spent(root, Some(Operation::Subscription)), None);
        assert_eq!(spent(root, None), None);
    }
}
