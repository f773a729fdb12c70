//! The app as a redesign may make it: other transports, other counters, other languages, other policies. Whatever it
//! looks like, the balances are read, the counter is known, and the page notices nothing.

use crate::common::variant::{
    before, counters_are_called_behind, is_right_or_not_known, reads_new_balance, shown,
};
use crate::common::{APP, is_undisturbed};
use anyhow::{Result, ensure};
use browser_tests::in_both_browsers;
use stand_in_site::{
    App, Command, Counter, FetchUse, FirstHtml, Grouping, Language, Markup, Place, PoolsChange, Transport,
    Upheaval,
};

in_both_browsers! {
    async fn answers_are_read_whatever_fetch_the_app_calls(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        let uses = [FetchUse::Plain, FetchUse::Captured, FetchUse::Patched, FetchUse::PatchedTwice];
        for (number, fetch) in (700..).zip(uses) {
            site.command(Command::App(App { fetch, ..App::default() }))?;
            reads_new_balance(&site, &browser, number).await?;
        }
        is_undisturbed(&site, &browser).await
    }

    async fn answers_are_read_by_xhr_after_hydration(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::Transport { transport: Transport::Xhr })?;
        reads_new_balance(&site, &browser, 700).await?;
        is_undisturbed(&site, &browser).await
    }

    async fn a_wrong_number_is_noticed_in_any_place_and_with_any_separator(kind: Kind) -> Result<()> {
        counters_are_called_behind(kind, &[
            (Grouping::None, Markup::Button, Place::Usual, "1234"),
            (Grouping::Comma, Markup::Text, Place::TopRight, "2,234"),
            (Grouping::Dot, Markup::Label, Place::Centre, "3.234"),
            (Grouping::Space, Markup::Button, Place::BottomLeft, "4\u{202f}234"),
            (Grouping::WideSpace, Markup::Text, Place::Usual, "5\u{a0}234"),
        ]).await
    }

    async fn a_page_without_a_counter_is_still_read(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        for (number, place) in (700..).zip([Place::Missing, Place::Breakdown]) {
            site.command(Command::Counter(Counter { place, ..Counter::default() }))?;
            reads_new_balance(&site, &browser, number).await?;
        }
        is_undisturbed(&site, &browser).await
    }

    async fn the_language_of_the_app_makes_no_difference(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        for (number, language) in (700..).zip([Language::En, Language::De, Language::Ja, Language::Ar]) {
            site.command(Command::App(App { language, ..App::default() }))?;
            reads_new_balance(&site, &browser, number).await?;
            let banner = browser.wait_banner("the banner", browser_tests::Surface::is_visible).await?;
            let rect = banner.root().map(|root| root.rect).unwrap_or_default();
            ensure!(rect.x >= 0.0 && rect.y >= 0.0 && rect.width > 0.0, "{language:?}: {rect:?}");
        }
        is_undisturbed(&site, &browser).await
    }

    async fn a_balance_in_the_first_html_is_right_or_unknown_but_never_wrong(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::App(App { first_html: FirstHtml::Embedded, ..App::default() }))?;
        browser.goto(APP).await?;
        ensure!(shown(&browser).await? == "1");
        is_right_or_not_known(&browser, 1).await?;
        let asked = site.requests().into_iter().any(|request| request.operation.as_deref() == Some("GetUserTokensFromSub"));
        ensure!(!asked, "the balance was asked for, though the page had it");
        is_undisturbed(&site, &browser).await
    }

    async fn a_page_that_isolates_itself_or_demands_trusted_types_keeps_its_banner(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        let policies = [(true, false), (false, true), (true, true)];
        for (number, (isolated, trusted_types)) in (700..).zip(policies) {
            site.command(Command::App(App { isolated, trusted_types, ..App::default() }))?;
            reads_new_balance(&site, &browser, number).await?;
        }
        is_undisturbed(&site, &browser).await
    }

    async fn a_balance_past_every_hook_is_right_or_unknown_but_never_wrong(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::App(App { fetch: FetchUse::Framed, ..App::default() }))?;
        browser.goto(APP).await?;
        browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent === '1'").await?;
        is_right_or_not_known(&browser, 1).await?;
        is_undisturbed(&site, &browser).await
    }

    /// Tests the stand-in site itself, which the tests of transports and of rewritten documents rely on.
    async fn the_app_works_over_every_transport_and_in_a_rewritten_document(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        let shows = |number: u64| format!("document.querySelector('[data-stand-in=tokens]')?.textContent === '{number}'");
        let transports = [Transport::Fetch, Transport::Xhr, Transport::WebSocket, Transport::LiveSocket];
        for (number, transport) in (700..).zip(transports) {
            let pools = PoolsChange { fast: Some(number), ..PoolsChange::default() };
            site.command(Command::SetPools { account: "ana".into(), pools })?;
            site.command(Command::Transport { transport })?;
            browser.goto(APP).await?;
            browser.wait(&shows(number)).await?;
            browser.click("[data-stand-in=generate]").await?;
            browser.wait(&shows(number - 8)).await?;
            let held = site.account("ana").map(|account| account.pools.fast);
            ensure!(held == Some(number - 8), "{transport:?}: the server holds {held:?}");
        }
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 95 })?;
        browser.wait(&shows(600)).await?;
        site.command(Command::App(App { upheaval: Upheaval::Rewritten, ..App::default() }))?;
        browser.goto(APP).await?;
        browser.wait("document.querySelector('script[src*=again]')").await?;
        browser.wait(&shows(600)).await?;
        is_undisturbed(&site, &browser).await
    }
}
