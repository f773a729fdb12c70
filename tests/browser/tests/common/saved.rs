//! The files that the extension saves: where the browser puts them, and what is in them.

use anyhow::{Result, ensure};
use browser_tests::{Browser, Kind};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
    let began = Instant::now();
    loop {
        let files = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        let named = |end: &str| {
            files.iter().map(std::fs::DirEntry::path).find(|path| path.to_string_lossy().ends_with(end))
        };
        // Both browsers write beside it first, or reserve the name with an empty file.
        let is_under_way = named(".crdownload").or(named(".part")).is_some();
        if let Some(path) = named(end).filter(|_| !is_under_way) {
            let bytes = std::fs::read(&path)?;
            if !bytes.is_empty() {
                return Ok((path, bytes));
            }
        }
        ensure!(began.elapsed() < PATIENCE, "no file {end} was saved");
        // No browser tells when the file is there, and the file system neither.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
