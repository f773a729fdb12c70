//! The extension's own pages, opened as tabs: only a user can open a real popup.

use crate::surface::Surface;
use crate::tab::Tab;
use crate::watch::{self, Place};
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// The popup, or another page of the extension, in a tab of its own.
#[derive(Clone, Debug)]
pub struct Popup(Tab);

impl Popup {
    pub(crate) fn new(tab: Tab) -> Self {
        Self(tab)
    }

    /// The tab it is in.
    #[must_use]
    pub fn tab(&self) -> &Tab {
        &self.0
    }

    /// What it shows now.
    ///
    /// # Errors
    /// When the page cannot be read.
    pub async fn surface(&self) -> Result<Option<Surface>> {
        watch::read(&self.0, Place::Page).await
    }

    /// Waits until it satisfies `cond`; `what` names that in the error.
    ///
    /// # Errors
    /// When it does not within the tab's patience.
    pub async fn wait(&self, what: &str, cond: impl FnMut(&Surface) -> bool) -> Result<Surface> {
        watch::wait(&self.0, Place::Page, what, cond).await
    }

    /// Presses the control with `data-action="action"`, and `data-value="value"` if one is given, with a real
    /// pointer.
    ///
    /// # Errors
    /// When it is not there, hidden, disabled, outside the window or covered.
    pub async fn click(&self, action: &str, value: Option<&str>) -> Result<()> {
        watch::press(&self.0, Place::Page, action, value).await
    }

    /// Runs the body of an async function among the page's own scripts, where `chrome` is.
    ///
    /// # Errors
    /// When it throws.
    pub async fn eval(&self, body: &str) -> Result<Value> {
        self.0.eval(body).await
    }

    /// Writes a PNG of it, cropped to its content: a real popup is only as large as that.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let surface = self.surface().await?;
        match surface.as_ref().and_then(Surface::root) {
            Some(root) => self.0.screenshot_of(root.rect, file).await,
            None => self.0.screenshot(file).await,
        }
    }

    /// Closes it.
    ///
    /// # Errors
    /// When it is closed already.
    pub async fn close(self) -> Result<()> {
        self.0.close().await
    }
}
