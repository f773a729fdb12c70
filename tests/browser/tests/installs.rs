//! Both browsers accept the shipped extension, and every part of it starts.

use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Options, in_both_browsers};
use stand_in_site::{Command, NewAccount, Plan, Site};

/// A site where one free account is signed in.
async fn site_with_a_free_account() -> Result<Site> {
    let site = Site::start().await?;
    site.command(Command::AddAccount(NewAccount::new("ana", Plan::Free)))?;
    site.command(Command::SignIn { account: "ana".to_owned() })?;
    Ok(site)
}

in_both_browsers! {
    async fn the_popup_opens_before_any_page_of_the_app_and_knows_nothing(kind: Kind) -> Result<()> {
        let site = Site::start().await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        let shown = popup.wait("a popup that knows nothing", |popup| popup.verdict() == Some("unknown")).await?;
        ensure!(shown.amount("fast").is_none(), "it shows an amount that no answer gave: {shown}");
        ensure!(!shown.text().is_empty(), "it says nothing");
        Ok(())
    }

    async fn a_page_of_the_app_gets_a_banner_in_a_closed_shadow_root(kind: Kind) -> Result<()> {
        let site = site_with_a_free_account().await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        browser.goto("https://app.leonardo.ai/").await?;
        let banner = browser.wait_banner("an amount", |banner| banner.amount("fast").is_some()).await?;
        ensure!(banner.amount("fast") == Some(150), "the server holds 150, the banner says: {banner}");
        ensure!(banner.is_visible(), "it is in the tree, but not visible: {banner}");
        let open = browser.eval("return document.getElementById('refill-watch').shadowRoot !== null;").await?;
        ensure!(open == false, "the page can look into the banner");
        Ok(())
    }

    async fn the_background_starts_again_after_the_browser_has_ended_it(kind: Kind) -> Result<()> {
        let site = site_with_a_free_account().await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        browser.goto("https://app.leonardo.ai/").await?;
        browser.wait_banner("an amount", |banner| banner.amount("fast") == Some(150)).await?;
        browser.kill_worker().await?;
        let popup = browser.popup().await?;
        let shown = popup.wait("the amount", |popup| popup.amount("fast").is_some()).await?;
        ensure!(shown.amount("fast") == Some(150), "it has forgotten what it knew: {shown}");
        Ok(())
    }

    async fn the_version_is_that_of_the_workspace(kind: Kind) -> Result<()> {
        let site = Site::start().await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        let version = browser.eval_extension("return chrome.runtime.getManifest().version;").await?;
        ensure!(version.as_str().context("no version")? == env!("CARGO_PKG_VERSION"), "it says {version}");
        Ok(())
    }
}
