//! The words of one language. The source has `extension/_locales/<language>/messages.json`. The package has a list of
//! messages beside a list of keys, which all languages share (a quarter of the size).

use super::node::{Element, Node, el};
use serde_json::Value;
use std::collections::BTreeMap;

/// Key to message, with `{name}` where a value goes.
#[derive(Clone, Debug, Default)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads a `messages.json`; entries that are not messages are skipped.
    #[must_use]
    pub fn parse(json: &str) -> Self {
        let Ok(Value::Object(entries)) = serde_json::from_str(json) else { return Self::default() };
        let mut words = BTreeMap::new();
        for (key, mut entry) in entries {
            if let Some(Value::String(message)) = entry.get_mut("message").map(Value::take) {
                words.insert(key, message);
            }
        }
        Self(words)
    }

    /// Reads the package's two lists, keys and messages in the same order; `null` if this language lacks one.
    #[must_use]
    pub fn paired(keys: &str, sentences: &str) -> Self {
        let list = |json: &str| match serde_json::from_str(json) {
            Ok(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        let mut words = BTreeMap::new();
        for (key, sentence) in list(keys).into_iter().zip(list(sentences)) {
            if let (Value::String(key), Value::String(sentence)) = (key, sentence) {
                words.insert(key, sentence);
            }
        }
        Self(words)
    }

    /// The message of `key` with its values filled in. Without such a message it is the key itself, so that a gap is
    /// visible.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.message(key);
        let mut text = String::new();
        while let Some((before, name, after)) = next_placeholder(rest) {
            text.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => text.push_str(value),
                None => text.push_str(name),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// Whether the language has a message for `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    fn message<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// Like [`Words::say`], but a value can be an element, usually an instant. Texts and elements come in the order
    /// of the language's own sentence.
    #[must_use]
    pub fn fill(&self, key: &str, values: &mut [(&str, Part)]) -> Vec<Node> {
        let mut rest = self.message(key);
        let mut nodes: Vec<Node> = Vec::new();
        while let Some((text, name, after)) = next_placeholder(rest) {
            let part = values.iter_mut().find(|(known, _)| *known == name).map(|(_, part)| part);
            push_text(&mut nodes, text);
            match part {
                Some(Part::Text(value)) => push_text(&mut nodes, value),
                Some(Part::Element(element)) => {
                    let element = std::mem::replace(element, el("span"));
                    nodes.push(Node::Element(element));
                }
                Some(Part::Day(element)) => {
                    let mut element = std::mem::replace(element, el("span"));
                    if begins_sentence(&nodes)
                        && let Some(Node::Text(text)) = element.children.first_mut()
                    {
                        *text = capitalized(text);
                    }
                    nodes.push(Node::Element(element));
                }
                None => push_text(&mut nodes, name),
            }
            rest = after;
        }
        push_text(&mut nodes, rest);
        nodes
    }
}

/// What goes into a placeholder.
#[derive(Clone, Debug)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// An element.
    Element(Element),
    /// An element that starts with a word for a day (`tomorrow, 4:00 PM`), capitalised at the start of a sentence.
    Day(Element),
}

/// Whether what follows `nodes` starts a sentence.
fn begins_sentence(nodes: &[Node]) -> bool {
    match nodes.last() {
        None => true,
        Some(Node::Text(text)) => {
            text.trim_end().is_empty() || text.trim_end().ends_with(['.', '!', '?', '。'])
        }
        Some(Node::Element(_)) => false,
    }
}

/// Capitalised, in languages that have capitals.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Element> for Part {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

/// The text before the first `{name}`, the name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn push_text(nodes: &mut Vec<Node>, text: &str) {
    match nodes.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(last)) => last.push_str(text),
        _ => nodes.push(Node::Text(text.to_owned())),
    }
}
