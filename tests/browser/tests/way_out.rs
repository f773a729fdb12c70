//! The way out when nothing helps: the report for support, the files, the fresh login, API credits.

use crate::common::saved::{saved, saved_bytes, saves_into};
use crate::common::{APP, account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Options, Popup, in_both_browsers};
use stand_in_site::{Command, NewAccount, Plan, PoolsChange, Shape, Site};
use tempfile::TempDir;

/// Unfolds everything.
const UNFOLD: &str = "for (const fold of document.querySelectorAll('details')) fold.open = true;";

/// The popup, once it offers a fresh reload.
async fn popup_with_reload(browser: &Browser) -> Result<Popup> {
    let popup = browser.popup().await?;
    popup.wait("the button", |popup| popup.actions().contains(&"fresh-reload")).await?;
    Ok(popup)
}

/// A browser that shows an account with 72 tokens and saves files into a folder.
async fn saving(kind: Kind) -> Result<(TempDir, Site, Browser)> {
    let folder = tempfile::tempdir()?;
    let site = site_of(account("ana", Plan::Free, 72)).await?;
    let browser = looking_at(kind, &site, Options::default()).await?;
    saves_into(&browser, folder.path()).await?;
    Ok((folder, site, browser))
}

in_both_browsers! {
    async fn the_report_leaves_out_what_was_unticked_and_is_saved_as_it_reads(kind: Kind) -> Result<()> {
        let (folder, _site, browser) = saving(kind).await?;
        let popup = popup_with_reload(&browser).await?;
        popup.eval(UNFOLD).await?;
        let lines = popup.eval("return [...document.querySelectorAll('.report li span')].map((line) => line.textContent);").await?;
        let lines: Vec<String> = serde_json::from_value(lines)?;
        ensure!(lines.len() > 3, "{lines:?}");
        ensure!(lines.iter().all(|line| !line.contains("ana")), "something of the account is in it: {lines:?}");
        popup.eval("document.querySelector('.report li:last-child input').scrollIntoView({ block: 'center' });").await?;
        popup.tab().click(".report li:last-child input").await?;
        popup.tab().wait("document.querySelector('.report li:last-child.left-out') !== null").await?;
        popup.click("save-support", None).await?;
        let (_, text) = saved(folder.path(), ".txt").await?;
        for line in &lines[..lines.len() - 1] {
            ensure!(text.contains(line.as_str()), "{line:?} is not in it:\n{text}");
        }
        ensure!(!text.contains(lines.last().context("a line")?.as_str()), "what was left out is in it:\n{text}");
        Ok(())
    }

    async fn each_field_of_the_form_has_a_button_that_copies_it(kind: Kind) -> Result<()> {
        let (_folder, _site, browser) = saving(kind).await?;
        let popup = popup_with_reload(&browser).await?;
        popup.eval(UNFOLD).await?;
        // No driver can read the clipboard in both browsers.
        popup.eval("window.copied = []; navigator.clipboard.writeText = async (text) => { window.copied.push(text); }; return true;").await?;
        for (field, begins) in [("subject", "A question about"), ("plan", "free"), ("description", "Written: ")] {
            popup.click("copy-field", Some(field)).await?;
            popup.tab().wait(&format!("document.querySelector(\"[data-action=copy-field][data-value={field}]\") !== null")).await?;
            let copied = popup.eval("while (!window.copied.length) await new Promise((done) => setTimeout(done, 20)); return window.copied.pop();").await?;
            ensure!(copied.as_str().is_some_and(|text| text.starts_with(begins)), "{field}: {copied}");
        }
        if let Ok(folder) = std::env::var("FIELDS_PICTURE") {
            popup.tab().screenshot(&std::path::Path::new(&folder).join(format!("{kind}.png"))).await?;
        }
        Ok(())
    }

    async fn the_diagnostics_are_a_replay_that_can_be_read(kind: Kind) -> Result<()> {
        let (folder, _site, browser) = saving(kind).await?;
        let popup = popup_with_reload(&browser).await?;
        popup.eval(UNFOLD).await?;
        popup.click("save-diagnostics", None).await?;
        let (_, text) = saved(folder.path(), ".jsonl").await?;
        let events = text.lines().map(serde_json::from_str).collect::<Result<Vec<serde_json::Value>, _>>()?;
        ensure!(events.iter().any(|event| event["event"] == "answer"), "no answer is in it:\n{text}");
        Ok(())
    }

    async fn the_calendar_file_has_the_daily_refill_with_its_alarm(kind: Kind) -> Result<()> {
        let (folder, _site, browser) = saving(kind).await?;
        let options = browser.extension_page("options.html").await?;
        options.wait("the button", |page| page.actions().contains(&"save-calendar")).await?;
        options.click("save-calendar", None).await?;
        let (_, text) = saved(folder.path(), ".ics").await?;
        ensure!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.contains("RRULE:FREQ=DAILY") && text.contains("BEGIN:VALARM"), "{text}");
        Ok(())
    }

    async fn a_fresh_login_warns_clears_the_site_and_reads_it_again(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = browser_tests::Copy::with(kind, "chrome.browsingData ??= {}; chrome.browsingData.remove = async (of, what) => {
             await chrome.storage.session.set({ cleared: JSON.stringify([of, what]) }); };")?;
        let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
        browser.goto(APP).await?;
        browser.wait_banner("an amount", |banner| banner.amount("fast") == Some(3)).await?;
        let popup = popup_with_reload(&browser).await?;
        ensure!(popup.surface().await?.is_some_and(|popup| !popup.actions().contains(&"fresh-login")), "it is offered at once");
        site.command(Command::Fault { fault: stand_in_site::Fault::InvalidJwt, on: stand_in_site::Target::Balance })?;
        popup.click("fresh-reload", None).await?;
        popup.wait("what was found", |popup| popup.text().contains("sign in again")).await?;
        popup.eval(UNFOLD).await?;
        let offered = popup.wait("the offer", |popup| popup.actions().contains(&"fresh-login")).await?;
        ensure!(offered.text().contains("signs you out"), "no warning: {offered}");
        let answered = "window.asked = new Promise((done) => { chrome.permissions.request = async (what) => { done(JSON.stringify(what)); return true; }; });";
        popup.eval(&format!("{answered} return true;")).await?;
        site.command(Command::Fault { fault: stand_in_site::Fault::None, on: stand_in_site::Target::Balance })?;
        popup.click("fresh-login", None).await?;
        let asked = popup.eval("return await window.asked;").await?;
        ensure!(asked == r#"{"permissions":["browsingData"]}"#, "{asked}");
        popup.wait("the number, read anew", |popup| popup.verdict() == Some("fresh") && popup.amount("fast") == Some(3)).await?;
        let cleared = browser.eval_extension("return (await chrome.storage.session.get('cleared')).cleared;").await?;
        let cleared = cleared.as_str().context("nothing was cleared")?;
        ensure!(cleared.contains("leonardo.ai") && cleared.contains("cookies"), "{cleared}");
        Ok(())
    }

    async fn the_page_about_api_credits_says_that_they_are_separate(kind: Kind) -> Result<()> {
        let pools = PoolsChange { fast: Some(0), api: Some(3500.0), ..PoolsChange::default() };
        let site = site_of(NewAccount { pools, shape: Shape::Rich, ..NewAccount::new("ana", Plan::Free) }).await?;
        let browser = Browser::open(kind, &site, Options::default()).await?;
        browser.goto(APP).await?;
        browser.wait_banner("a pill", |banner| banner.actions().contains(&"expand")).await?;
        browser.click_banner("expand", None).await?;
        let pot = "Your 3,500 API credits are separate; the app does not spend them";
        let card = browser.wait_banner("what they are", |banner| banner.text().contains(pot)).await?;
        ensure!(card.amount("api") == Some(3500), "{card}");
        browser.goto(&format!("{APP}api-access")).await?;
        let page = "This page shows API credits. The app spends from another pool: 0 fast tokens";
        browser.wait_banner("what the page is about", |banner| banner.text().contains(page)).await?;
        Ok(())
    }

    async fn a_warning_at_the_chosen_level_shows_the_way_to_more(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let options = browser.extension_page("options.html").await?;
        options.wait("the choice", |page| page.all().any(|node| node.attr("data-setting") == Some("warn_below"))).await?;
        let half = "[data-setting=warn_below][value='50']";
        options.eval(&format!("document.querySelector(\"{half}\").scrollIntoView({{ block: 'center' }});")).await?;
        options.tab().click(half).await?;
        let popup = browser.popup().await?;
        let warned = popup.wait("the warning", |popup| popup.text().contains("Only 72 left: 48% of your plan's 150")).await?;
        ensure!(warned.text().contains("Plans and top-up"), "no way to more: {warned}");
        Ok(())
    }

    async fn a_number_is_old_from_the_chosen_age_on(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Essential, 72)).await?;
        let ahead = "const real = Date.now.bind(Date); let skew = 0; Date.now = () => real() + skew;
             chrome.storage.onChanged.addListener((changes) => { if (changes.skew) skew = changes.skew.newValue; });";
        let copy = browser_tests::Copy::with(kind, ahead)?;
        let browser = looking_at(kind, &site, Options::default().extension(copy.path())).await?;
        browser.eval_extension("await chrome.storage.session.set({ skew: 7_200_000 });").await?;
        let popup = browser.popup().await?;
        popup.wait("two hours are not old", |popup| {
            popup.text().contains("Up to date") && popup.text().contains("2 hours ago")
        }).await?;
        let options = browser.extension_page("options.html").await?;
        let hour = "[data-setting=old_after][value='1']";
        options.wait("the choice", |page| page.all().any(|node| node.attr("data-setting") == Some("old_after"))).await?;
        options.eval(&format!("document.querySelector(\"{hour}\").scrollIntoView({{ block: 'center' }});")).await?;
        options.tab().click(hour).await?;
        let old = popup.wait("they are now", |popup| !popup.text().contains("Up to date")).await?;
        ensure!(old.text().contains("Read 2 hours ago"), "{old}");
        ensure!(old.all().any(|node| node.has_class("ring") && node.has_class("pale")), "the ring is not pale: {old}");
        let reload = old.action("fresh-reload", None).context("a reload")?;
        ensure!(reload.has_class("btn") && !reload.has_class("ghost"), "the reload is not the main action: {old}");
        ensure!(browser.badge().await? == "2h", "the badge says {:?}", browser.badge().await?);
        Ok(())
    }

    async fn a_picture_that_fails_is_mentioned_and_the_report_is_saved_all_the_same(kind: Kind) -> Result<()> {
        let (folder, _site, browser) = saving(kind).await?;
        // Opened as a page, the popup has no right to the tab in front, which the toolbar button would give.
        let popup = popup_with_reload(&browser).await?;
        popup.eval(UNFOLD).await?;
        popup.click("save-support", None).await?;
        popup.wait("why there is none", |popup| popup.text().contains("Could not take the picture")).await?;
        let (_, text) = saved(folder.path(), ".txt").await?;
        ensure!(text.contains("Plan: free"), "{text}");
        Ok(())
    }

    async fn the_picture_of_the_tab_is_saved_beside_the_report(kind: Kind) -> Result<()> {
        let (folder, _site, browser) = saving(kind).await?;
        let popup = popup_with_reload(&browser).await?;
        // No driver can press the toolbar button, which gives the right to take the picture, so the test fakes both.
        popup.eval("const canvas = document.createElement('canvas'); const picture = canvas.toDataURL();
             chrome.tabs.query = async () => [{ id: 1, windowId: 1 }]; chrome.tabs.captureVisibleTab = async () => picture;").await?;
        popup.eval(UNFOLD).await?;
        popup.click("save-support", None).await?;
        let picture = saved_bytes(folder.path(), ".png").await?;
        ensure!(picture.starts_with(b"\x89PNG"), "no picture: {} bytes", picture.len());
        saved(folder.path(), ".txt").await?;
        Ok(())
    }
}
