//! What a surface of the extension showed at one moment: a plain tree, and ways to query it.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// A place in the viewport, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[allow(missing_docs)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// An element or a text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Child {
    Text(String),
    Element(Node),
}

/// An element.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Node {
    /// Its tag name in lower case.
    pub tag: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Where it is.
    pub rect: Rect,
    /// Whether a user can see it: not `hidden`, no ancestor hidden, not transparent, some area.
    pub visible: bool,
    /// What a form control holds.
    pub value: Option<String>,
    /// Whether it is part of a line of text, rather than a box of its own.
    inline: bool,
    children: Vec<Child>,
}

impl Node {
    /// An attribute.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Whether one of its classes is `class`.
    #[must_use]
    pub fn has_class(&self, class: &str) -> bool {
        self.attr("class").is_some_and(|all| all.split_whitespace().any(|one| one == class))
    }

    /// Every word a user can see in it, in reading order, with white space collapsed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut words = String::new();
        self.collect_text(&mut words);
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect_text(&self, into: &mut String) {
        if !self.visible {
            return;
        }
        if !self.inline {
            into.push(' ');
        }
        for child in &self.children {
            match child {
                Child::Text(text) => into.push_str(text),
                Child::Element(element) => element.collect_text(into),
            }
        }
        // Words in two boxes are two words, even without a space between them in the tree.
        if !self.inline {
            into.push(' ');
        }
    }

    /// This element and all below it, in tree order.
    pub fn all(&self) -> impl Iterator<Item = &Node> {
        let mut rest = vec![self];
        std::iter::from_fn(move || {
            let node = rest.pop()?;
            rest.extend(node.children.iter().rev().filter_map(|child| match child {
                Child::Element(element) => Some(element),
                Child::Text(_) => None,
            }));
            Some(node)
        })
    }
}

/// A banner, the popup or the options as they were at one moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Surface {
    roots: Vec<Node>,
}

impl Surface {
    /// Every element, hidden ones too, in tree order.
    pub fn all(&self) -> impl Iterator<Item = &Node> {
        self.roots.iter().flat_map(Node::all)
    }

    /// The first element with the attribute `name`.
    #[must_use]
    pub fn with_attr(&self, name: &str) -> Option<&Node> {
        self.all().find(|node| node.attributes.contains_key(name))
    }

    /// The element that carries the verdict: the surface's own root.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.with_attr("data-verdict")
    }

    /// The verdict's word.
    #[must_use]
    pub fn verdict(&self) -> Option<&str> {
        self.root()?.attr("data-verdict")
    }

    /// The row of a pool, hidden or not.
    #[must_use]
    pub fn pool(&self, name: &str) -> Option<&Node> {
        self.all().find(|node| node.attr("data-pool") == Some(name))
    }

    /// The amount in a pool's row; `None` when there is no row or its amount is not known.
    #[must_use]
    pub fn amount(&self, pool: &str) -> Option<i64> {
        self.pool(pool)?.attr("data-amount")?.parse().ok()
    }

    /// Every instant that it shows, as RFC 3339 in UTC.
    #[must_use]
    pub fn times(&self) -> Vec<&str> {
        self.all().filter(|node| node.tag == "time").filter_map(|node| node.attr("datetime")).collect()
    }

    /// The control with `data-action="action"`, and `data-value="value"` if one is given; a visible one before a
    /// hidden one.
    #[must_use]
    pub fn action(&self, action: &str, value: Option<&str>) -> Option<&Node> {
        let fits = |node: &&Node| {
            node.attr("data-action") == Some(action) && (value.is_none() || node.attr("data-value") == value)
        };
        self.all().filter(fits).find(|node| node.visible).or_else(|| self.all().find(fits))
    }

    /// The actions of every control that a user can see.
    #[must_use]
    pub fn actions(&self) -> Vec<&str> {
        self.all().filter(|node| node.visible).filter_map(|node| node.attr("data-action")).collect()
    }

    /// Every word a user can see.
    #[must_use]
    pub fn text(&self) -> String {
        self.roots.iter().map(Node::text).collect::<Vec<_>>().join(" ")
    }

    /// Whether a user can see anything of it.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.all().any(|node| node.visible)
    }
}

/// For error messages of waits: the verdict, the amounts and the words.
impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "verdict {}", self.verdict().unwrap_or("(none)"))?;
        for row in self.all().filter(|node| node.attributes.contains_key("data-pool")) {
            write!(
                f,
                ", {} {}",
                row.attr("data-pool").unwrap_or("?"),
                row.attr("data-amount").unwrap_or("unknown")
            )?;
        }
        write!(f, ", text {:?}", self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::Surface;
    use serde_json::json;

    fn surface() -> Surface {
        let rect = json!({ "x": 0, "y": 0, "width": 10, "height": 10 });
        let leaf = |tag: &str, attributes: serde_json::Value, visible: bool, text: &str| {
            json!({
                "tag": tag, "attributes": attributes, "rect": rect, "visible": visible, "value": null,
                "inline": tag == "b", "children": [text]
            })
        };
        serde_json::from_value(json!([{
            "tag": "section", "attributes": { "data-verdict": "stale", "class": "line dark" }, "rect": rect,
            "visible": true, "value": null, "inline": false, "children": [
                leaf("b", json!({}), true, "This number is\n from be"),
                leaf("b", json!({}), true, "fore"),
                leaf("p", json!({ "data-pool": "fast", "data-amount": "12" }), false, "12"),
                leaf("time", json!({ "datetime": "2026-11-23T00:00:00Z" }), true, "4 PM"),
                leaf("button", json!({ "data-action": "fresh-reload" }), true, "Fresh reload"),
            ]
        }]))
        .expect("the shape that read.js writes")
    }

    #[test]
    fn a_surface_gives_its_verdict_amounts_times_and_actions() {
        let surface = surface();
        assert_eq!(surface.verdict(), Some("stale"));
        assert_eq!(surface.amount("fast"), Some(12));
        assert_eq!(surface.amount("rollover"), None);
        assert_eq!(surface.times(), ["2026-11-23T00:00:00Z"]);
        assert_eq!(surface.actions(), ["fresh-reload"]);
        assert!(surface.root().is_some_and(|root| root.has_class("dark")));
    }

    #[test]
    fn text_is_what_a_user_can_see() {
        assert_eq!(surface().text(), "This number is from before 4 PM Fresh reload");
    }
}
