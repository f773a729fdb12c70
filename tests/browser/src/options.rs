//! How a browser is started: the flags and preferences that work in each.

use crate::Kind;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Where host names lead.
#[derive(Clone, Debug)]
pub enum Network {
    /// To the stand-in site on this TLS port of the loopback interface, with the log of its requests. Every name
    /// leads there, not only Leonardo's: a request to anywhere is seen, and nothing else can be reached.
    StandIn(u16, stand_in_site::Requests),
    /// Nowhere: the page is a file, and nothing answers under any name.
    Nowhere,
    /// To the real site and the open network.
    Real,
}

impl Network {
    /// The port of the loopback interface that every name leads to; `None` if names are left alone.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::StandIn(port, _) => Some(*port),
            // The port of the discard protocol, where nobody listens.
            Self::Nowhere => Some(9),
            Self::Real => None,
        }
    }
}

impl From<&stand_in_site::Site> for Network {
    fn from(site: &stand_in_site::Site) -> Self {
        Self::StandIn(site.tls_port(), site.log())
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`.
    #[default]
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
}

/// How to start a browser. The default is a headless window of 1280 by 800 in UTC and American English.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// An IANA time zone, for every page and for the extension; this machine's if `None`.
    pub time_zone: Option<String>,
    /// A BCP 47 language tag.
    pub language: String,
    /// Width and height of the page in CSS pixels (of the window, if it is on a screen).
    pub size: (u32, u32),
    /// Light or dark.
    pub scheme: Scheme,
    /// `prefers-reduced-motion: reduce`.
    pub reduced_motion: bool,
    /// Whether it is on the screen for the user to see; otherwise it is headless.
    pub on_screen: bool,
    /// An unpacked extension other than the one in `dist/`.
    pub extension: Option<PathBuf>,
    /// More command-line flags.
    pub args: Vec<String>,
    /// More Firefox preferences, or Chromium profile preferences.
    pub prefs: Map<String, Value>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time_zone: Some("UTC".to_owned()),
            language: "en-US".to_owned(),
            size: (1280, 800),
            scheme: Scheme::Light,
            reduced_motion: false,
            on_screen: false,
            extension: None,
            args: Vec::new(),
            prefs: Map::new(),
        }
    }
}

impl Options {
    /// In this time zone, for example `America/Los_Angeles`.
    #[must_use]
    pub fn time_zone(mut self, zone: &str) -> Self {
        self.time_zone = Some(zone.to_owned());
        self
    }

    /// In this language, for example `de`.
    #[must_use]
    pub fn language(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.language);
        self
    }

    /// With a page of this size.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// With the dark colour scheme.
    #[must_use]
    pub fn dark(mut self) -> Self {
        self.scheme = Scheme::Dark;
        self
    }

    /// With an unpacked extension other than the one in `dist/`.
    #[must_use]
    pub fn extension(mut self, folder: impl Into<PathBuf>) -> Self {
        self.extension = Some(folder.into());
        self
    }

    /// Whether these are the default options, with whichever extension.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self { extension: self.extension.clone(), ..Self::default() }
    }

    /// The WebDriver capabilities for `program`, with every name leading to `port` if there is one.
    pub(crate) fn capabilities(&self, kind: Kind, port: Option<u16>, program: &Path) -> Map<String, Value> {
        let (name, own) = match kind {
            Kind::Chromium => ("chrome", ("goog:chromeOptions", self.chromium(port, program))),
            Kind::Firefox => ("firefox", ("moz:firefoxOptions", self.firefox(port, program))),
        };
        let mut all = Map::new();
        all.insert("browserName".to_owned(), name.into());
        all.insert("acceptInsecureCerts".to_owned(), port.is_some().into());
        all.insert("webSocketUrl".to_owned(), true.into());
        all.insert(own.0.to_owned(), own.1);
        all
    }

    fn chromium(&self, port: Option<u16>, program: &Path) -> Value {
        let (width, height) = self.size;
        let mut args: Vec<String> = [
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-search-engine-choice-screen",
            // In Debian's Chromium the crash reporter has a profile of its own, and a test must leave nothing behind.
            "--disable-breakpad",
            // A tab behind another one, or a covered window, must keep its timers: refills fall due there too.
            "--disable-backgrounding-occluded-windows",
        ]
        .map(String::from)
        .into();
        args.push(format!("--window-size={width},{height}"));
        args.push(format!("--lang={}", self.language));
        args.push(format!("--accept-lang={}", self.language));
        if !self.on_screen {
            args.extend(["--headless=new", "--disable-gpu", "--hide-scrollbars"].map(String::from));
        }
        if is_root() || std::env::var_os("CI").is_some() {
            // Chromium refuses to start its sandbox as root, and many CI machines allow no user namespaces.
            args.push("--no-sandbox".to_owned());
        }
        if let Some(port) = port {
            args.push(format!("--host-resolver-rules=MAP * 127.0.0.1:{port}, EXCLUDE 127.0.0.1"));
        }
        args.push(format!(
            "--blink-settings=preferredColorScheme={}",
            u8::from(self.scheme == Scheme::Light)
        ));
        if self.reduced_motion {
            args.push("--force-prefers-reduced-motion".to_owned());
        }
        args.extend(self.args.iter().cloned());
        json!({
            "binary": program,
            "args": args,
            "prefs": self.prefs,
            "excludeSwitches": if self.on_screen { vec!["enable-automation"] } else { vec![] },
        })
    }

    fn firefox(&self, port: Option<u16>, program: &Path) -> Value {
        let (width, height) = self.size;
        let mut prefs = self.prefs.clone();
        let mut set = |name: &str, value: Value| {
            prefs.entry(name).or_insert(value);
        };
        set("intl.accept_languages", self.language.as_str().into());
        set("intl.locale.requested", self.language.as_str().into());
        set(
            "layout.css.prefers-color-scheme.content-override",
            u8::from(self.scheme == Scheme::Light).into(),
        );
        set("ui.prefersReducedMotion", u8::from(self.reduced_motion).into());
        // With the mapping below, the captive portal check and the like only fail and wait.
        set("network.captive-portal-service.enabled", false.into());
        set("network.connectivity-service.enabled", false.into());
        if let Some(port) = port {
            set("network.dns.forceResolve", "127.0.0.1".into());
            set("network.socket.forcePort", format!("443={port}").into());
            set("network.http.http3.enable", false.into());
        }
        let mut args = vec![format!("--width={width}"), format!("--height={height}")];
        if !self.on_screen {
            args.push("-headless".to_owned());
        }
        args.extend(self.args.iter().cloned());
        json!({ "binary": program, "args": args, "prefs": prefs })
    }
}

/// Whether this process runs as root, read from `/proc` to do without a C library binding.
fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        status.lines().any(|line| {
            line.strip_prefix("Uid:").is_some_and(|ids| ids.split_whitespace().nth(1) == Some("0"))
        })
    })
}
