//! The extension from the browser's side: its id, the address of its pages, its background.

use crate::Kind;
use crate::options::FIREFOX_HOST;
use crate::wire::{Deadline, Wire};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use thirtyfour::WebDriver;

/// How long the background may take to end.
const END: Duration = Duration::from_secs(10);

/// What the manifest says, and after [`Extension::install`] where its pages are.
#[derive(Debug)]
pub(crate) struct Extension {
    gecko_id: String,
    quiet_page: String,
    base: String,
    id: String,
}

impl Extension {
    /// Reads the manifest of an unpacked extension.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("manifest.json");
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let manifest: Value =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
        let gecko_id =
            manifest["browser_specific_settings"]["gecko"]["id"].as_str().unwrap_or_default().to_owned();
        let icon = manifest["icons"].as_object().and_then(|icons| icons.values().next()?.as_str());
        let quiet_page = icon.unwrap_or("manifest.json").trim_start_matches('/').to_owned();
        Ok(Self { gecko_id, quiet_page, base: String::new(), id: String::new() })
    }

    /// The id that the browser gave it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn gecko_id(&self) -> &str {
        &self.gecko_id
    }

    /// A file of the extension that opens as a page and runs no script: its icon.
    pub(crate) fn quiet_page(&self) -> &str {
        &self.quiet_page
    }

    /// The address of one of its files.
    pub(crate) fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.base)
    }

    /// Installs it and learns where its pages are.
    pub(crate) async fn install(mut self, kind: Kind, wire: &Wire, folder: &Path) -> Result<Self> {
        let data = json!({ "type": "path", "path": folder });
        let reply = wire
            .send("webExtension.install", json!({ "extensionData": data }))
            .await
            .with_context(|| format!("{kind} refuses the extension in {}", folder.display()))?;
        let id = reply["extension"].as_str().context("the browser gave the extension no id")?;
        id.clone_into(&mut self.id);
        self.base = match kind {
            Kind::Chromium => format!("chrome-extension://{id}"),
            Kind::Firefox => format!("moz-extension://{FIREFOX_HOST}"),
        };
        Ok(self)
    }

    /// Ends the service worker or the event page.
    pub(crate) async fn end_background(&self, kind: Kind, driver: &WebDriver, wire: &Wire) -> Result<()> {
        match kind {
            Kind::Chromium => self.close_worker(driver).await,
            Kind::Firefox => self.end_event_page(wire).await,
        }
    }

    async fn close_worker(&self, driver: &WebDriver) -> Result<()> {
        let cdp = driver.cdp();
        let worker = async || {
            let all = cdp.send_raw("Target.getTargets", json!({})).await?;
            let own = all["targetInfos"].as_array().into_iter().flatten().find(|target| {
                target["type"] == "service_worker"
                    && target["url"].as_str().is_some_and(|url| url.starts_with(&self.base))
            });
            anyhow::Ok(own.and_then(|target| target["targetId"].as_str()).map(str::to_owned))
        };
        let id = worker().await?.context("the service worker is not running")?;
        cdp.send_raw("Target.closeTarget", json!({ "targetId": id })).await?;
        let deadline = Deadline::after(END);
        while worker().await?.is_some_and(|now| now == id) {
            if deadline.left().is_none() {
                bail!("the service worker did not end within {} s", END.as_secs());
            }
            // One that was just starting does not hear the first call.
            drop(cdp.send_raw("Target.closeTarget", json!({ "targetId": id })).await);
        }
        Ok(())
    }

    async fn end_event_page(&self, wire: &Wire) -> Result<()> {
        let end = "await WebExtensionPolicy.getByID(id).extension.terminateBackground();";
        self.in_firefox(wire, end).await.context("the event page did not end")?;
        Ok(())
    }

    /// Runs the body of an async function in Firefox's own window, where `id` is the extension's.
    pub(crate) async fn in_firefox(&self, wire: &Wire, body: &str) -> Result<Value> {
        let tree =
            wire.send("browsingContext.getTree", json!({ "maxDepth": 0, "moz:scope": "chrome" })).await?;
        let window = tree["contexts"][0]["context"].as_str().context("Firefox has no window")?;
        let function = format!("async (id) => JSON.stringify((await (async () => {{ {body} }})()) ?? null)");
        let params = json!({
            "functionDeclaration": function,
            "arguments": [{ "type": "string", "value": self.gecko_id }],
            "awaitPromise": true,
            "target": { "context": window },
        });
        let reply = wire.send("script.callFunction", params).await?;
        if reply["type"] != "success" {
            bail!("{}", reply["exceptionDetails"]["text"].as_str().unwrap_or("?"));
        }
        Ok(serde_json::from_str(reply["result"]["value"].as_str().unwrap_or("null"))?)
    }
}
