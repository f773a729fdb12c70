//! What the tests share: a site with one account signed in, and a browser that shows it.
#![allow(dead_code)] // Each test file uses its own part.

pub mod saved;
pub mod variant;

use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Options, Surface};
use chrono::{DateTime, DurationRound, Utc};
use serde_json::Value;
use stand_in_site::{Command, Due, NewAccount, Plan, PoolsChange, Renewal, Site};
use std::time::Duration;

/// The app's home page.
pub const APP: &str = "https://app.leonardo.ai/";

/// An account that holds `fast` tokens.
pub fn account(id: &str, plan: Plan, fast: u64) -> NewAccount {
    NewAccount {
        pools: PoolsChange { fast: Some(fast), ..PoolsChange::default() },
        ..NewAccount::new(id, plan)
    }
}

/// A site where `account` is signed in.
pub async fn site_of(account: NewAccount) -> Result<Site> {
    let site = Site::start().await?;
    let id = account.id.clone();
    site.command(Command::AddAccount(account))?;
    site.command(Command::SignIn { account: id })?;
    Ok(site)
}

/// A browser that has opened the app and shows a banner with an amount.
pub async fn looking_at(kind: Kind, site: &Site, options: Options) -> Result<Browser> {
    let browser = Browser::open(kind, site, options).await?;
    browser.goto(APP).await?;
    browser
        .wait_banner("an amount", |banner| banner.amount("fast").or(banner.amount("team")).is_some())
        .await?;
    Ok(browser)
}

/// Waits until the refill that [`falls_due_soon`] has set is due and the banner turns stale.
pub async fn turns_stale(browser: &Browser) -> Result<Surface> {
    browser.tab().within(Duration::from_secs(40)).wait_verdict("stale").await
}

/// Lets the account's refill fall due soon, and waits until the page has read that date. The browser is open
/// already, so that a slow machine does not let the moment pass unseen.
pub async fn falls_due_soon(site: &Site, browser: &Browser, id: &str) -> Result<DateTime<Utc>> {
    falls_due(site, browser, id, Due::InSeconds(15)).await
}

/// The same for a whole minute at least ten seconds away: daily refills are planned by the minute.
pub async fn falls_due_at_a_minute(site: &Site, browser: &Browser, id: &str) -> Result<DateTime<Utc>> {
    let soon = Utc::now() + chrono::Duration::seconds(70);
    falls_due(site, browser, id, Due::At(soon.duration_trunc(chrono::Duration::minutes(1))?)).await
}

async fn falls_due(site: &Site, browser: &Browser, id: &str, due: Due) -> Result<DateTime<Utc>> {
    // The site tells free accounts no date today, so a test that needs one asks for it.
    site.command(Command::Renewal { account: id.into(), renewal: Renewal::Visible })?;
    site.command(Command::SetDue { account: id.into(), due })?;
    let due = site.account(id).context("the account")?.due;
    let instant = due.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    browser.reload().await?;
    browser
        .wait_banner("the new date", |banner| {
            banner.verdict() == Some("fresh") && banner.times().contains(&instant.as_str())
        })
        .await?;
    Ok(due)
}

/// What the extension stores about its first tab.
pub async fn kept_tab(browser: &Browser) -> Result<Value> {
    let tabs =
        browser.eval_extension("return (await chrome.storage.session.get('tabs')).tabs ?? '{}';").await?;
    let tabs: Value = serde_json::from_str(tabs.as_str().context("a text")?)?;
    let tab = tabs["tabs"].as_array().and_then(|tabs| tabs.first()).context("a tab")?;
    Ok(tab.as_array().and_then(|pair| pair.get(1)).cloned().unwrap_or_else(|| tab.clone()))
}

/// The text of what the extension takes for the counter in its first tab.
pub async fn counter(browser: &Browser) -> Result<Option<String>> {
    Ok(kept_tab(browser).await?["counter"]["text"].as_str().map(str::to_owned))
}

/// Waits for the next change of a storage area (`local`, `session`), or 250 ms: it may have come already.
pub async fn storage_changes(browser: &Browser, area: &str) -> Result<()> {
    let script = format!(
        "await new Promise((done) => {{ chrome.storage.{area}.onChanged.addListener(done); setTimeout(done, 250); }});"
    );
    browser.eval_extension(&script).await.map(drop)
}

/// How often the extension has refused something for this reason.
pub async fn refused(browser: &Browser, reason: &str) -> Result<u64> {
    let meta =
        browser.eval_extension("return (await chrome.storage.local.get('meta')).meta ?? '{}';").await?;
    let meta: Value = serde_json::from_str(meta.as_str().context("a text")?)?;
    let pairs = meta["diagnostics"]["refused"].as_array().cloned().unwrap_or_default();
    Ok(pairs.iter().find(|pair| pair[0] == reason).and_then(|pair| pair[1].as_u64()).unwrap_or(0))
}

/// Waits until the counter that the extension found reads `text`.
pub async fn counter_reads(browser: &Browser, text: &str) -> Result<()> {
    let mut last = None;
    for _ in 0..60 {
        last = counter(browser).await?;
        if last.as_deref() == Some(text) {
            return Ok(());
        }
        // Every change of the counter is stored.
        storage_changes(browser, "session").await?;
    }
    anyhow::bail!("the counter reads {last:?}, not {text:?}")
}

/// Checks that page and server have noticed nothing: the page hydrated what its server drew, the console has no
/// complaint, no policy was violated, and only the page itself has sent requests.
pub async fn is_undisturbed(site: &Site, browser: &Browser) -> Result<()> {
    let recovered = browser.eval("await standIn.whenHydrated; return standIn.recovered;").await?;
    ensure!(
        recovered.as_array().is_some_and(Vec::is_empty),
        "the page did not find its HTML unchanged: {recovered}"
    );
    quiet(browser)?;
    for request in site.requests() {
        let is_ours =
            |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains("-extension://"));
        ensure!(
            !is_ours(&request.origin) && !is_ours(&request.referer),
            "the extension sent a request: {request:?}"
        );
        ensure!(request.path != "/csp-report", "the page's policy was violated: {request:?}");
    }
    Ok(())
}

/// Checks that the console has no warning, no error and no line that names the extension.
pub fn quiet(browser: &Browser) -> Result<()> {
    let loud: Vec<_> = browser
        .console()
        .into_iter()
        .filter(|line| ["warn", "error"].contains(&line.level.as_str()) || line.text.contains("extension://"))
        .collect();
    ensure!(loud.is_empty(), "the console is not silent: {loud:?}");
    Ok(())
}
