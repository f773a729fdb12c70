//! The tree that the painter draws.

use crate::stored::write_text;

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
        let tree = el("p").class("a \"b\"").flag("hidden", true).text("one ").child(el("b").text("two\n"));
        let mut out = String::new();
        tree.write(&mut out);
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            read,
            serde_json::json!(["p", {"class": "a \"b\"", "hidden": ""}, "one ", ["b", {}, "two\n"]])
        );
    }
}
