//! A running browser without the extension: its driver, its session, and how it is cleaned for another test.

use crate::Kind;
use crate::driver::Driver;
use crate::forward::Forward;
use crate::options::Options;
use crate::wire::Wire;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use thirtyfour::{Capabilities, WebDriver};

/// A browser that is still alive answers within this time.
const ALIVE: Duration = Duration::from_secs(3);

/// Clears everything that a site can store in Firefox: cookies, storage, caches, workers, permissions, zoom, history.
const CLEAR: &str = "await new Promise((done) =>
    Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: done }));";

/// The extension that a test has installed.
#[derive(Debug)]
pub(crate) struct Installed {
    pub(crate) id: String,
    /// The folder that was made for it, if any.
    pub(crate) folder: Option<PathBuf>,
}

/// A browser, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    kind: Kind,
    session: WebDriver,
    wire: Wire,
    /// The tab that a test starts with.
    first: Mutex<String>,
    installed: Mutex<Option<Installed>>,
    /// Where its host names lead, if that can change.
    pub(crate) forward: Option<Forward>,
    /// Whether a test has changed more than [`Process::clean`] undoes.
    is_changed: AtomicBool,
    /// How many tests have used it before.
    pub(crate) uses: AtomicUsize,
    driver: Driver,
}

impl Process {
    /// Starts a browser in which every host name leads to `port`, or where it leads anyway if there is none.
    pub(crate) async fn start(kind: Kind, port: Option<u16>, options: &Options) -> Result<Self> {
        // thirtyfour uses rustls and leaves the choice of its cryptography to us. An error means that an earlier
        // browser of this process has already made the choice.
        drop(rustls::crypto::ring::default_provider().install_default());
        let capabilities = options.capabilities(kind, port, &kind.program()?);
        let driver = Driver::start(kind, options)?;
        let session = WebDriver::new(driver.url(), Capabilities::from(capabilities))
            .await
            .with_context(|| format!("{kind} did not start"))?;
        let bidi = session.bidi().await.context("no BiDi connection")?;
        let first = Mutex::new(session.window().await?.to_string());
        Ok(Self {
            kind,
            session,
            wire: Wire::new(bidi),
            first,
            installed: Mutex::default(),
            forward: None,
            is_changed: AtomicBool::new(false),
            uses: AtomicUsize::new(0),
            driver,
        })
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn session(&self) -> &WebDriver {
        &self.session
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The tab that a test starts with.
    pub(crate) fn first(&self) -> String {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A folder that is removed with it.
    pub(crate) fn folder(&self) -> &Path {
        self.driver.folder()
    }

    /// Notes the extension in it, for [`Process::clean`] to remove.
    pub(crate) fn has_installed(&self, installed: Installed) {
        *self.installed.lock().unwrap_or_else(PoisonError::into_inner) = Some(installed);
    }

    /// Notes that a test reaches into the browser itself, so that no other test gets it.
    pub(crate) fn change(&self) {
        self.is_changed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.is_changed.load(Ordering::Relaxed)
    }

    /// Whether it still answers.
    pub(crate) async fn is_alive(&self) -> bool {
        let asked = self.wire.send("browsingContext.getTree", json!({ "maxDepth": 0 }));
        tokio::time::timeout(ALIVE, asked).await.is_ok_and(|answer| answer.is_ok())
    }

    /// Makes it as good as new: one empty tab, no extension, and nothing that any site has stored.
    pub(crate) async fn clean(&self) -> Result<()> {
        let wire = &self.wire;
        let before = wire.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        let first = wire.send("browsingContext.create", json!({ "type": "tab" })).await?;
        let first = first["context"].as_str().context("the browser opened no tab")?.to_owned();
        // The session must be in a tab that stays, because its former one closes below.
        self.session.switch_to_window(first.clone().into()).await?;
        let installed = self.installed.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Installed { id, folder }) = installed {
            // The test may have removed it.
            drop(wire.send("webExtension.uninstall", json!({ "extension": id })).await);
            if let Some(folder) = folder {
                std::fs::remove_dir_all(folder)?;
            }
        }
        for tab in before["contexts"].as_array().into_iter().flatten() {
            // The extension's own pages are already gone with it.
            drop(wire.send("browsingContext.close", json!({ "context": tab["context"] })).await);
        }
        match self.kind {
            Kind::Chromium => self.clear_chromium(&first).await?,
            Kind::Firefox => drop(wire.in_firefox(CLEAR, "").await?),
        }
        let after = wire.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        let left = after["contexts"].as_array().map_or(0, Vec::len);
        ensure!(left == 1, "one tab should be left, not {left}");
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = first;
        Ok(())
    }

    async fn clear_chromium(&self, tab: &str) -> Result<()> {
        let everything = json!({ "origin": "*", "storageTypes": "all" });
        self.cdp(tab, "Storage.clearDataForOrigin", everything).await?;
        self.cdp(tab, "Network.clearBrowserCookies", json!({})).await?;
        self.cdp(tab, "Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    /// Sends a command of Chromium's own protocol to a tab.
    pub(crate) async fn cdp(&self, tab: &str, method: &str, params: Value) -> Result<Value> {
        let session = self.wire.send("goog:cdp.getSession", json!({ "context": tab })).await?;
        let params = json!({ "method": method, "params": params, "session": session["session"] });
        self.wire.send("goog:cdp.sendCommand", params).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The browser dies with its process group. Ending the session is not needed, and thirtyfour would block for
        // it.
        drop(self.session.clone().leak());
    }
}
