//! A browser with the extension in it.

use crate::driver::Driver;
use crate::extension::Extension;
use crate::failed;
use crate::manners;
use crate::options::{Network, Options};
use crate::tab::Tab;
use crate::wire::{Deadline, Wire, World};
use crate::{Kind, Popup};
use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thirtyfour::bidi::BiDi;
use thirtyfour::{Capabilities, WebDriver};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

/// How long a browser that is still there may take to list its tabs.
const ALIVE: Duration = Duration::from_secs(3);

/// How long the background may take to end.
const END: Duration = Duration::from_secs(10);

/// As long as any user looks at a demo.
const ALWAYS: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A line of a page's console, or an exception that nobody caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// `console` or `javascript` (an uncaught exception).
    pub source: String,
    /// What it says.
    pub text: String,
}

/// A browser with the extension in it, in a new profile. It is used like its first tab.
///
/// Dropping it ends the browser and removes the profile, also when a test panics and when this process is
/// killed.
#[derive(Debug)]
pub struct Browser {
    kind: Kind,
    wire: Wire,
    first: Tab,
    extension: Extension,
    folder: PathBuf,
    console: Arc<Mutex<Vec<ConsoleLine>>>,
    listener: JoinHandle<()>,
    /// The page of the extension in which [`Browser::eval_extension`] runs.
    bench: OnceCell<Tab>,
    size: Option<(u32, u32)>,
    driver: WebDriver,
    process: Arc<Driver>,
}

impl Deref for Browser {
    type Target = Tab;

    fn deref(&self) -> &Tab {
        &self.first
    }
}

impl Browser {
    /// Starts a browser, leads the site's host names where `network` says, and installs the extension.
    ///
    /// # Errors
    /// When the browser is not installed or the extension not built: each names the command that mends it.
    pub async fn open(kind: Kind, network: impl Into<Network>, options: Options) -> Result<Self> {
        // thirtyfour speaks through rustls and leaves the choice of its cryptography to us. An error means that
        // an earlier browser of this process has made the same choice.
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = options.extension.clone().map_or_else(|| kind.dist(), Ok)?;
        let extension = Extension::read(&folder)?;
        let network = network.into();
        let capabilities = options.capabilities(kind, &network, &kind.program()?, extension.gecko_id())?;
        let process = Arc::new(Driver::start(kind, &options)?);
        let driver = WebDriver::new(process.url(), Capabilities::from(capabilities))
            .await
            .with_context(|| format!("{kind} did not start"))?;
        let bidi = driver.bidi().await.context("no BiDi connection")?;
        let wire = Wire::new(bidi);
        let console: Arc<Mutex<Vec<ConsoleLine>>> = Arc::default();
        let listener = listen(wire.bidi(), Arc::clone(&console)).await?;
        manners::expect(network, Arc::clone(&console));
        let context = driver.window().await?.to_string();
        let first = Tab::new(wire.clone(), context);
        let size = (!options.on_screen).then_some(options.size);
        if let Some((width, height)) = size {
            first.resize(width, height).await?;
        }
        let extension = extension.install(kind, &wire, &folder).await?;
        failed::watch(failed::Witness {
            wire: wire.clone(),
            quiet_page: extension.url(extension.quiet_page()),
            console: Arc::clone(&console),
            process: Arc::clone(&process),
        });
        let bench = OnceCell::new();
        Ok(Self { kind, wire, first, extension, folder, console, listener, bench, size, driver, process })
    }

    /// Which browser it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The first tab.
    #[must_use]
    pub fn tab(&self) -> &Tab {
        &self.first
    }

    /// Opens a tab in front of the others and goes to `url`.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn new_tab(&self, url: &str) -> Result<Tab> {
        let tab = self.create("tab", false).await?;
        if let Some((width, height)) = self.size {
            tab.resize(width, height).await?;
        }
        tab.goto(url).await?;
        Ok(tab)
    }

    /// Opens a window of its own and goes to `url`.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn new_window(&self, url: &str) -> Result<Tab> {
        let tab = self.create("window", false).await?;
        tab.goto(url).await?;
        Ok(tab)
    }

    async fn create(&self, kind: &str, background: bool) -> Result<Tab> {
        let params = json!({ "type": kind, "background": background });
        let reply = self.wire.send("browsingContext.create", params).await?;
        let context = reply["context"].as_str().context("the browser opened no tab")?;
        Ok(Tab::new(self.wire.clone(), context.to_owned()))
    }

    /// Every open tab: those that the extension opened too.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn tabs(&self) -> Result<Vec<Tab>> {
        let tree = self.wire.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        let bench = self.bench.get().map(Tab::context);
        let contexts = tree["contexts"].as_array().into_iter().flatten();
        Ok(contexts
            .filter_map(|context| context["context"].as_str())
            .filter(|context| Some(*context) != bench)
            .map(|context| Tab::new(self.wire.clone(), context.to_owned()))
            .collect())
    }

    /// Opens the popup's page in a tab of its own, of a popup's size.
    ///
    /// # Errors
    /// When the extension has no such page.
    pub async fn popup(&self) -> Result<Popup> {
        let popup = self.extension_page("popup.html").await?;
        if self.size.is_some() {
            popup.tab().resize(372, 600).await?;
        }
        Ok(popup)
    }

    /// Opens a page of the extension in a tab of its own.
    ///
    /// # Errors
    /// When the extension has no such page.
    pub async fn extension_page(&self, name: &str) -> Result<Popup> {
        let tab = self.new_tab(&self.extension.url(name)).await?;
        Ok(Popup::new(tab))
    }

    /// Runs the body of an async function in a page of the extension, where all of `chrome` is: for what only
    /// the extension can tell, such as its badge and its storage.
    ///
    /// The page is one without scripts, opened behind the others at the first call; [`Browser::tabs`] leaves it
    /// out.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn eval_extension(&self, body: &str) -> Result<Value> {
        self.bench().await?.eval(body).await
    }

    async fn bench(&self) -> Result<&Tab> {
        let open = || async {
            let tab = self.create("tab", true).await?;
            tab.goto(&self.extension.url(self.extension.quiet_page())).await?;
            anyhow::Ok(tab)
        };
        self.bench.get_or_try_init(open).await
    }

    /// Moves the extension to another time zone while it runs, as a journey does; in Chromium only.
    ///
    /// # Errors
    /// When there is no such zone, or this is not Chromium.
    pub async fn set_time_zone(&self, zone: &str) -> Result<()> {
        // The zone is the process's, which the background shares with this page.
        let context = json!({ "context": self.bench().await?.context() });
        let session = self.wire.send("goog:cdp.getSession", context).await?;
        let params = json!({
            "method": "Emulation.setTimezoneOverride",
            "params": { "timezoneId": zone },
            "session": session["session"],
        });
        self.wire.send("goog:cdp.sendCommand", params).await?;
        Ok(())
    }

    /// The text of the toolbar badge: of the tab given, or the one that all tabs share.
    ///
    /// # Errors
    /// When the extension has no toolbar button.
    pub async fn badge(&self) -> Result<String> {
        let text = self.eval_extension("return await chrome.action.getBadgeText({});").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Ends the extension's background, as the browser does by itself after a while of rest; returns when it
    /// has ended, or has been ended by the browser already. The next event starts it again.
    ///
    /// # Errors
    /// When it does not end within the deadline.
    pub async fn kill_worker(&self) -> Result<()> {
        if self.kind == Kind::Firefox {
            return self.extension.end_event_page(&self.wire).await;
        }
        // The next life may have the target of this one, and begin at once, so that it is told by the life's own id.
        let lives = "return (await chrome.runtime.getContexts({ contextTypes: ['BACKGROUND'] })).map((life) => life.contextId);";
        let before = self.eval_extension(lives).await?;
        let Some(life) = before.get(0) else { return Ok(()) };
        let deadline = Deadline::after(END);
        while deadline.left().is_some() {
            self.extension.close_worker(&self.driver).await?;
            let now = self.eval_extension(lives).await?;
            if now.as_array().is_some_and(|lives| !lives.contains(life)) {
                return Ok(());
            }
        }
        bail!("the service worker did not end within {} s", END.as_secs())
    }

    /// Loads the extension anew, as an update does: scripts in open pages are left behind.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn reload_extension(&self) -> Result<()> {
        match self.kind {
            Kind::Chromium => {
                // `runtime.reload` would leave an unpacked extension switched off, as this profile is no developer's.
                self.remove_extension().await?;
                self.install_extension().await
            }
            Kind::Firefox => {
                let reload = "const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
                     await (await AddonManager.getAddonByID(id)).reload();";
                self.in_firefox(reload).await.map(drop)
            }
        }
    }

    /// Installs the extension again after it was removed.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn install_extension(&self) -> Result<()> {
        let data = json!({ "type": "path", "path": self.folder });
        self.wire.send("webExtension.install", json!({ "extensionData": data })).await?;
        Ok(())
    }

    /// Removes the extension.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn remove_extension(&self) -> Result<()> {
        self.wire.send("webExtension.uninstall", json!({ "extension": self.extension.id() })).await?;
        Ok(())
    }

    /// Runs the body of an async function in Firefox's own window, where the browser's modules are; `id` is the
    /// extension's.
    ///
    /// # Errors
    /// When the script throws, or this is not Firefox.
    pub async fn in_firefox(&self, body: &str) -> Result<Value> {
        self.extension.in_firefox(&self.wire, body).await
    }

    /// Sends a command of Chromium's own protocol to the first tab.
    ///
    /// # Errors
    /// When Chromium refuses, or this is not Chromium.
    pub async fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        self.driver.switch_to_window(self.first.context().into()).await?;
        self.driver.cdp().send_raw(method, params).await.with_context(|| method.to_owned())
    }

    /// What pages and extension pages wrote to the console so far.
    #[must_use]
    pub fn console(&self) -> Vec<ConsoleLine> {
        self.console.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes a PNG of the first tab.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        self.first.screenshot(file).await
    }

    /// The connection itself, for what the harness has no word for.
    #[must_use]
    pub fn bidi(&self) -> &BiDi {
        self.wire.bidi()
    }

    /// Moves and sizes the window that a tab is in; on the screen only.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn place(&self, tab: &Tab, x: i64, y: i64, width: u32, height: u32) -> Result<()> {
        self.driver.switch_to_window(tab.context().into()).await?;
        self.driver.set_window_rect(x, y, width, height).await?;
        Ok(())
    }

    /// Waits until the user has closed the browser.
    pub async fn closed(&self) {
        // A call that never returns fails when its page goes, or the browser with it: the list of tabs tells
        // which of the two it was. A connection that is gone gives no answer at all.
        let first = async || tokio::time::timeout(ALIVE, self.tabs()).await.ok()?.ok()?.into_iter().next();
        while let Some(tab) = first().await {
            let never = "() => new Promise(() => {})";
            drop(self.wire.call_raw(tab.context(), World::Isolated, never, &[], ALWAYS).await);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.listener.abort();
        // The process goes with its group: no session needs to be ended, and thirtyfour would block for it.
        drop(self.driver.clone().leak());
        let _ = &self.process;
    }
}

/// Collects console lines in the background.
async fn listen(bidi: &BiDi, into: Arc<Mutex<Vec<ConsoleLine>>>) -> Result<JoinHandle<()>> {
    let mut events = bidi.subscribe::<thirtyfour::bidi::events::LogEntryAdded>().await?;
    Ok(tokio::spawn(async move {
        while let Some(entry) = events.next().await {
            let line = ConsoleLine {
                level: format!("{:?}", entry.level).to_lowercase(),
                source: entry.entry_type,
                text: entry.text.unwrap_or_default(),
            };
            into.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }))
}
