//! The main job: a number from before the refill, a refill that is late, a refill that came.

use crate::common::{account, falls_due_soon, looking_at, site_of, turns_stale};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Options, in_both_browsers};
use chrono::Utc;
use stand_in_site::{Command, Fault, Job, NewAccount, Plan, Renewal, Target};
use std::time::Duration;

/// The Tab key; and the keys that empty a field: End, then more Backspaces than anything typed here is long.
const TAB: char = '\u{E004}';
const CLEAR: &str = "\u{E010}\u{E003}\u{E003}\u{E003}\u{E003}\u{E003}\u{E003}";

/// Opens the card and waits for its button, which a pill does not have.
async fn open_card(browser: &Browser) -> Result<()> {
    browser.click_banner("expand", None).await?;
    browser.wait_banner("the card", |banner| banner.actions().contains(&"fresh-reload")).await?;
    Ok(())
}

in_both_browsers! {
    async fn banner_and_badge_turn_stale_by_themselves_when_a_refill_falls_due(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let due = falls_due_soon(&site, &browser, "ana").await?;
        let stale = turns_stale(&browser).await?;
        // The delay is printed, not asserted, because a busy machine is no defect. It should be below a second.
        let late_ms = (Utc::now() - due).num_milliseconds();
        println!("{kind:?}: stale {late_ms} ms after the refill was due");
        ensure!(late_ms >= 0, "it turned stale {late_ms} ms before the refill was due");
        ensure!(stale.text().contains("This 3 is from before"), "{stale}");
        ensure!(browser.badge().await? == "!", "the badge says {:?}", browser.badge().await?);
        Ok(())
    }

    async fn a_late_refill_is_called_late_and_then_refilled(kind: Kind) -> Result<()> {
        let site = site_of(NewAccount { job: Job::Never, ..account("ana", Plan::Free, 0) }).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        falls_due_soon(&site, &browser, "ana").await?;
        turns_stale(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let late = browser
            .wait_banner("what the reload found", |banner| banner.verdict() == Some("late") && banner.text().contains("Still 0"))
            .await?;
        ensure!(late.text().contains("the server says so"), "{late}");
        site.command(Command::RefillNow { account: "ana".into(), fast: None })?;
        browser.click_banner("fresh-reload", None).await?;
        let refilled = browser
            .wait_banner("what came", |banner| banner.verdict() == Some("refilled") && banner.text().contains("0 → 150"))
            .await?;
        ensure!(refilled.amount("fast") == Some(150), "{refilled}");
        ensure!(browser.badge().await? == "150");
        Ok(())
    }

    async fn the_first_minutes_after_a_refill_was_due_read_calmly(kind: Kind) -> Result<()> {
        let site = site_of(NewAccount { job: Job::Never, ..account("ana", Plan::Free, 0) }).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        falls_due_soon(&site, &browser, "ana").await?;
        turns_stale(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let is_due = |surface: &browser_tests::Surface| {
            surface.verdict() == Some("late") && surface.root().and_then(|root| root.attr("data-reason")) == Some("just-due")
        };
        browser.wait_banner("what the reload found", |banner| is_due(banner) && banner.text().contains("Still 0")).await?;
        open_card(&browser).await?;
        let card = browser.wait_banner("the card", |banner| banner.text().contains("Refills usually take a few minutes")).await?;
        let popup = browser.popup().await?;
        let popup = popup.wait("the same", |popup| is_due(popup) && popup.text().contains("Refills usually take a few minutes")).await?;
        for surface in [card, popup] {
            ensure!(surface.text().contains("Due at "), "{surface}");
            let alarms = ["warn", "bad", "steps"];
            let alarm = surface.all().find(|node| node.visible && alarms.iter().any(|class| node.has_class(class)));
            ensure!(alarm.is_none(), "{:?} in {surface}", alarm.and_then(|node| node.attr("class")));
        }
        ensure!(browser.badge().await? == "0", "the badge says {:?}", browser.badge().await?);
        Ok(())
    }

    async fn a_refill_that_came_on_time_is_found_by_one_click(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 12)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        falls_due_soon(&site, &browser, "ana").await?;
        turns_stale(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let refilled = browser
            .wait_banner("what came", |banner| banner.verdict() == Some("refilled") && banner.text().contains("12 → 150"))
            .await?;
        ensure!(refilled.amount("fast") == Some(150), "{refilled}");
        Ok(())
    }

    async fn a_paid_account_follows_its_renewal_date(kind: Kind) -> Result<()> {
        let site = site_of(account("grace", Plan::Essential, 120)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("the card", |banner| banner.text().contains("Monthly refill")).await?;
        falls_due_soon(&site, &browser, "grace").await?;
        turns_stale(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let refilled = browser.wait_verdict("refilled").await?;
        ensure!(refilled.amount("fast") == Some(8500), "{refilled}");
        ensure!(refilled.amount("rollover") == Some(120), "what was left has not rolled over: {refilled}");
        Ok(())
    }

    async fn a_team_workspace_shows_the_team_pool(kind: Kind) -> Result<()> {
        let site = site_of(NewAccount::new("crew", Plan::Team)).await?;
        site.command(Command::SelectTeam { account: "crew".into(), selected: true })?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.amount("team").is_some() && banner.pool("fast").is_none(), "{banner}");
        Ok(())
    }

    async fn a_page_that_sends_no_balance_is_reported_with_the_next_step(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 40)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        site.command(Command::Fault { fault: Fault::NoBalance, on: Target::Everything })?;
        open_card(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let patient = browser.tab().within(Duration::from_secs(45));
        let said = patient.wait_banner("that no balance came", |banner| banner.text().contains("sent no balance")).await?;
        ensure!(said.text().contains("Help centre"), "no next step: {said}");
        ensure!(said.amount("fast") == Some(40), "the last known number is gone: {said}");
        Ok(())
    }

    async fn a_reload_that_finds_the_user_signed_out_says_so(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 40)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        site.command(Command::Fault { fault: Fault::InvalidJwt, on: Target::Balance })?;
        open_card(&browser).await?;
        browser.click_banner("fresh-reload", None).await?;
        let said = browser.wait_verdict("unknown").await?;
        let said = if said.text().contains("sign in again") { said } else {
            browser.wait_banner("why", |banner| banner.text().contains("sign in again")).await?
        };
        ensure!(said.amount("fast") == Some(40), "the last known number is gone: {said}");
        Ok(())
    }

    async fn a_time_set_in_the_options_moves_the_refill_at_once(kind: Kind) -> Result<()> {
        let mut ana = account("ana", Plan::Free, 40);
        ana.renewal = Renewal::Null;
        let site = site_of(ana).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let options = browser.extension_page("options.html").await?;
        options.wait("the options", |page| page.all().any(|node| node.attr("id") == Some("daily_reset_utc"))).await?;
        options.tab().click("#daily_reset_utc").await?;
        options.tab().keys("9:99\u{E004}").await?;
        options.wait("what was wrong", |page| page.text().contains("hours and minutes")).await?;
        let next_minute = Utc::now() + chrono::Duration::minutes(1);
        options.tab().click("#daily_reset_utc").await?;
        options.tab().keys(&format!("{CLEAR}{}{TAB}", next_minute.format("%H:%M"))).await?;
        options.wait("no complaint", |page| !page.text().contains("hours and minutes")).await?;
        browser.tab().activate().await?;
        let patient = browser.tab().within(Duration::from_secs(75));
        let stale = patient.wait_verdict("stale").await?;
        println!("{kind:?}: stale {} ms into the minute", Utc::now().timestamp_millis() % 60_000);
        ensure!(stale.text().contains("This 40 is from before"), "{stale}");
        Ok(())
    }
}
