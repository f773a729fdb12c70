//! What the host tests share: a reader in any time zone, and a surface as plain text.
#![allow(missing_docs, dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod gallery;
pub mod machine;
pub mod marks;
pub mod reader;
pub mod replays;
pub mod scenes;

pub use reader::English;
use refill_watch::view::{Element, Node};

/// The text that a reader sees: without hidden parts, blocks on separate lines.
pub fn visible_text(element: &Element) -> String {
    fn walk(element: &Element, out: &mut String) {
        let class = attribute(element, "class");
        if attribute(element, "hidden").is_some() || element.tag == "svg" || class == Some("sr") {
            return;
        }
        let folded = element.tag == "details" && attribute(element, "open").is_none();
        if matches!(
            element.tag,
            "div"
                | "p"
                | "h1"
                | "h2"
                | "li"
                | "summary"
                | "dt"
                | "tr"
                | "label"
                | "section"
                | "ul"
                | "button"
        ) && !out.ends_with('\n')
        {
            out.push('\n');
        }
        for child in &element.children {
            match child {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) if folded && element.tag != "summary" => {}
                Node::Element(element) => {
                    if !out.ends_with([' ', '\n']) {
                        out.push(' ');
                    }
                    walk(element, out);
                }
            }
        }
    }
    let mut out = String::new();
    walk(element, &mut out);
    out.trim().to_owned()
}

/// A surface as an indented tree: tag, class, state and role, and the words. Pictures only by name.
pub fn tree_text(element: &Element) -> String {
    fn walk(element: &Element, depth: usize, out: &mut String) {
        out.push_str(&"  ".repeat(depth));
        out.push_str(element.tag);
        for (name, value) in &element.attributes {
            match *name {
                "class" => out.push_str(&format!(".{}", value.replace(' ', "."))),
                "type" | "id" | "datetime" | "viewBox" | "width" | "height" | "title" | "autocomplete" => {}
                name if value.is_empty() => out.push_str(&format!(" [{name}]")),
                name => out.push_str(&format!(" [{name}={value}]")),
            }
        }
        let is_text = |child: &Node| matches!(child, Node::Text(_));
        if element.tag == "svg" {
            out.push_str(&format!(" ({} parts)\n", elements(element).len() - 1));
            return;
        }
        // Inline elements are read as part of their line.
        let is_line = element.children.iter().any(is_text);
        let inline = |child: &Node| match child {
            Node::Text(text) => text.clone(),
            Node::Element(element) if element.tag == "svg" => String::new(),
            Node::Element(element) => visible_text(element),
        };
        if is_line {
            out.push_str(": ");
            out.push_str(&element.children.iter().map(inline).collect::<String>());
        }
        out.push('\n');
        for child in element.children.iter().filter(|_| !is_line) {
            if let Node::Element(child) = child {
                walk(child, depth + 1, out);
            }
        }
    }
    let mut out = String::new();
    walk(element, 0, &mut out);
    out
}

/// An attribute of an element.
pub fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

/// Every element below and including `element`, in order.
pub fn elements(element: &Element) -> Vec<&Element> {
    let mut all = vec![element];
    for child in &element.children {
        if let Node::Element(child) = child {
            all.extend(elements(child));
        }
    }
    all
}
