//! The extension from the browser's side: its id, the address of its pages, its background.

use crate::Kind;
use crate::wire::Wire;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;
use thirtyfour::WebDriver;

/// What the manifest says and, after [`Extension::install`], where the extension's pages are.
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
            Kind::Firefox => {
                // Firefox gives every installation a random host.
                let host = self
                    .in_firefox(wire, "return WebExtensionPolicy.getByID(id).mozExtensionHostname;")
                    .await?;
                format!("moz-extension://{}", host.as_str().context("the extension has no address")?)
            }
        };
        Ok(self)
    }

    /// Closes Chromium's service worker, if it runs. It ends a little later, and one that is just starting does not
    /// end at all.
    pub(crate) async fn close_worker(&self, driver: &WebDriver) -> Result<()> {
        let cdp = driver.cdp();
        let all = cdp.send_raw("Target.getTargets", json!({})).await?;
        let is_own = |target: &&Value| {
            target["type"] == "service_worker"
                && target["url"].as_str().is_some_and(|url| url.starts_with(&self.base))
        };
        let own = all["targetInfos"].as_array().into_iter().flatten().find(is_own);
        if let Some(own) = own {
            // It may have ended by itself meanwhile, which is just as good.
            drop(cdp.send_raw("Target.closeTarget", json!({ "targetId": own["targetId"] })).await);
        }
        Ok(())
    }

    /// Ends Firefox's event page.
    pub(crate) async fn end_event_page(&self, wire: &Wire) -> Result<()> {
        let end = "await WebExtensionPolicy.getByID(id).extension.terminateBackground();";
        self.in_firefox(wire, end).await.context("the event page did not end")?;
        Ok(())
    }

    /// Runs the body of an async function in Firefox's own window, where `id` is the extension's.
    pub(crate) async fn in_firefox(&self, wire: &Wire, body: &str) -> Result<Value> {
        wire.in_firefox(body, &self.gecko_id).await
    }
}
