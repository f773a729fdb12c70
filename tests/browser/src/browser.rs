//! A browser with the extension in it.

use crate::extension::Extension;
use crate::options::{Network, Options};
use crate::process::{Installed, Process};
use crate::tab::Tab;
use crate::wire::{Deadline, Wire, World};
use crate::{Kind, Popup, copy};
use crate::{failed, manners, pool};
use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thirtyfour::bidi::BiDi;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

/// How long a browser that is still alive may take to list its tabs.
const ALIVE: Duration = Duration::from_secs(3);

/// How long the background may take to end.
const END: Duration = Duration::from_secs(10);

/// Longer than anybody looks at a demo.
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

/// A browser with the extension in it, in a clean profile. It dereferences to its first tab.
///
/// Dropping it ends the browser and removes the profile, even if a test panics or this process is killed. A
/// browser that tests share ends with this process instead.
#[derive(Debug)]
pub struct Browser {
    kind: Kind,
    wire: Wire,
    first: Tab,
    extension: Extension,
    folder: PathBuf,
    console: Arc<Mutex<Vec<ConsoleLine>>>,
    listener: JoinHandle<()>,
    /// The extension's page in which [`Browser::eval_extension`] runs.
    bench: OnceCell<Tab>,
    size: Option<(u32, u32)>,
    process: Arc<Process>,
}

impl Deref for Browser {
    type Target = Tab;

    fn deref(&self) -> &Tab {
        &self.first
    }
}

impl Browser {
    /// Takes a browser, points host names to where `network` says, and installs the extension.
    ///
    /// # Errors
    /// When the browser is not installed or the extension not built; the error names the command to run.
    pub async fn open(kind: Kind, network: impl Into<Network>, options: Options) -> Result<Self> {
        let folder = options.extension.clone().map_or_else(|| kind.dist(), Ok)?;
        let extension = Extension::read(&folder)?;
        let network = network.into();
        failed::let_go();
        let process = pool::take(kind, &network, &options).await?;
        let wire = process.wire().clone();
        let console: Arc<Mutex<Vec<ConsoleLine>>> = Arc::default();
        let listener = listen(wire.bidi(), Arc::clone(&console)).await?;
        manners::expect(network, Arc::clone(&console));
        let first = Tab::new(wire.clone(), process.first());
        let size = (!options.on_screen).then_some(options.size);
        if let Some((width, height)) = size {
            first.resize(width, height).await?;
        }
        // Chromium derives the id from the path, so a new path keeps what earlier installations stored out of reach.
        let number = process.uses.load(Ordering::Relaxed);
        let own = (kind == Kind::Chromium && process.forward.is_some())
            .then(|| process.folder().join(format!("extension-{number}")));
        if let Some(own) = &own {
            copy::copy(&folder, own)?;
        }
        let folder = own.clone().unwrap_or(folder);
        let extension = extension.install(kind, &wire, &folder).await?;
        process.has_installed(Installed { id: extension.id().to_owned(), folder: own });
        failed::watch(failed::Witness {
            wire: wire.clone(),
            quiet_page: extension.url(extension.quiet_page()),
            console: Arc::clone(&console),
            process: Arc::clone(&process),
        });
        let bench = OnceCell::new();
        Ok(Self { kind, wire, first, extension, folder, console, listener, bench, size, process })
    }

    /// Keeps the browser for this test alone: no later test gets it. Whatever reaches into the browser itself calls
    /// this.
    pub fn own(&self) {
        self.process.change();
    }

    /// Whether an earlier test of this process, or this one, has used the same browser before.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.process.uses.load(Ordering::Relaxed) > 0
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
        if url.starts_with("chrome:") {
            self.own();
        }
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
        self.own();
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

    /// Every open tab, including those that the extension opened.
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

    /// Opens the popup's page in a tab of its own, as large as a popup.
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

    /// Runs the body of an async function in a page of the extension, with all of `chrome`: for what only the
    /// extension can read, such as its badge and its storage.
    ///
    /// The page has no scripts of its own. The first call opens it in the background; [`Browser::tabs`] leaves it
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

    /// Moves the running extension to another time zone, as travelling does; in Chromium only.
    ///
    /// # Errors
    /// When there is no such zone, or this is not Chromium.
    pub async fn set_time_zone(&self, zone: &str) -> Result<()> {
        // The zone belongs to the process, which the background shares with this page.
        let bench = self.bench().await?.context();
        self.own();
        self.process
            .cdp(bench, "Emulation.setTimezoneOverride", json!({ "timezoneId": zone }))
            .await
            .map(drop)
    }

    /// The text of the toolbar badge that all tabs share.
    ///
    /// # Errors
    /// When the extension has no toolbar button.
    pub async fn badge(&self) -> Result<String> {
        let text = self.eval_extension("return await chrome.action.getBadgeText({});").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Zooms the app's pages to this percentage, as a user can.
    ///
    /// # Errors
    /// When no tab shows the app.
    pub async fn zoom(&self, percent: u32) -> Result<()> {
        // Chromium keeps the zoom for the host, and nothing makes it forget.
        self.own();
        let zoom = format!(
            "const [tab] = await chrome.tabs.query({{ url: 'https://app.leonardo.ai/*' }});
             await chrome.tabs.setZoom(tab.id, {percent} / 100);"
        );
        self.eval_extension(&zoom).await.map(drop)
    }

    /// Ends the extension's background, as the browser does when it has been idle for a while. Returns once it has
    /// ended, even if the browser was faster. The next event starts it again.
    ///
    /// # Errors
    /// When it does not end within the deadline.
    pub async fn kill_worker(&self) -> Result<()> {
        if self.kind == Kind::Firefox {
            return self.extension.end_event_page(&self.wire).await;
        }
        // The next worker may begin at once, with the same target. Only the context's own id tells the two apart.
        let lives = "return (await chrome.runtime.getContexts({ contextTypes: ['BACKGROUND'] })).map((life) => life.contextId);";
        let before = self.eval_extension(lives).await?;
        let Some(life) = before.get(0) else { return Ok(()) };
        let deadline = Deadline::after(END);
        while deadline.left().is_some() {
            self.extension.close_worker(self.process.session()).await?;
            let now = self.eval_extension(lives).await?;
            if now.as_array().is_some_and(|lives| !lives.contains(life)) {
                return Ok(());
            }
        }
        bail!("the service worker did not end within {} s", END.as_secs())
    }

    /// Reloads the extension, as an update does: scripts in open pages are orphaned.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn reload_extension(&self) -> Result<()> {
        match self.kind {
            Kind::Chromium => {
                // `runtime.reload` would leave an unpacked extension switched off, because the profile is not in
                // developer mode.
                self.remove_extension().await?;
                self.install_extension().await
            }
            Kind::Firefox => {
                let reload = "const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
                     await (await AddonManager.getAddonByID(id)).reload();";
                self.extension.in_firefox(&self.wire, reload).await.map(drop)
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
        self.own();
        self.extension.in_firefox(&self.wire, body).await
    }

    /// Sends a command of Chromium's own protocol to the first tab.
    ///
    /// # Errors
    /// When Chromium refuses, or this is not Chromium.
    pub async fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        self.own();
        let session = self.process.session();
        session.switch_to_window(self.first.context().into()).await?;
        session.cdp().send_raw(method, params).await.with_context(|| method.to_owned())
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

    /// The connection itself, for what the harness has no method for.
    #[must_use]
    pub fn bidi(&self) -> &BiDi {
        self.own();
        self.wire.bidi()
    }

    /// Moves and sizes the window that a tab is in; only if it is on a screen.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn place(&self, tab: &Tab, x: i64, y: i64, width: u32, height: u32) -> Result<()> {
        self.own();
        let session = self.process.session();
        session.switch_to_window(tab.context().into()).await?;
        session.set_window_rect(x, y, width, height).await?;
        Ok(())
    }

    /// Waits until the user has closed the browser.
    pub async fn closed(&self) {
        // A call that never returns fails when its page closes, or the browser with it; the list of tabs shows
        // which of the two it was. A lost connection gives no reply at all.
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
