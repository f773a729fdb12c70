//! The files that the extension saves: where the browser puts them, and what is in them.

use anyhow::{Context, Result};
use browser_tests::{Browser, Kind};
use notify::{RecursiveMode, Watcher};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a download may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lets the browser save files into `folder` without asking.
pub async fn saves_into(browser: &Browser, folder: &Path) -> Result<()> {
    match browser.kind() {
        Kind::Chromium => {
            let how = json!({ "behavior": "allow", "downloadPath": folder });
            browser.cdp("Browser.setDownloadBehavior", how).await?;
        }
        Kind::Firefox => {
            let folder = serde_json::to_string(folder)?;
            let prefs = format!(
                "Services.prefs.setIntPref('browser.download.folderList', 2);
                 Services.prefs.setStringPref('browser.download.dir', {folder});
                 Services.prefs.setBoolPref('browser.download.useDownloadDir', true);
                 Services.prefs.setBoolPref('browser.download.always_ask_before_handling_new_types', false);"
            );
            browser.in_firefox(&prefs).await?;
        }
    }
    Ok(())
}

/// The file in `folder` whose name ends with `end`, once it is whole, and its text.
pub async fn saved(folder: &Path, end: &str) -> Result<(PathBuf, String)> {
    let (path, bytes) = whole(folder, end).await?;
    Ok((path, String::from_utf8(bytes)?))
}

/// The bytes of the file in `folder` whose name ends with `end`, once it is whole.
pub async fn saved_bytes(folder: &Path, end: &str) -> Result<Vec<u8>> {
    Ok(whole(folder, end).await?.1)
}

async fn whole(folder: &Path, end: &str) -> Result<(PathBuf, Vec<u8>)> {
    let (tell, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |_| {
        // Once the file is there, nobody listens.
        let _ = tell.send(());
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    let there = async {
        loop {
            if let Some(found) = find(folder, end)? {
                return Ok(found);
            }
            changes.recv().await.context("the folder is no longer watched")?;
        }
    };
    tokio::time::timeout(PATIENCE, there).await.with_context(|| format!("no file {end} was saved"))?
}

/// The file whose name ends with `end`, if it is there and whole.
fn find(folder: &Path, end: &str) -> Result<Option<(PathBuf, Vec<u8>)>> {
    let files = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let named = |end: &str| {
        files.iter().map(std::fs::DirEntry::path).find(|path| path.to_string_lossy().ends_with(end))
    };
    // Both browsers write under another name first, or reserve the name with an empty file.
    if named(".crdownload").or(named(".part")).is_some() {
        return Ok(None);
    }
    let Some(path) = named(end) else { return Ok(None) };
    match std::fs::read(&path) {
        Ok(bytes) => Ok((!bytes.is_empty()).then_some((path, bytes))),
        // Firefox removes the empty file before it puts the whole one in its place.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
