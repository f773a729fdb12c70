//! The check in the background: it reads what the page itself receives, says what it found, and closes the
//! tab that it opened, and no other.

use crate::common::{APP, account, looking_at, site_of};
use anyhow::{Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Kind, Options, Popup, Tab, in_both_browsers};
use stand_in_site::{Command, Fault as SiteFault, Plan, Site, Target};

/// Waits until only one tab shows the app.
const ALONE: &str = "return await new Promise((done) => { const look = async () => {
    const tabs = await chrome.tabs.query({ url: 'https://app.leonardo.ai/*' }); if (tabs.length === 1) done(true); };
    chrome.tabs.onRemoved.addListener(look); look(); });";

/// A browser that shows an account with 3 tokens.
async fn at_three(kind: Kind) -> Result<(Site, Browser)> {
    let site = site_of(account("ana", Plan::Free, 3)).await?;
    let browser = looking_at(kind, &site, Options::default()).await?;
    Ok((site, browser))
}

/// Opens the popup and starts a check.
async fn checks(browser: &Browser) -> Result<Popup> {
    let popup = browser.popup().await?;
    popup.wait("the button", |popup| popup.actions().contains(&"check")).await?;
    popup.click("check", None).await?;
    Ok(popup)
}

/// Starts a check while the site is slow, and waits for the tab that it opens.
async fn checks_slowly(site: &Site, browser: &Browser) -> Result<(Popup, Tab)> {
    site.command(Command::Fault { fault: SiteFault::Slow { ms: 40_000 }, on: Target::Balance })?;
    let before: Vec<_> = browser.tabs().await?.iter().map(|tab| tab.id().to_owned()).collect();
    // The page behind `eval_extension` must be open by now, or it could be taken for that tab.
    browser.eval_extension("return true;").await?;
    let popup = checks(browser).await?;
    let opened = "return await new Promise((done) => { const look = async () => {
        const tabs = await chrome.tabs.query({ url: 'https://app.leonardo.ai/*', status: 'complete' }); if (tabs.length === 2) done(true); };
        chrome.tabs.onUpdated.addListener(look); look(); });";
    browser.eval_extension(opened).await?;
    for tab in browser.tabs().await? {
        // A tab that closes meanwhile is not the one.
        let Ok(url) = tab.url().await else { continue };
        if !before.contains(&tab.id().to_owned()) && url.starts_with(APP) {
            return Ok((popup, tab));
        }
    }
    anyhow::bail!("no tab was opened")
}

in_both_browsers! {
    async fn a_check_reads_the_page_and_closes_the_tab_that_it_opened(kind: Kind) -> Result<()> {
        let (site, browser) = at_three(kind).await?;
        let before = browser.tabs().await?.len();
        site.command(Command::RefillNow { account: "ana".into(), fast: None })?;
        let popup = checks(&browser).await?;
        let found = popup.wait("what was found", |popup| popup.text().contains("3 → 150")).await?;
        ensure!(found.amount("fast") == Some(150), "{found}");
        popup.close().await?;
        browser.eval_extension(ALONE).await?;
        ensure!(browser.tabs().await?.len() == before, "the tab of the check is still there");
        ensure!(browser.url().await?.starts_with(APP), "the user's own tab is gone");
        Ok(())
    }

    async fn a_check_outlives_the_background_says_what_it_found_and_closes_its_tab(kind: Kind) -> Result<()> {
        let (site, browser) = at_three(kind).await?;
        let (popup, _) = checks_slowly(&site, &browser).await?;
        let fault = Fault::begins(kind, "check in the background", "background killed while the page waits for its answer");
        browser.kill_worker().await?;
        site.command(Command::RefillNow { account: "ana".into(), fast: None })?;
        site.command(Command::Fault { fault: SiteFault::None, on: Target::Balance })?;
        let found = popup.wait("what was found", |popup| popup.text().contains("3 → 150")).await?;
        browser.eval_extension(ALONE).await?;
        fault.is_over(&[Some(150)], &[found.amount("fast")])
    }

    async fn a_check_tab_that_the_user_has_looked_at_stays_open(kind: Kind) -> Result<()> {
        let (site, browser) = at_three(kind).await?;
        let (popup, tab) = checks_slowly(&site, &browser).await?;
        tab.activate().await?;
        let fault = Fault::begins(kind, "check in the background", "the user takes its tab over");
        site.command(Command::RefillNow { account: "ana".into(), fast: None })?;
        site.command(Command::Fault { fault: SiteFault::None, on: Target::Balance })?;
        tab.wait_banner("the number", |banner| banner.amount("fast") == Some(150)).await?;
        popup.tab().activate().await?;
        let found = popup.wait("what was found", |popup| popup.text().contains("3 → 150")).await?;
        ensure!(tab.url().await?.starts_with(APP), "the tab is gone");
        fault.is_over(&[Some(150)], &[found.amount("fast")])
    }

    async fn a_check_whose_tab_the_user_closes_is_over_at_once(kind: Kind) -> Result<()> {
        let (site, browser) = at_three(kind).await?;
        let (popup, tab) = checks_slowly(&site, &browser).await?;
        let under_way = "open in a background tab";
        popup.wait("that it is under way", |popup| popup.text().contains(under_way)).await?;
        let fault = Fault::begins(kind, "check in the background", "the user closes its tab");
        tab.close().await?;
        // The end and the next step may be drawn one after the other.
        let is_over = |text: &str| !text.contains(under_way) && text.contains("The next check can start");
        let over = popup.wait("that it is over", |popup| is_over(&popup.text())).await?;
        fault.is_over(&[Some(3)], &[over.amount("fast")])
    }

    async fn there_is_no_check_while_signed_out_and_no_second_one_within_ten_minutes(kind: Kind) -> Result<()> {
        let (site, browser) = at_three(kind).await?;
        let popup = checks(&browser).await?;
        let found = popup.wait("what was found", |popup| popup.text().contains("still 3")).await?;
        ensure!(found.text().contains("The next check can start"), "{found}");
        let disabled = popup.eval("return document.querySelector('[data-action=check]')?.disabled ?? true;").await?;
        ensure!(disabled == true, "a second check can start at once");
        site.command(Command::Fault { fault: SiteFault::InvalidJwt, on: Target::Balance })?;
        browser.tab().activate().await?;
        browser.reload().await?;
        browser.wait_verdict("unknown").await?;
        popup.tab().activate().await?;
        popup.wait("why there is none", |popup| popup.text().contains("sign in first")).await?;
        Ok(())
    }
}
