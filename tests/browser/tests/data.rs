//! The user's own data: saved to a file, deleted, and restored from it. And the command that opens the banner.

use crate::common::saved::{saved, saves_into};
use crate::common::{APP, account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Copy, Options, Popup, in_both_browsers};
use stand_in_site::{Command, Plan};

/// Lets the tests run the extension's command. Keys typed by a driver go to the page, past the browser's own
/// shortcuts.
const COMMANDED: &str = "{ const channel = new BroadcastChannel('commands'); const { onCommand } = chrome.commands;
    const add = onCommand.addListener.bind(onCommand);
    onCommand.addListener = (react) => { add(react); channel.onmessage = async () => {
      const [tab] = await chrome.tabs.query({ active: true, url: 'https://app.leonardo.ai/*' }); react('toggle-banner', tab); }; }; }";

async fn options_of(browser: &Browser) -> Result<Popup> {
    let options = browser.extension_page("options.html").await?;
    options.wait("the data", |options| options.actions().contains(&"export")).await?;
    Ok(options)
}

in_both_browsers! {
    async fn everything_is_saved_deleted_and_read_back_from_the_file(kind: Kind) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        saves_into(&browser, folder.path()).await?;
        // No open tab knows the account, so whatever is shown of it later comes from the file.
        site.command(Command::SignOut)?;
        browser.goto("about:blank").await?;
        let options = options_of(&browser).await?;
        options.click("export", Some("json")).await?;
        let (file, text) = saved(folder.path(), ".json").await?;
        ensure!(!text.contains("\"ana\""), "the account's own id is in it: {text}");
        options.eval("for (const fold of document.querySelectorAll('details')) fold.open = true;").await?;
        options.click("delete-everything", None).await?;
        options.wait("that it can be brought back", |options| options.actions().contains(&"undo")).await?;
        let popup = browser.popup().await?;
        popup.wait("nothing", |popup| popup.verdict() == Some("unknown") && popup.amount("fast").is_none()).await?;
        options.tab().activate().await?;
        options.tab().choose_file("#import", &file).await?;
        popup.wait("the amount again", |popup| popup.amount("fast") == Some(72)).await?;
        let wrong = folder.path().join("holiday.json");
        std::fs::write(&wrong, "{\"format\":\"photos\"}")?;
        options.tab().choose_file("#import", &wrong).await?;
        options.wait("what is wrong with the file", |options| options.text().contains("Refill Watch did not save this file")).await?;
        ensure!(popup.surface().await?.is_some_and(|popup| popup.amount("fast") == Some(72)), "a wrong file removed something");
        Ok(())
    }

    async fn the_table_has_every_answer_in_the_columns_of_its_heading(kind: Kind) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        browser.reload().await?;
        browser.wait_banner("the new number", |banner| banner.amount("fast") == Some(64)).await?;
        saves_into(&browser, folder.path()).await?;
        let options = options_of(&browser).await?;
        options.click("export", Some("csv")).await?;
        let (_, text) = saved(folder.path(), ".csv").await?;
        let mut rows = text.lines();
        let columns = rows.next().context("a heading")?.split(',').count();
        ensure!(columns > 3 && rows.clone().count() >= 2, "{text}");
        ensure!(rows.all(|row| row.split(',').count() == columns), "a row is longer than the heading:\n{text}");
        for amount in ["72", "64"] {
            ensure!(text.split([',', '\n', '\r']).any(|cell| cell == amount), "{amount} is not in it:\n{text}");
        }
        Ok(())
    }

    async fn the_command_opens_and_folds_the_banner_and_elsewhere_opens_leonardo(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let copy = Copy::with(kind, COMMANDED)?;
        let browser = looking_at(kind, &site, Options::default().extension(copy.path())).await?;
        let size = |banner: &browser_tests::Surface, size: &str| banner.root().and_then(|root| root.attr("data-size")) == Some(size);
        let command = "window.commands ??= new BroadcastChannel('commands'); window.commands.postMessage('');";
        browser.eval_extension(command).await?;
        browser.wait_banner("the card", |banner| size(banner, "open")).await?;
        browser.eval_extension(command).await?;
        browser.wait_banner("the pill", |banner| size(banner, "pill")).await?;
        browser.goto("about:blank").await?;
        browser.eval_extension(command).await?;
        let opened = "return await new Promise((done) => {
            const look = async () => { const [tab] = await chrome.tabs.query({ url: 'https://app.leonardo.ai/*' }); if (tab) done(tab.url ?? tab.pendingUrl); };
            chrome.tabs.onUpdated.addListener(look); look(); });";
        let opened = browser.eval_extension(opened).await?;
        ensure!(opened.as_str().is_some_and(|url| url.starts_with(APP)), "{opened}");
        Ok(())
    }
}
