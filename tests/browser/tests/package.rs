//! The packages as they go to the stores: what they ask for, what they can reach, whether they fit the stores'
//! limits.
//!
//! Their sources are tested elsewhere. These tests open the zips that the build of this test run has made.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// A package's files, by name.
struct Package {
    name: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Package {
    fn text(&self, file: &str) -> &str {
        let bytes = self.files.get(file).unwrap_or_else(|| panic!("{}: {file} is missing", self.name));
        std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{}: {file} is no text", self.name))
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_str(self.text(file)).unwrap_or_else(|error| panic!("{}: {file}: {error}", self.name))
    }

    fn manifest(&self) -> Value {
        self.json("manifest.json")
    }

    /// The files whose names end in one of `ends`: name and text.
    fn texts<'a>(&'a self, ends: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_one = |name: &&String| ends.iter().any(|end| name.ends_with(end));
        self.files.keys().filter(is_one).map(|name| (name.as_str(), self.text(name)))
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Both packages.
fn packages() -> [Package; 2] {
    ["chrome", "firefox"].map(|browser| {
        let name = format!("dist/refill-watch-{browser}.zip");
        let file = File::open(workspace().join(&name))
            .unwrap_or_else(|error| panic!("{name}: {error}. `cargo xtask build` makes it"));
        let mut zip = ZipArchive::new(file).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(entry.name().unwrap().to_string(), bytes);
        }
        Package { name, files }
    })
}

/// The entries of a list in the manifest; none if there is no such list.
fn list(manifest: &Value, key: &str) -> BTreeSet<String> {
    let entries = manifest[key].as_array().into_iter().flatten();
    entries.map(|entry| entry.as_str().unwrap().to_owned()).collect()
}

/// What is in the first backquotes of a text.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

/// The part of a page below a heading, to the next heading of any level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, below) = page.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading:?}"));
    below.split("\n#").next().unwrap()
}

fn set<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.map(str::to_owned).collect()
}

/// Whether `word`, at `place`, is a whole word and not part of a longer name.
fn is_whole(text: &str, place: usize, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    !text[..place].ends_with(is_part) && !text[place + word.len()..].starts_with(is_part)
}

/// The lines of `text` with `word` as a whole word.
fn lines_with<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let has_word = |line: &&str| line.match_indices(word).any(|(place, found)| is_whole(line, place, found));
    text.lines().filter(has_word).map(str::trim).collect()
}

#[test]
fn the_permissions_are_exactly_those_that_both_documents_explain() {
    let (docs, store) = (read("docs/user/permissions.md"), read("store/permissions.md"));
    // The first table has one row for each permission, and one for the site by its pattern.
    let table = docs.split("\n## ").next().unwrap();
    let rows = || table.lines().filter(|line| line.starts_with("| `"));
    let sites = set(rows().filter(|row| row.contains("(`host_permissions`)")).filter_map(quoted));
    let always: BTreeSet<_> = &set(rows().filter_map(quoted)) - &sites;
    let at_click = section(&docs, "## Asked for at a click only");
    let at_click = set(at_click.split("\n\n").filter(|part| part.trim().starts_with('`')).filter_map(quoted));

    // There is one heading for each permission and one for the site; the rest have other names.
    let headings = || store.lines().filter_map(|line| line.strip_prefix("## "));
    let for_sites =
        set(headings().filter(|heading| heading.starts_with("Host permission")).filter_map(quoted));
    let is_name =
        |heading: &&str| heading.starts_with('`') && heading[1..].find('`') == Some(heading.len() - 2);
    let for_always = set(headings().filter(is_name).filter_map(quoted));
    let for_click = section(&store, "## Optional permissions").split("\n\n");
    let for_click = set(for_click.filter(|part| part.trim().starts_with('`')).filter_map(quoted));

    for package in packages() {
        let manifest = package.manifest();
        for (key, docs, store) in [
            ("permissions", &always, &for_always),
            ("host_permissions", &sites, &for_sites),
            ("optional_permissions", &at_click, &for_click),
        ] {
            let asked = list(&manifest, key);
            assert_eq!(&asked, docs, "{}: {key} and docs/user/permissions.md", package.name);
            assert_eq!(&asked, store, "{}: {key} and store/permissions.md", package.name);
            assert!(!asked.is_empty(), "{}: {key}", package.name);
        }
        for key in ["web_accessible_resources", "externally_connectable", "optional_host_permissions"] {
            assert_eq!(manifest.get(key), None, "{}: {key}", package.name);
        }
    }
}

/// What turns text into code or markup.
const MADE_OF_TEXT: [&str; 15] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "setHTMLUnsafe",
    "parseHTMLUnsafe",
    "createContextualFragment",
    "DOMParser",
    "document.write",
    "document.writeln",
    "eval",
    "new Function",
    "executeScript",
    "importScripts",
    "setTimeout(\"",
    "setInterval(\"",
];

#[test]
fn no_text_is_turned_into_code_or_markup() {
    for package in packages() {
        for (file, text) in package.texts(&[".js", ".html"]) {
            for word in MADE_OF_TEXT {
                assert_eq!(lines_with(text, word), [""; 0], "{}: {word} in {file}", package.name);
            }
        }
    }
}

/// What a script imports: what is in quotes after `from` or `import`, and the argument of an import at run time.
fn imports(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in ["from", "import"] {
        for (place, _) in script.match_indices(word).filter(|(place, _)| is_whole(script, *place, word)) {
            let rest = script[place + word.len()..].trim_start();
            match rest.chars().next() {
                Some(quote @ ('"' | '\'')) => found.extend(rest[1..].split(quote).next()),
                Some('(') if word == "import" => found.extend(rest.split_inclusive(')').next()),
                _ => {}
            }
        }
    }
    found
}

/// The values of a page's attributes that load something or lead somewhere.
fn loaded(page: &str) -> Vec<&str> {
    let after = |name: &'static str| page.split(name).skip(1).filter_map(|rest| rest.split('"').next());
    after(" src=\"").chain(after(" href=\"")).collect()
}

#[test]
fn every_script_style_and_picture_is_in_the_package() {
    for package in packages() {
        for (file, page) in package.texts(&[".html"]) {
            assert_eq!(page.matches("<script").count(), page.matches("<script src=\"").count(), "{file}");
            let addresses = loaded(page);
            assert!(addresses.len() > 3, "{file}: {addresses:?}");
            for address in addresses {
                assert!(package.files.contains_key(address), "{}: {file} loads {address}", package.name);
            }
        }
        for (file, script) in package.texts(&[".js"]) {
            for imported in imports(script) {
                let name = imported.strip_prefix("./").unwrap_or("");
                // The glue names the module's imports like a file, but passes them as an object.
                let is_given = file == "core.js" && imported == "./core_bg.js";
                assert!(
                    package.files.contains_key(name) || is_given,
                    "{}: {file} imports {imported}",
                    package.name
                );
            }
        }
        for (file, style) in package.texts(&[".css"]) {
            assert!(!style.contains("url(") && !style.contains("@import"), "{}: {file}", package.name);
        }
        let manifest = package.manifest().to_string();
        assert!(!manifest.contains("http:"), "{}: {manifest}", package.name);
    }
    let script = "import a, * as b from \"./a.js\"; import 'b.js'; import(where); // import of `c`";
    assert_eq!(imports(script), ["./a.js", "b.js", "(where)"]);
}

/// Every address in a script, a page or a style sheet. The last one is in a comment by wasm-bindgen.
const ADDRESSES: [&str; 2] = [
    "http://www.w3.org/2000/svg",
    "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Operators/typeof#description",
];

#[test]
fn no_file_has_an_address_but_the_name_of_svg_and_one_in_a_comment() {
    for package in packages() {
        for (file, text) in package.texts(&[".js", ".html", ".css"]) {
            for (place, _) in text.match_indices("://") {
                let start =
                    text[..place].rfind(|letter: char| !letter.is_alphanumeric()).map_or(0, |at| at + 1);
                let address: String =
                    text[start..].chars().take_while(|letter| !"\"'` \n".contains(*letter)).collect();
                assert!(ADDRESSES.contains(&address.as_str()), "{}: {address} in {file}", package.name);
            }
        }
    }
}

/// What can send something.
const SENDERS: [&str; 10] = [
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "WebSocketStream",
    "sendBeacon",
    "EventSource",
    "WebTransport",
    "RTCPeerConnection",
    "fetchLater",
    "Image",
];

/// Where a sender may be named, by file. Two files fetch, and only from the package: `background.js` by an address in
/// it, and the glue what `background.js` hands it or the core names (`file` in src/browser/global.rs). The others, in
/// `hook.js`, wrap the page's own requests.
const NAMED: [(&str, &str); 15] = [
    ("background.js", "fetch(chrome.runtime.getURL(path))"),
    ("core.js", "arg0.fetch(getStringFromWasm0(arg1, arg2))"),
    ("core.js", "module_or_path = fetch(module_or_path);"),
    ("core.js", "`failed to fetch Wasm: "),
    ("hook.js", "getter(XMLHttpRequest, \""),
    ("hook.js", "uncurried(XMLHttpRequest.prototype.getResponseHeader)"),
    ("hook.js", "const xhr = XMLHttpRequest.prototype;"),
    ("hook.js", "getter(WebSocket, \"url\")"),
    ("hook.js", "/^(?:fetch|xmlhttprequest)$/"),
    ("hook.js", "wrap(window, \"fetch\", (fetch, self, args) =>"),
    ("hook.js", "apply(fetch, self, args)"),
    ("hook.js", "getter(EventSource, \"url\")"),
    ("hook.js", "watchMade(\"WebSocket\", socketUrl, (socket) =>"),
    ("hook.js", "watchMade(\"EventSource\", streamUrl, (stream, request) =>"),
    ("hook.js", "wrap(WebSocket.prototype, \"send\", (send, self, args) =>"),
];

#[test]
fn nothing_is_sent_and_only_files_of_the_package_are_fetched() {
    for package in packages() {
        for (file, text) in package.texts(&[".js", ".html"]) {
            let mut rest = text.to_owned();
            for (_, phrase) in NAMED.iter().filter(|(named, _)| *named == file) {
                assert!(rest.contains(phrase), "{}: {phrase} is no longer in {file}", package.name);
                rest = rest.replace(phrase, "");
            }
            for word in SENDERS {
                assert_eq!(lines_with(&rest, word), [""; 0], "{}: {word} in {file}", package.name);
            }
        }
        let background = package.text("background.js");
        let handed = "init({ module_or_path: chrome.runtime.getURL(\"core_bg.wasm\") })";
        assert!(background.contains(handed) && background.matches("init(").count() == 1, "{background}");
    }
}

#[test]
fn the_hook_passes_on_the_pages_own_arguments_unchanged() {
    for package in packages() {
        let hook = package.text("hook.js");
        let places = |word: &str| {
            let places = hook.match_indices(word).filter(|(place, _)| is_whole(hook, *place, word));
            places.map(|(place, _)| hook[place + word.len()..].to_owned()).collect::<Vec<_>>()
        };
        let calls = |word| places(word).into_iter().filter(|rest| rest.starts_with('(')).collect::<Vec<_>>();
        let arguments = |rest: &String| rest[1..].split(')').next().unwrap().to_owned();
        let applied: Vec<_> = calls("apply").iter().map(arguments).collect();
        assert_eq!(
            applied,
            ["toString, shown", "fetch, self", "open, self", "setHeader, self", "send, self", "send, self"]
                .map(|first| format!("{first}, args"))
        );
        let constructed: Vec<_> = calls("construct").iter().map(arguments).collect();
        assert_eq!(constructed, ["Original, args, target"]);
        for rest in places("args") {
            // They are passed on as a whole, or one of them is read; none is ever replaced.
            let (is_place, after) = match rest.split_once(']') {
                Some((place, after)) if rest.starts_with('[') => (place.len() == 2, after),
                _ => (!rest.starts_with('.'), rest.as_str()),
            };
            let is_written = after.trim_start().starts_with('=') && !after.trim_start().starts_with("==");
            let is_arrow = after.trim_start().starts_with("=>");
            assert!(is_place && (!is_written || is_arrow), "args{}", rest.lines().next().unwrap());
        }
    }
}

#[test]
fn the_version_is_right_and_every_file_is_of_a_known_kind() {
    for package in packages() {
        assert_eq!(package.manifest()["version"], env!("CARGO_PKG_VERSION"), "{}", package.name);
        for name in package.files.keys() {
            let end = name.rsplit_once('.').map(|(_, end)| end);
            let is_known = matches!(end, Some("css" | "html" | "js" | "json" | "png" | "wasm"));
            assert!(is_known && !name.contains("..") && !name.starts_with('/'), "{}: {name}", package.name);
        }
    }
}

/// The most characters of a name: 75 in the Chrome Web Store, and 45 for Microsoft Edge and for the linter of addons.mozilla.org.
const NAME_ROOM: usize = 45;

/// The most characters of a summary: the Chrome Web Store's limit, which is the narrowest.
const SUMMARY_ROOM: usize = 132;

#[test]
fn every_language_is_complete_and_its_name_and_summary_fit_the_stores() {
    let described = fs::read_dir(workspace().join("store/description")).unwrap();
    let described = described.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let described: BTreeSet<_> = described.map(|file| file.trim_end_matches(".md").to_owned()).collect();
    for package in packages() {
        let manifest = package.manifest();
        let named = |prefix: &str, end: &str| {
            let names = package.files.keys().filter_map(|name| name.strip_prefix(prefix)?.strip_suffix(end));
            names.map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let languages = named("_locales/", "/messages.json");
        assert_eq!(languages, described, "{}: those with a description for the stores", package.name);
        let mut packed = named("words/", ".json");
        assert!(packed.remove("keys"), "{}", package.name);
        assert_eq!(languages, packed, "{}: those with sentences", package.name);
        assert!(languages.contains(manifest["default_locale"].as_str().unwrap()), "{}", package.name);

        for language in &languages {
            let messages = package.json(&format!("_locales/{language}/messages.json"));
            let message = |asked: &Value| {
                let key = asked.as_str().and_then(|asked| asked.strip_prefix("__MSG_")?.strip_suffix("__"));
                let key = key.unwrap_or_else(|| panic!("{asked} is in no language"));
                messages[key]["message"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{language} has no {key}"))
                    .to_owned()
            };
            for (asked, room) in [
                (&manifest["name"], NAME_ROOM),
                (&manifest["description"], SUMMARY_ROOM),
                (&manifest["action"]["default_title"], NAME_ROOM),
                (&manifest["commands"]["toggle-banner"]["description"], SUMMARY_ROOM),
            ] {
                let text = message(asked);
                let length = text.chars().count();
                assert!(
                    (1..=room).contains(&length),
                    "{}: {language}: {length} of {room}: {text}",
                    package.name
                );
            }
        }
    }
}

#[test]
fn every_icon_has_the_size_that_the_manifest_says() {
    for package in packages() {
        let manifest = package.manifest();
        let icons = |value: &Value| -> Map<String, Value> { value.as_object().unwrap().clone() };
        let all = icons(&manifest["icons"]);
        assert_eq!(set(all.keys().map(String::as_str)), set(["16", "32", "48", "128"].into_iter()));
        for (side, file) in all.into_iter().chain(icons(&manifest["action"]["default_icon"])) {
            let file = file.as_str().unwrap();
            let png = &package.files[file];
            assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{}: {file}", package.name);
            let number = |place: usize| u32::from_be_bytes(png[place..place + 4].try_into().unwrap());
            // A PNG begins with its width and height.
            assert_eq!(
                [number(16), number(20)],
                [side.parse::<u32>().unwrap(); 2],
                "{}: {file}",
                package.name
            );
        }
    }
}
