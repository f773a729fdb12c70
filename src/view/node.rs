//! The tree that the painter draws.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

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

/// An element of a surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The tag name; `svg` and everything below it are made in the SVG namespace.
    pub tag: &'static str,
    /// Attributes in writing order; an empty value writes the bare attribute.
    pub attributes: Vec<(&'static str, String)>,
    /// What stands inside.
    pub children: Vec<Node>,
}

/// An element without anything inside.
#[must_use]
pub fn el(tag: &'static str) -> Element {
    Element { tag, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    /// With one attribute more.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute more when `on`.
    #[must_use]
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
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// With an element at the end.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// With these texts and elements at the end.
    #[must_use]
    pub fn nodes(mut self, nodes: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(nodes);
        self
    }

    /// With these elements at the end; an `Option` is zero or one of them.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
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
        let mut seq = serializer.serialize_seq(Some(self.children.len() + 2))?;
        seq.serialize_element(self.tag)?;
        seq.serialize_element(&Attributes(&self.attributes))?;
        for child in &self.children {
            seq.serialize_element(child)?;
        }
        seq.end()
    }
}
