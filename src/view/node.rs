//! The tree that the painter draws.

use crate::state::Action;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// An element or text of a surface.
///
/// In JSON a text is a string and an element `["div", {"class": "row"}, child, …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Plain text; never markup.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element of a surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The tag name; `svg` and everything inside it is made in the SVG namespace.
    pub tag: &'static str,
    /// Attributes in writing order; an empty value writes an attribute without a value.
    pub attributes: Vec<(&'static str, String)>,
    /// Its children.
    pub children: Vec<Node>,
}

/// An empty element: its tag, its class after a full stop, then constant attributes separated by bars, as in
/// `button.ico|type=button|hidden`.
#[must_use]
pub fn el(spec: &'static str) -> Element {
    let mut parts = spec.split('|');
    let (tag, class) = split(parts.next().unwrap_or_default(), '.');
    let mut element = Element { tag, attributes: Vec::new(), children: Vec::new() };
    if !class.is_empty() {
        element = element.attr("class", class);
    }
    for part in parts {
        let (name, value) = split(part, '=');
        element = element.attr(name, value);
    }
    element
}

fn split(text: &'static str, at: char) -> (&'static str, &'static str) {
    text.split_once(at).unwrap_or((text, ""))
}

impl Element {
    /// Adds an attribute.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Adds an attribute if `on`.
    #[must_use]
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// Adds this class.
    #[must_use]
    pub fn class(self, class: impl Into<String>) -> Self {
        self.attr("class", class)
    }

    /// Appends a text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// Appends an element.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// Appends an element, if there is one.
    #[must_use]
    pub fn maybe(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Appends these texts and elements.
    #[must_use]
    pub fn nodes(mut self, nodes: Vec<Node>) -> Self {
        self.children.extend(nodes);
        self
    }

    /// Appends these elements.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self = self.child(child);
        }
        self
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Element(element) => element.serialize(serializer),
        }
    }
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(2 + self.children.len()))?;
        list.serialize_element(self.tag)?;
        list.serialize_element(&Attributes(&self.attributes))?;
        for child in &self.children {
            list.serialize_element(child)?;
        }
        list.end()
    }
}

/// Attributes as a JSON object, in writing order.
struct Attributes<'a>(&'a [(&'static str, String)]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Element {
    /// The JSON text for the painter.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Strings in lists and objects: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Sets what pressing it does: `data-action` holds the action's word, `data-value` its value, if it has one.
    #[must_use]
    pub fn press(self, action: &Action) -> Self {
        let written = serde_json::to_value(action).unwrap_or_default();
        let text = |name: &str| written.get(name).and_then(Value::as_str).map(str::to_owned);
        let element = self.attr("data-action", text("action").unwrap_or_default());
        match text("value") {
            Some(value) => element.attr("data-value", value),
            None => element,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_written_as_a_list_of_tag_attributes_and_children() {
        let tree = el("p.a \"b\"|role=note").flag("hidden", true).text("one ").child(el("b").text("two\n"));
        let read: Value = serde_json::from_str(&tree.to_text()).unwrap();
        assert_eq!(
            read,
            serde_json::json!(["p", {"class": "a \"b\"", "role": "note", "hidden": ""}, "one ", ["b", {}, "two\n"]])
        );
    }
}
