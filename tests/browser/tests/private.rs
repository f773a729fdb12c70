//! Private windows: the extension stays out until the user allows it, and even then keeps nothing of them.

use crate::common::{APP, account, quiet, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Kind, Options, in_both_browsers};
use stand_in_site::Plan;

/// Lets the extension run in private windows, as the user can in the browser's own page.
async fn allow(browser: &Browser) -> Result<()> {
    match browser.kind() {
        Kind::Chromium => {
            let page = browser.new_tab("chrome://extensions/").await?;
            page.eval(
                // Without developer mode, an unpacked extension stays switched off after a reload.
                "await chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
                 const [own] = (await chrome.developerPrivate.getExtensionsInfo()).filter((e) => e.name.startsWith('Refill'));
                 await chrome.developerPrivate.updateExtensionConfiguration({ extensionId: own.id, incognitoAccess: true });",
            )
            .await?;
            page.close().await
        }
        Kind::Firefox => browser
            .in_firefox(
                "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
                 const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
                 await ExtensionPermissions.add(id, { permissions: ['internal:privateBrowsingAllowed'], origins: [] }, WebExtensionPolicy.getByID(id).extension);
                 await (await AddonManager.getAddonByID(id)).reload();",
            )
            .await
            .map(drop),
    }
}

/// Opens a private window with the app.
async fn open_private(browser: &Browser) -> Result<browser_tests::Tab> {
    let before = browser.tabs().await?;
    let known: Vec<&str> = before.iter().map(browser_tests::Tab::id).collect();
    match browser.kind() {
        Kind::Chromium => {
            browser
                .eval_extension(&format!("await chrome.windows.create({{ incognito: true, url: '{APP}' }});"))
                .await?;
        }
        Kind::Firefox => {
            browser
                .in_firefox(&format!(
                    "const win = OpenBrowserWindow({{ private: true }});
                     await new Promise((done) => win.addEventListener('load', done, {{ once: true }}));
                     await win.delayedStartupPromise;
                     win.gBrowser.selectedBrowser.fixupAndLoadURIString('{APP}', {{ triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() }});"
                ))
                .await?;
        }
    }
    for _ in 0..100 {
        let all = browser.tabs().await?;
        if let Some(tab) = all.into_iter().find(|tab| !known.contains(&tab.id())) {
            return Ok(tab);
        }
    }
    anyhow::bail!("no private window came")
}

in_both_browsers! {
    async fn a_private_window_gets_a_banner_when_allowed_and_leaves_nothing_behind(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        allow(&browser).await?;
        let stored = "return JSON.stringify([await chrome.storage.local.get(null), await chrome.storage.session.get(null)]);";
        let before = browser.eval_extension(stored).await?;
        let fault = Fault::begins(kind, "private window", "the app is used in one");
        let private = open_private(&browser).await?;
        let banner = private.wait_banner("an amount", |banner| banner.amount("fast") == Some(72)).await?;
        ensure!(banner.verdict() == Some("fresh"), "{banner}");
        private.click_banner("expand", None).await?;
        private.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        let after = browser.eval_extension(stored).await?;
        for kept in ["account:", "detail:", "days:", "72000", "\"answer\""] {
            ensure!(!after.as_str().context("a text")?.contains(kept), "{kept} is kept: {before} became {after}");
        }
        ensure!(browser.badge().await?.is_empty(), "the badge shows something of it: {}", browser.badge().await?);
        private.close().await?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        quiet(&browser)
    }
}
