//! One GraphQL operation as clients send it, and what it asks for: by name, by text, or by hash alone.

use crate::command::Target;
use serde::Deserialize;
use serde_json::Value;

/// The hashes of operations whose text clients do not send, with their names.
const HASHES: [(&str, &str); 2] = [
    ("8f1a4c0de5b2973e6ad01c4b7f9823d5e0a6b41cf87d2395b61e0fa4c83d7b12", "GetUserTokensFromSub"),
    ("3c9e7d15a08b46f2d1e5937ca4f0682bb7d83e19f5c0a27468e1b9d30fa5c6e4", "Generate"),
];

/// One GraphQL operation.
#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(rename = "operationName", default)]
    operation: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    pub variables: Value,
    #[serde(default)]
    extensions: Value,
}

/// A request's body: one operation or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Questions {
    One(Question),
    Batch(Vec<Question>),
}

impl Question {
    /// What the query string of a `GET` asks, per the GraphQL over HTTP specification.
    pub fn from_query(
        query: Option<&str>,
        operation: Option<String>,
        variables: Option<&str>,
    ) -> Option<Self> {
        let variables = variables.map(serde_json::from_str).transpose().ok()?.unwrap_or_default();
        Some(Self { operation, query: Some(query?.to_owned()), variables, extensions: Value::Null })
    }

    /// The operation's name: from the request, from its text, or from its hash.
    pub fn name(&self) -> &str {
        let said = self.operation.as_deref().filter(|name| !name.is_empty());
        said.or_else(|| name_in(self.text())).or_else(|| self.hashed()).unwrap_or_default()
    }

    fn hashed(&self) -> Option<&'static str> {
        let hash = self.extensions["persistedQuery"]["sha256Hash"].as_str()?;
        HASHES.iter().find(|(known, _)| *known == hash).map(|(_, name)| *name)
    }

    fn text(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// What it asks for.
    pub fn target(&self) -> Option<Target> {
        match self.name() {
            "GetUserTokensFromSub" => Some(Target::Balance),
            "CreateSDGenerationJob" | "Generate" => Some(Target::Generate),
            "GetFeedImages" => Some(Target::Feed),
            "GetUserTeams" | "UpdateUserDetails" | "GetTopUpTokens" | "GenerateAgain" => {
                Some(Target::Bystander)
            }
            _ => None,
        }
    }

    /// Whether it subscribes to changes.
    pub fn is_subscription(&self) -> bool {
        self.text().trim_start().starts_with("subscription")
    }

    /// Whether parts of its answer may come later.
    pub fn is_deferred(&self) -> bool {
        self.text().contains("@defer")
    }
}

/// The first named operation in a document; fragments and comments are skipped.
fn name_in(text: &str) -> Option<&str> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut words = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.find(|word| ["query", "mutation", "subscription"].contains(word))?;
    words.find(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(body: &str) -> Question {
        serde_json::from_str(body).unwrap()
    }

    #[test]
    fn the_name_is_found_in_the_request_in_its_text_or_by_its_hash() {
        assert_eq!(
            question(r#"{"operationName":"Generate","query":"query Other { a }"}"#).name(),
            "Generate"
        );
        let text = r##"{"query":"# mutation No\n fragment F on T { id }\n mutation Generate($a: B) { c }"}"##;
        assert_eq!(question(text).name(), "Generate");
        let hash = HASHES[0].0;
        let body = format!(r#"{{"extensions":{{"persistedQuery":{{"version":1,"sha256Hash":"{hash}"}}}}}}"#);
        assert_eq!(question(&body).target(), Some(Target::Balance));
        assert_eq!(question(r#"{"query":"{ a }"}"#).target(), None);
    }

    #[test]
    fn a_body_is_one_operation_or_a_batch() {
        let one = serde_json::from_str(r#"{"query":"query A { a }"}"#).unwrap();
        assert!(matches!(one, Questions::One(_)));
        let batch = serde_json::from_str(r#"[{"query":"query A { a }"},{"operationName":"B"}]"#).unwrap();
        assert!(matches!(batch, Questions::Batch(all) if all.len() == 2));
    }
}
