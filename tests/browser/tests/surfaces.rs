//! Banner, popup and badge: what they show, what they remember, and that they agree.

use crate::common::{APP, account, counter_reads, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Options, in_both_browsers};
use stand_in_site::{Command, NewAccount, Plan, PoolsChange, Transport};

in_both_browsers! {
    async fn a_strict_page_policy_neither_stops_the_banner_nor_is_violated(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("the card", |banner| banner.text().contains("Daily refill")).await?;
        let reports: Vec<_> = site.requests().into_iter().filter(|request| request.path.contains("csp-report")).collect();
        ensure!(reports.is_empty(), "the page's policy was violated: {reports:?}");
        ensure!(browser.console().is_empty(), "the page's console is not silent: {:?}", browser.console());
        Ok(())
    }

    async fn answers_are_read_over_xhr_as_over_fetch(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::Transport { transport: Transport::Xhr })?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let banner = browser.banner().await?.context("a banner")?;
        ensure!(banner.amount("fast") == Some(72), "{banner}");
        Ok(())
    }

    async fn the_open_card_names_every_pool_and_what_it_is_for(kind: Kind) -> Result<()> {
        let pools = PoolsChange { fast: Some(4200), rollover: Some(900), top_up: Some(50), ..PoolsChange::default() };
        let site = site_of(NewAccount { pools, ..NewAccount::new("grace", Plan::Essential) }).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        let card = browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        for (pool, amount) in [("fast", 4200), ("rollover", 900), ("top-up", 50)] {
            ensure!(card.amount(pool) == Some(amount), "{pool}: {card}");
        }
        for words in ["4,200", "leftovers roll over", "Left over from earlier months", "never expires", "For the API only"] {
            ensure!(card.text().contains(words), "{words:?} is not said: {card}");
        }
        Ok(())
    }

    async fn two_tabs_with_different_numbers_are_told_apart(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        let second = browser.new_tab(APP).await?;
        let fresh = second.wait_banner("the new number", |banner| banner.amount("fast") == Some(64)).await?;
        ensure!(fresh.verdict() == Some("fresh"), "{fresh}");
        browser.tab().activate().await?;
        let stale = browser.wait_verdict("stale").await?;
        ensure!(stale.text().contains("This 72 is out of date"), "{stale}");
        ensure!(stale.text().contains("64"), "it does not name the newer number: {stale}");
        Ok(())
    }

    async fn a_counter_that_lags_behind_the_answer_is_noticed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click("[data-stand-in=generate]").await?;
        // Now the page has drawn its number after the generation, and will not draw it again.
        counter_reads(&browser, "64").await?;
        // The page shows a number that no answer gave, as a cache of its own would.
        browser.eval("document.querySelector('[data-stand-in=tokens]').textContent = '999';").await?;
        let behind = browser.wait_verdict("stale").await?;
        ensure!(behind.text().contains("The page shows an old number"), "{behind}");
        Ok(())
    }

    async fn popup_and_badge_tell_the_same_with_and_without_a_tab(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        ensure!(browser.badge().await? == "72", "{}", browser.badge().await?);
        let popup = browser.popup().await?;
        let shown = popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        ensure!(shown.verdict() == Some("fresh"), "{shown}");
        ensure!(shown.text().contains("72 of 150 fast tokens"), "{shown}");
        popup.close().await?;
        browser.goto("about:blank").await?;
        let popup = browser.popup().await?;
        let alone = popup.wait("a way to open the app", |popup| popup.actions().contains(&"open-app")).await?;
        ensure!(alone.amount("fast") == Some(72), "without a tab it has forgotten: {alone}");
        ensure!(alone.text().contains("Read"), "it does not say how old that is: {alone}");
        ensure!(browser.badge().await? == "72", "{}", browser.badge().await?);
        Ok(())
    }

    async fn a_fresh_reload_from_the_popup_opens_the_app_when_no_tab_has_it(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.goto("about:blank").await?;
        let popup = browser.popup().await?;
        popup.wait("a way to open the app", |popup| popup.actions().contains(&"open-app")).await?;
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        popup.click("fresh-reload", None).await?;
        let found = popup.wait("what was found", |popup| popup.text().contains("72 → 64")).await?;
        ensure!(found.amount("fast") == Some(64), "{found}");
        Ok(())
    }

    async fn fold_and_corner_are_remembered_over_reloads_and_a_killed_background(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("expand", None).await?;
        browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
        browser.click_banner("move-to", Some("top-left")).await?;
        browser.wait_banner("the corner", |banner| banner.root().and_then(|root| root.attr("data-corner")) == Some("top-left")).await?;
        browser.click_banner("fold", None).await?;
        browser.wait_banner("the pill", |banner| banner.root().and_then(|root| root.attr("data-size")) == Some("pill")).await?;
        browser.kill_worker().await?;
        browser.reload().await?;
        let banner = browser.wait_banner("an amount", |banner| banner.amount("fast") == Some(72)).await?;
        let root = banner.root().context("a root")?;
        ensure!(root.attr("data-size") == Some("pill") && root.attr("data-corner") == Some("top-left"), "{banner}");
        ensure!(root.rect.x < 100.0 && root.rect.y < 100.0, "it is not in the corner: {:?}", root.rect);
        Ok(())
    }

    async fn a_banner_that_was_put_away_stays_away_until_the_verdict_changes(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        browser.click_banner("put-away", None).await?;
        browser.wait_banner("nothing to see", |banner| !banner.is_visible()).await?;
        browser.reload().await?;
        // The last known number is there before the new page has its answer, so the verdict is what counts.
        let away = browser.wait_verdict("fresh").await?;
        ensure!(!away.is_visible(), "it came back though nothing changed: {away}");
        site.command(Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        let second = browser.new_tab(APP).await?;
        second.wait_banner("the new number", |banner| banner.amount("fast") == Some(64)).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the banner again", |banner| banner.is_visible() && banner.verdict() == Some("stale")).await?;
        Ok(())
    }

    async fn the_introduction_and_the_hint_to_pin_the_button_appear_once(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let tabs = browser.tabs().await?.len();
        let says = |surface: &browser_tests::Surface| surface.text().contains("says whether the number on this page is right");
        browser.wait_banner("what it is", says).await?;
        ensure!(tabs == 1, "the installation has opened a page");
        browser.past_the_introduction().await?;
        browser.kill_worker().await?;
        browser.reload().await?;
        let again = browser.wait_banner("the pill", |banner| banner.amount("fast") == Some(72) && banner.is_visible()).await?;
        ensure!(!says(&again), "the introduction appears again: {again}");
        // Whether a fresh profile has the button in the toolbar depends on the browser.
        let popup = browser.popup().await?;
        let on_toolbar = popup.eval("return (await chrome.action.getUserSettings?.())?.isOnToolbar ?? true;").await? == true;
        let shown = popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        ensure!(shown.text().contains("pin the button") != on_toolbar, "in the toolbar: {on_toolbar}, but: {shown}");
        if !on_toolbar {
            popup.click("got-it", None).await?;
            popup.wait("the popup without it", |popup| !popup.text().contains("pin the button")).await?;
        }
        Ok(())
    }

    async fn a_pill_is_small_and_in_its_corner(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let options = Options::default().size(1280, 800);
        let browser = Browser::open(kind, &site, options).await?;
        browser.goto(APP).await?;
        browser.past_the_introduction().await?;
        let banner = browser.wait_banner("the pill", |banner| banner.amount("fast") == Some(72) && banner.is_visible()).await?;
        let rect = banner.root().context("a root")?.rect;
        ensure!(rect.height < 48.0 && rect.width < 300.0, "a pill of {rect:?}");
        ensure!(rect.x + rect.width > 900.0 && rect.y + rect.height > 500.0, "not in the lower right: {rect:?}");
        Ok(())
    }
}
