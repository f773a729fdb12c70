//! The words of one language: `extension/_locales/<language>/messages.json` in the source, and in the package the list of
//! its sentences beside the list of their keys, which all languages share (a quarter of the room that they take).

use super::node::{Element, Node, el};
use serde_json::Value;
use std::collections::BTreeMap;

/// Key to sentence, with `{name}` where a value goes.
#[derive(Clone, Debug, Default)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads a `messages.json`; entries that are not messages are passed over.
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

    /// Reads the package's two lists, of keys and of sentences in the same order; `null` where this language has none.
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

    /// The sentence of `key` with its values put in; the key itself when no language has it, so that a gap
    /// is seen rather than silent.
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

    /// Whether the language has a sentence of `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    fn message<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// Like [`Words::say`], where a value can be an element: an instant, most often. Texts and elements come
    /// in the order of the language's own sentence.
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
    /// An element that begins with a word for a day (`tomorrow, 4:00 PM`): it gets a capital at the start of a sentence.
    Day(Element),
}

/// Whether what comes after `nodes` begins a sentence.
fn begins_sentence(nodes: &[Node]) -> bool {
    match nodes.last() {
        None => true,
        Some(Node::Text(text)) => {
            text.trim_end().is_empty() || text.trim_end().ends_with(['.', '!', '?', '。'])
        }
        Some(Node::Element(_)) => false,
    }
}

/// With a capital where the language has them.
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
