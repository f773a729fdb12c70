//! Times on the surfaces are the user's own, wherever that is and on whichever side of a clock change.

use crate::common::{account, looking_at, quiet, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Kind, Options, Surface, in_both_browsers, in_chromium};
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use stand_in_site::{Command, Due, NewAccount, Plan, Shape};

/// What the card says about a refill due at `due` to somebody in `zone`.
async fn card_in(kind: Kind, zone: &str, due: DateTime<Utc>) -> Result<String> {
    let grace = NewAccount { due: Some(Due::At(due)), ..account("grace", Plan::Essential, 120) };
    let site = site_of(grace).await?;
    let browser = looking_at(kind, &site, Options::default().time_zone(zone)).await?;
    browser.click_banner("expand", None).await?;
    let card = browser.wait_banner("the card", |banner| banner.text().contains("Monthly refill")).await?;
    Ok(card.text())
}

/// 10:00 UTC on the next second Sunday of March.
fn next_spring(now: DateTime<Utc>) -> DateTime<Utc> {
    let in_year = |year| {
        NaiveDate::from_weekday_of_month_opt(year, 3, Weekday::Sun, 2)
            .and_then(|day| day.and_hms_opt(10, 0, 0))
    };
    let this = in_year(now.year()).unwrap_or_default().and_utc();
    if this > now { this } else { in_year(now.year() + 1).unwrap_or_default().and_utc() }
}

/// This many days from now at `hour`:30 UTC.
fn soon(now: DateTime<Utc>, days: i64, hour: u32) -> DateTime<Utc> {
    let day = (now + chrono::Duration::days(days)).date_naive();
    day.and_hms_opt(hour, 30, 0).unwrap_or_default().and_utc()
}

fn local(due: DateTime<Utc>, zone: chrono_tz::Tz) -> String {
    due.with_timezone(&zone).format("%-I:%M %p").to_string()
}

in_both_browsers! {
    async fn los_angeles_sees_its_own_time_and_zone(kind: Kind) -> Result<()> {
        let due = soon(Utc::now(), 20, 7);
        let card = card_in(kind, "America/Los_Angeles", due).await?;
        let time = local(due, chrono_tz::America::Los_Angeles);
        ensure!(card.contains(&time) && card.contains("Pacific") && card.contains("07:30 UTC"), "{time} in {card}");
        Ok(())
    }

    async fn kolkata_sees_its_half_hour(kind: Kind) -> Result<()> {
        let due = soon(Utc::now(), 20, 7);
        let card = card_in(kind, "Asia/Kolkata", due).await?;
        ensure!(card.contains("1:00 PM") && card.contains("India Standard Time"), "{card}");
        Ok(())
    }

    async fn instants_on_both_sides_of_a_clock_change_are_shown_by_the_clock_of_that_day(kind: Kind) -> Result<()> {
        // The next Sunday on which California's clocks go forward: 02:00 PST becomes 03:00 PDT at 10:00 UTC. The
        // date of an API plan may lie that far ahead.
        let zone = chrono_tz::America::Los_Angeles;
        let change = next_spring(Utc::now());
        for (due, name) in [(change - chrono::Duration::minutes(30), "before"), (change + chrono::Duration::minutes(30), "after")] {
            let site = site_of(account("grace", Plan::Essential, 120)).await?;
            site.command(Command::Shape { account: "grace".into(), shape: Shape::Rest })?;
            site.command(Command::ApiDue { account: "grace".into(), due })?;
            let browser = looking_at(kind, &site, Options::default().time_zone("America/Los_Angeles")).await?;
            browser.click_banner("expand", None).await?;
            let card = browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
            let row = card.pool("api").context("a row")?.text();
            let time = local(due, zone);
            ensure!(["1:30 AM", "3:30 AM"].contains(&time.as_str()), "the test's own arithmetic: {time}");
            ensure!(row.contains(&time) && row.contains("Mar"), "{name} the change, {time}: {row}");
        }
        Ok(())
    }
}

// Firefox reads the zone once per process.
in_chromium! {
    async fn a_time_zone_that_changes_while_running_is_followed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("midnight in UTC", |banner| banner.text().contains("12:00 AM")).await?;
        let fault = Fault::begins(kind, "clock", "the time zone changes while running").times(2);
        for (zone, midnight) in [("America/Los_Angeles", ["4:00 PM", "5:00 PM"]), ("Asia/Kolkata", ["5:30 AM"; 2])] {
            browser.set_time_zone(zone).await?;
            let other = browser.new_tab("about:blank").await?;
            browser.tab().activate().await?;
            other.close().await?;
            let says = |banner: &Surface| midnight.iter().any(|time| banner.text().contains(time));
            browser.wait_banner(&format!("midnight in {zone}"), says).await?;
        }
        let banner = browser.wait_verdict("fresh").await?;
        fault.is_over(&[Some(72)], &[banner.amount("fast")])?;
        quiet(&browser)
    }
}
