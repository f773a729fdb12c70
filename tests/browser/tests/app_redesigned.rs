//! What the app may become overnight, and the page scripts must be ready for: its balance over a WebSocket, its
//! counter in pieces or in other digits, its document rewritten, its page restored from the back/forward cache.

use crate::common::variant::{before, counters_are_called_behind, reads_new_balance};
use crate::common::{APP, account, is_undisturbed, looking_at, site_of};
use anyhow::{Result, ensure};
use browser_tests::{Options, Surface, in_both_browsers};
use stand_in_site::{App, Command, Grouping, Markup, Place, Plan, PoolsChange, Transport, Upheaval};

in_both_browsers! {
    async fn answers_are_read_over_a_web_socket(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::Transport { transport: Transport::WebSocket })?;
        reads_new_balance(&site, &browser, 700).await?;
        is_undisturbed(&site, &browser).await
    }

    async fn a_pushed_balance_is_shown_without_a_reload(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::Transport { transport: Transport::LiveSocket })?;
        reads_new_balance(&site, &browser, 700).await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 100 })?;
        browser.wait_banner("what was pushed", |banner| banner.amount("fast") == Some(600)).await?;
        is_undisturbed(&site, &browser).await
    }

    async fn a_wrong_number_is_noticed_in_a_counter_in_pieces(kind: Kind) -> Result<()> {
        counters_are_called_behind(kind, &[
            (Grouping::Comma, Markup::SplitTexts, Place::Usual, "1,234"),
            (Grouping::Comma, Markup::Groups, Place::TopRight, "2,234"),
            (Grouping::None, Markup::Digits, Place::BottomLeft, "3234"),
        ]).await
    }

    async fn a_wrong_number_is_noticed_in_a_counter_that_rounds_or_uses_other_digits(kind: Kind) -> Result<()> {
        counters_are_called_behind(kind, &[
            (Grouping::Arabic, Markup::Button, Place::Usual, "\u{661}\u{66c}\u{662}\u{663}\u{664}"),
            (Grouping::CompactLower, Markup::Button, Place::Usual, "2.2k"),
            (Grouping::Compact, Markup::Text, Place::TopRight, "3.2K"),
        ]).await
    }

    async fn a_rewritten_document_gets_its_banner_and_is_read_again(kind: Kind) -> Result<()> {
        let (site, browser) = before(kind).await?;
        site.command(Command::App(App { upheaval: Upheaval::Rewritten, ..App::default() }))?;
        reads_new_balance(&site, &browser, 700).await?;
        browser.wait("document.querySelector('script[src*=again]')").await?;
        let pools = PoolsChange { fast: Some(650), ..PoolsChange::default() };
        site.command(Command::SetPools { account: "ana".into(), pools })?;
        browser.eval("await standIn.whenHydrated; await standIn.rewrite();").await?;
        // The banner may have the number a moment before the new document shows anything.
        let is_seen = |banner: &Surface| banner.amount("fast") == Some(650) && banner.is_visible();
        let banner = browser.wait_banner("the new number, to be seen", is_seen).await?;
        ensure!(banner.verdict() == Some("fresh"), "{banner}");
        let hosts = browser.eval("return document.querySelectorAll('#refill-watch').length;").await?;
        ensure!(hosts == 1, "{hosts} banners");
        is_undisturbed(&site, &browser).await
    }

    async fn a_page_from_the_back_forward_cache_has_its_banner_and_its_verdict(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::App(App { storable: true, ..App::default() }))?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.wait_verdict("fresh").await?;
        browser.goto("https://app.leonardo.ai/auth/login").await?;
        // Another device spends meanwhile. This page cannot know, but a second tab reads it.
        let pools = PoolsChange { fast: Some(30), ..PoolsChange::default() };
        site.command(Command::SetPools { account: "ana".into(), pools })?;
        let second = browser.new_tab(APP).await?;
        second.wait_banner("30", |banner| banner.amount("fast") == Some(30)).await?;
        browser.tab().activate().await?;
        browser.back().await?;
        browser.wait("document.readyState === 'complete' && document.querySelector('[data-stand-in=generate]')").await?;
        let persisted = browser.eval("await standIn.whenHydrated; return standIn.shown.includes(true);").await?;
        println!("{kind:?}: from the back/forward cache: {persisted}");
        let wanted = if persisted == true { "stale" } else { "fresh" };
        let banner = browser.wait_verdict(wanted).await?;
        ensure!(banner.is_visible(), "{banner}");
        is_undisturbed(&site, &browser).await
    }

}
