//! The tree that the painter draws.

use crate::stored::write_text;
use std::ops::{Deref, DerefMut};

/// An element or a text of a surface.
///
/// In JSON a text is a string and an element `["div", {"class": "row"}, child, …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Plain text; never markup.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element of a surface. One pointer: the views hand elements on at every step, and moving a larger thing each
/// time was a fifth of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(Box<Content>);

/// What an element is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The tag name; `svg` and everything below it are made in the SVG namespace.
    pub tag: &'static str,
    /// Attributes in writing order; an empty value writes the bare attribute.
    pub attributes: Vec<(&'static str, String)>,
    /// What stands inside.
    pub children: Vec<Node>,
}

impl Deref for Element {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.0
    }
}

impl DerefMut for Element {
    fn deref_mut(&mut self) -> &mut Content {
        &mut self.0
    }
}

/// An element without anything inside: its tag, its class after a full stop, and attributes that never change after
/// strokes, as in `button.ico|type=button|hidden`. (One text is a fraction of the code of as many calls.)
#[must_use]
#[inline(never)]
pub fn el(spec: &'static str) -> Element {
    let mut parts = spec.split('|');
    let (tag, class) = split(parts.next().unwrap_or_default(), '.');
    let mut element = Element(Box::new(Content { tag, attributes: Vec::new(), children: Vec::new() }));
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

// None of these is inlined: there are a thousand calls of them.
impl Element {
    /// With one attribute more.
    #[must_use]
    #[inline(never)]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute more when `on`.
    #[must_use]
    #[inline(never)]
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// With this class.
    #[must_use]
    pub fn class(self, class: impl Into<String>) -> Self {
        self.attr("class", class)
    }

    /// With a text at the end.
    #[must_use]
    #[inline(never)]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// With an element at the end.
    #[must_use]
    #[inline(never)]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// With an element at the end, if there is one.
    #[must_use]
    #[inline(never)]
    pub fn maybe(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// With these texts and elements at the end.
    #[must_use]
    #[inline(never)]
    pub fn nodes(mut self, nodes: Vec<Node>) -> Self {
        self.children.extend(nodes);
        self
    }

    /// With these elements at the end.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self = self.child(child);
        }
        self
    }
}

impl Node {
    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => write_text(out, text),
            Self::Element(element) => element.write(out),
        }
    }
}

impl Element {
    /// Appends the JSON text that the painter reads.
    pub fn write(&self, out: &mut String) {
        out.push('[');
        write_text(out, self.tag);
        out.push_str(",{");
        for (i, (name, value)) in self.attributes.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_text(out, name);
            out.push(':');
            write_text(out, value);
        }
        out.push('}');
        for child in &self.children {
            out.push(',');
            child.write(out);
        }
        out.push(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_written_as_a_list_of_tag_attributes_and_children() {
        let tree = el("p.a \"b\"|role=note").flag("hidden", true).text("one ").child(el("b").text("two\n"));
        let mut out = String::new();
        tree.write(&mut out);
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            read,
            serde_json::json!(["p", {"class": "a \"b\"", "role": "note", "hidden": ""}, "one ", ["b", {}, "two\n"]])
        );
    }
}
