//! What a failed test leaves behind: `target/failed/NAME/` with a picture of every tab, the console, and the
//! extension's storage and replay.
//!
//! The newest browser of a test outlives its [`Browser`](crate::Browser) until the test is over. Otherwise there
//! would be nothing to look at, because a test ends at its first error and drops what it holds.

use crate::browser::ConsoleLine;
use crate::kind::workspace;
use crate::process::Process;
use crate::tab::Tab;
use crate::wire::Wire;
use anyhow::{Context, Result};
use refill_watch::{State, UtcMillis};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A browser that replies at all replies within this time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A tab that gives a picture at all gives it within this time.
const PICTURE: Duration = Duration::from_secs(3);

/// What is needed to look at a browser after its test has failed.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) wire: Wire,
    /// A page of the extension's that runs no script.
    pub(crate) quiet_page: String,
    pub(crate) console: Arc<Mutex<Vec<ConsoleLine>>>,
    #[expect(dead_code, reason = "holding it keeps the browser running")]
    pub(crate) process: Arc<Process>,
}

thread_local! {
    /// The newest browser of the test that runs on this thread.
    static NEWEST: RefCell<Option<Witness>> = const { RefCell::new(None) };
    /// The copies of the extension that its browsers run.
    static COPIES: RefCell<Vec<Rc<TempDir>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps a copy of the extension until the test is over: its newest browser may need it until then.
pub(crate) fn keep(copy: &Rc<TempDir>) {
    COPIES.with_borrow_mut(|copies| copies.push(Rc::clone(copy)));
}

/// Forgets the browser, when the test is over and before it opens another, which may be the same one.
pub(crate) fn let_go() {
    NEWEST.set(None);
}

/// Remembers the newest browser of this test.
pub(crate) fn watch(witness: Witness) {
    NEWEST.set(Some(witness));
}

/// Removes the copies of a test that is over; no browser may still run them.
pub(crate) fn forget_copies() {
    COPIES.set(Vec::new());
}

/// Saves what can be seen of the test that has just failed on this thread, and prints where.
pub(crate) async fn explain() {
    let Some(witness) = NEWEST.take() else { return };
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let folder = workspace().join("target/failed").join(name);
    let said = match tokio::time::timeout(PATIENCE, witness.write(&folder)).await {
        Ok(Ok(())) => String::new(),
        Ok(Err(trouble)) => format!(", not all of it: {trouble:#}"),
        Err(_) => ", as far as the browser answered".to_owned(),
    };
    println!("What was seen of it stands in {}{said}", folder.display());
}

impl Witness {
    async fn write(&self, folder: &Path) -> Result<()> {
        drop(fs::remove_dir_all(folder));
        fs::create_dir_all(folder)?;
        let console = self.console.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lines: Vec<_> = console.iter().map(|line| format!("{} {}", line.level, line.text)).collect();
        fs::write(folder.join("console.txt"), lines.join("\n"))?;
        // Each is worth having without the other.
        let stored = self.write_storage(folder).await;
        self.write_pictures(folder).await.and(stored)
    }

    async fn write_storage(&self, folder: &Path) -> Result<()> {
        let params = json!({ "type": "tab", "background": true });
        let reply = self.wire.send("browsingContext.create", params).await?;
        let tab = Tab::new(self.wire.clone(), reply["context"].as_str().context("no tab")?.to_owned());
        tab.goto(&self.quiet_page).await?;
        let read = "return { local: await chrome.storage.local.get(), session: await chrome.storage.session.get() };";
        let storage = tab.eval(read).await?;
        fs::write(folder.join("storage.json"), serde_json::to_string_pretty(&storage)?)?;
        let state = State::load(&texts(&storage["local"]), &texts(&storage["session"]));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
        fs::write(folder.join("replay.jsonl"), state.recording(UtcMillis(i64::try_from(now)?)))?;
        Ok(())
    }

    async fn write_pictures(&self, folder: &Path) -> Result<()> {
        let tree = self.wire.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        for (n, context) in tree["contexts"].as_array().into_iter().flatten().enumerate() {
            let id = context["context"].as_str().unwrap_or_default();
            // A tab behind the others, or one that is going away, gives no picture.
            let (tab, picture) =
                (Tab::new(self.wire.clone(), id.to_owned()), folder.join(format!("tab-{n}.png")));
            drop(tokio::time::timeout(PICTURE, tab.screenshot(&picture)).await);
        }
        Ok(())
    }
}

/// Every key of a storage area with its text.
fn texts(area: &Value) -> Vec<(String, String)> {
    let pairs = area.as_object().into_iter().flatten();
    pairs.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned()))).collect()
}
