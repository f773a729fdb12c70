//! The app's files as they are sent: embedded at build time, with class names that are hashed anew at each start, as
//! a bundler would at each build; and small pictures for the feed.

use std::collections::HashMap;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};

/// The pages and assets of one start of the site.
pub(crate) struct Pages {
    app: String,
    login: String,
    assets: HashMap<&'static str, (&'static str, String)>,
    seed: RandomState,
}

impl Pages {
    pub fn new() -> Self {
        let seed = RandomState::new();
        let file = |text: &str| with_hashed_classes(text, &seed);
        let script = "text/javascript";
        Self {
            app: file(include_str!("../pages/app/app.html")),
            login: file(include_str!("../pages/app/login.html")),
            assets: HashMap::from([
                ("app.css", ("text/css", file(include_str!("../pages/app/app.css")))),
                ("app.js", (script, file(include_str!("../pages/app/app.js")))),
                ("api.js", (script, file(include_str!("../pages/app/api.js")))),
                ("tokens.js", (script, file(include_str!("../pages/app/tokens.js")))),
                ("views.js", (script, file(include_str!("../pages/app/views.js")))),
                ("login.js", (script, file(include_str!("../pages/app/login.js")))),
                ("icon.svg", ("image/svg+xml", include_str!("../pages/app/icon.svg").to_owned())),
            ]),
            seed,
        }
    }

    /// The app's one page; `attributes` go to the root element.
    pub fn app(&self, attributes: &str) -> String {
        self.app.replace(" data-here", attributes)
    }

    /// The sign-in page with its list of accounts.
    pub fn login(&self, accounts: &str, theme: &str) -> String {
        self.login
            .replace("<!-- accounts -->", accounts)
            .replace(" data-here", &format!(" data-theme=\"{theme}\""))
    }

    /// What a class name has become at this start.
    pub fn class(&self, name: &str) -> String {
        hashed(name, &self.seed)
    }

    pub fn asset(&self, name: &str) -> Option<(&'static str, String)> {
        self.assets.get(name).cloned()
    }
}

fn hashed(class: &str, seed: &RandomState) -> String {
    format!("css-{:07x}", seed.hash_one(class) & 0x0fff_ffff)
}

/// Replaces every word `c-…` by a name that says nothing: `css-1k0q9z7`.
fn with_hashed_classes(text: &str, seed: &RandomState) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("c-") {
        let (before, found) = rest.split_at(start);
        let end = found.find(|c| !in_word(c)).unwrap_or(found.len());
        let (word, after) = found.split_at(end);
        out.push_str(before);
        if before.chars().next_back().is_some_and(in_word) {
            out.push_str(word);
        } else {
            out.push_str(&hashed(word, seed));
        }
        rest = after;
    }
    out + rest
}

/// Text that stands for itself in HTML, in attributes too.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A small landscape: sky, sun and three ridges, the same for the same seed.
pub(crate) fn art(seed: u64) -> String {
    const PALETTES: [[&str; 6]; 6] = [
        ["#fbd3a2", "#e8795a", "#fff1cf", "#b4506a", "#6d3560", "#2c1d3d"],
        ["#9ad1e3", "#4c86b8", "#f7fbff", "#3f6a8f", "#27486b", "#142a45"],
        ["#f4c6d7", "#8f7ac4", "#ffe9dc", "#6b5aa8", "#43397d", "#221d4a"],
        ["#b9e6c3", "#5aa88f", "#f6ffe6", "#3f8272", "#265a57", "#12333a"],
        ["#ffdf9e", "#f0a04b", "#fff7dd", "#c46a3a", "#7f3f35", "#3a1f28"],
        ["#44518f", "#171c3f", "#e9edff", "#2b3468", "#1c224a", "#0c0f26"],
    ];
    let [high, low, sun, far, middle, near] = PALETTES[usize::try_from(seed % 6).unwrap_or(0)];
    // A number below 100 that looks like chance, the same for the same seed and place.
    let chance = |place: u64| {
        let mixed = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ place).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 29)) % 100
    };
    let ridge = |base: u64, place: u64, colour: &str| {
        let mut height = base + chance(place) / 2;
        let mut path = format!("M0 320V{height}");
        for step in 1..=4 {
            let (x, next) = (step * 80, base + chance(place + step) / 2);
            // Writing to a string cannot fail.
            let _ = write!(path, "C{} {height} {} {next} {x} {next}", x - 40, x - 40);
            height = next;
        }
        format!("<path d=\"{path}V320Z\" fill=\"{colour}\"/>")
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 320\"><defs>\
         <linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"{low}\"/><stop offset=\"1\" stop-color=\"{high}\"/>\
         </linearGradient></defs><rect width=\"320\" height=\"320\" fill=\"url(#s)\"/>\
         <circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{sun}\"/>{}{}{}</svg>",
        70 + chance(91) * 2,
        80 + chance(92),
        18 + chance(93) / 4,
        ridge(170, 10, far),
        ridge(210, 30, middle),
        ridge(250, 50, near),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_change_at_every_start_and_agree_within_one() {
        let text = "<b class=\"c-pill c-big\"></b> .c-pill {} etc-etera";
        let (seed, other) = (RandomState::new(), RandomState::new());
        let once = with_hashed_classes(text, &seed);
        assert_eq!(once, with_hashed_classes(text, &seed));
        assert_ne!(once, with_hashed_classes(text, &other));
        assert!(!once.contains("c-pill") && once.ends_with("etc-etera"), "{once}");
    }

    #[test]
    fn a_name_cannot_break_out_of_an_attribute() {
        assert_eq!(escape("\"><script>"), "&quot;&gt;&lt;script&gt;");
    }
}
