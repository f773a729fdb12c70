//! The app's files as sent: the built app and the sign-in page, with class names hashed anew at each start as a
//! bundler would at each build; and small pictures for the feed.

use crate::renderer::{Renderer, Scene};
use anyhow::Context;
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// Where `cargo xtask build` puts the built `app/`.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/site-app");

/// How class names start in the built app.
const CLASS: &str = "hashed_";

/// The pages and assets for one start of the site.
pub(crate) struct Pages {
    renderer: Renderer,
    login: String,
    assets: HashMap<&'static str, (&'static str, String)>,
    seed: RandomState,
}

impl Pages {
    /// Reads and prepares the built app.
    pub async fn load() -> anyhow::Result<Self> {
        let seed = RandomState::new();
        let built = |name: &str| {
            let file = Path::new(BUILT).join(name);
            let text = fs::read_to_string(&file).with_context(|| {
                format!(
                    "the stand-in site's app is not built: no {}. Run `cargo xtask build`",
                    file.display()
                )
            })?;
            anyhow::Ok(with_hashed_classes(&text, &seed))
        };
        let script = "text/javascript";
        let login = with_hashed_classes(include_str!("../pages/login.html"), &seed);
        let assets = HashMap::from([
            ("app.css", ("text/css", built("app.css")?)),
            ("app.js", (script, built("app.js")?)),
            ("app.dev.js", (script, built("app.dev.js")?)),
            ("early.js", (script, built("early.js")?)),
            ("login.js", (script, include_str!("../pages/login.js").to_owned())),
            // Does nothing: for a page that wants a service worker.
            ("worker.js", (script, String::new())),
            ("icon.svg", ("image/svg+xml", include_str!("../pages/icon.svg").to_owned())),
        ]);
        let renderer = Renderer::start(built("server.js")?).await?;
        Ok(Self { renderer, login, assets, seed })
    }

    /// A page of the app.
    pub async fn app(&self, scene: Scene) -> anyhow::Result<String> {
        self.renderer.draw(scene).await
    }

    /// The sign-in page with its list of accounts.
    pub fn login(&self, accounts: &str, theme: &str) -> String {
        self.login
            .replace("<!-- accounts -->", accounts)
            .replace(" data-here", &format!(" data-theme=\"{theme}\""))
    }

    /// A class name's value at this start.
    pub fn class(&self, name: &str) -> String {
        hashed(name, &self.seed)
    }

    pub fn asset(&self, name: &str) -> Option<(&'static str, String)> {
        self.assets.get(name).cloned()
    }
}

/// A name that also occurs in scripts: there the bundler calls the list of classes `hashed_default`.
fn hashed(class: &str, seed: &RandomState) -> String {
    format!("css_{:07x}", seed.hash_one(class) & 0x0fff_ffff)
}

/// Replaces every word `hashed_…` with a meaningless name: `css_0c9f1ab`.
fn with_hashed_classes(text: &str, seed: &RandomState) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut parts = text.split(CLASS);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c| !in_word(c)).unwrap_or(part.len());
        let (name, after) = part.split_at(end);
        out.push_str(&hashed(name, seed));
        out.push_str(after);
    }
    out
}

/// Text escaped for HTML, including attributes.
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
    // A number below 100 that looks random, the same for the same seed and place.
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
        let text = "<b class=\"hashed_pill hashed_big\"></b> .hashed_pill {} unhashed";
        let (seed, other) = (RandomState::new(), RandomState::new());
        let once = with_hashed_classes(text, &seed);
        assert_eq!(once, with_hashed_classes(text, &seed));
        assert_ne!(once, with_hashed_classes(text, &other));
        assert!(!once.contains("pill") && once.ends_with("{} unhashed"), "{once}");
        assert!(once.contains(&format!(".{} {{}}", hashed("pill", &seed))), "{once}");
    }

    #[test]
    fn a_name_cannot_break_out_of_an_attribute() {
        assert_eq!(escape("\"><script>"), "&quot;&gt;&lt;script&gt;");
    }
}
