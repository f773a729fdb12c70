//! What the stories share: a site with one account signed in, and a browser that looks at it.
#![allow(dead_code)] // Each test file uses its own part.

use anyhow::Result;
use browser_tests::{Browser, Kind, Options};
use stand_in_site::{Command, NewAccount, Plan, PoolsChange, Site};

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

/// Nothing that is ours, and nothing that came of it, was written to the console.
pub fn quiet(browser: &Browser) -> Result<()> {
    let loud: Vec<_> =
        browser.console().into_iter().filter(|line| line.level == "warn" || line.level == "error").collect();
    anyhow::ensure!(loud.is_empty(), "the console is not silent: {loud:?}");
    Ok(())
}
