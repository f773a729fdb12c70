//! What the extension costs the page, on the stand-in site. All but the time to the banner is by Chromium's counters.

use crate::figures::{Figures, Section};
use anyhow::{Context, Result};
use browser_tests::{Browser, Kind, Options};
use serde_json::{Value, json};
use stand_in_site::{Command, NewAccount, Plan, PoolsChange, Site};

pub(crate) const APP: &str = "https://app.leonardo.ai/";

/// Pairs of loads in a round, with and without the extension; each pair gives a value.
const LOADS: usize = 10;

/// Loads before the first that counts, while the browser still compiles code that is new to it.
const WARM_UP: usize = 5;

/// Storms in a round. Only the cheapest counts, because other work on the machine can only add to it.
const STORMS: usize = 3;

/// How many seconds an idle page is watched.
const IDLE_S: f64 = 5.0;

/// Waits until the page has come to rest after a load.
const REST: &str = "await new Promise((done) => setTimeout(done, 2000));";

/// Waits until nothing is left to do for the load: a few seconds later the banner checks whether the number has
/// settled.
const SETTLE: &str = "await new Promise((done) => setTimeout(done, 8000));";

/// Fills a feed with 10,000 nodes, 500 a frame.
pub(crate) const STORM: &str = "const feed = document.createElement('section'); document.body.append(feed);
    for (let frame = 0; frame < 20; frame++) {
      for (let i = 0; i < 500; i++) { const item = document.createElement('p'); item.textContent = `item ${i}`; feed.append(item); }
      await new Promise(requestAnimationFrame);
    }
    feed.remove();
    await new Promise((done) => setTimeout(done, 1000));";

/// Sends the page a balance over a socket 200 ms from now, and keeps that moment in `told`.
const TELL: &str = "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql'); socket.close();
    const data = JSON.stringify({ id: '1', type: 'next', payload: { data: { user_details: [{ plan: 'FREE', subscriptionTokens: AMOUNT }] } } });
    setTimeout(() => { window.told = performance.now(); socket.dispatchEvent(new MessageEvent('message', { data })); }, 200);";

/// Waits until the banner shows the amount.
const SHOWN: &str = "(root) => new Promise((done) => {
    const look = () => root.querySelector('[data-pool=fast][data-amount=\"AMOUNT\"]') && done(performance.now());
    new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true });
    look();
  })";

pub(crate) async fn site() -> Result<Site> {
    let site = Site::start().await?;
    let pools = PoolsChange { fast: Some(72), ..PoolsChange::default() };
    site.command(Command::AddAccount(NewAccount { pools, ..NewAccount::new("ana", Plan::Free) }))?;
    site.command(Command::SignIn { account: "ana".into() })?;
    Ok(site)
}

/// A browser whose page shows its banner and has come to rest, and the site it is on.
pub(crate) async fn at_rest(kind: Kind) -> Result<(Site, Browser)> {
    let site = site().await?;
    let browser = Browser::open(kind, &site, Options::default()).await?;
    browser.goto(APP).await?;
    browser.wait_verdict("fresh").await?;
    browser.past_the_introduction().await?;
    browser.eval(REST).await?;
    Ok((site, browser))
}

/// Measures everything that the page pays.
pub(crate) async fn measure(rounds: usize, figures: &mut Figures) -> Result<Section> {
    in_pairs(rounds, figures).await?;
    for kind in Kind::ALL {
        until_banner(kind, rounds, figures).await?;
    }
    Ok(Section {
        name: "page",
        heading: "What the extension costs the page",
        about: format!(
            "`cargo xtask bench page`: {rounds} rounds of {LOADS} loads of the stand-in app, with and without the extension in turn, in\n\
             two browsers that stand side by side. Each value is the difference between two neighbours, so it may fall below\n\
             nothing. Load and idle are processor time of the page's main thread (CDP `ThreadTime`): until the page's load\n\
             event, and in all, with the banner that is drawn in the two seconds after it. The storm is `ScriptDuration`, the\n\
             least of {STORMS}; the heap is read after a collection. The last rows are the time from an answer in the page until\n\
             the banner in the page shows it."
        ),
    })
}

/// What Chromium has counted of the page so far.
pub(crate) struct Counted {
    pub(crate) thread_ms: f64,
    pub(crate) script_ms: f64,
    heap_mb: f64,
}

pub(crate) async fn counted(browser: &Browser) -> Result<Counted> {
    let reply = browser.cdp("Performance.getMetrics", json!({})).await?;
    let metric = |name: &str| {
        let all = reply["metrics"].as_array().into_iter().flatten();
        let found = all.filter(|metric| metric["name"] == name).find_map(|metric| metric["value"].as_f64());
        found.with_context(|| format!("Chromium tells no {name}"))
    };
    Ok(Counted {
        thread_ms: metric("ThreadTime")? * 1e3,
        script_ms: metric("ScriptDuration")? * 1e3,
        heap_mb: metric("JSHeapUsedSize")? / 1e6,
    })
}

/// What a page at rest costs.
struct Cost {
    heap_mb: f64,
    idle_ms: f64,
    storm_ms: f64,
}

/// Reloads the page and returns its processor time in milliseconds: until its load event, and until it and its banner
/// have come to rest. Chromium starts its counters again for each document.
async fn load(browser: &Browser) -> Result<[f64; 2]> {
    browser.reload().await?;
    let loaded = counted(browser).await?.thread_ms;
    browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent === '72'").await?;
    browser.eval(REST).await?;
    Ok([loaded, counted(browser).await?.thread_ms])
}

/// Measures what a page costs after its loads.
async fn cost(browser: &Browser) -> Result<Cost> {
    browser.eval(SETTLE).await?;
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    let idle = counted(browser).await?;
    browser.eval(&format!("await new Promise((done) => setTimeout(done, {}));", IDLE_S * 1e3)).await?;
    let rested = counted(browser).await?;
    let mut before = rested.script_ms;
    let mut storm_ms = f64::INFINITY;
    for _ in 0..STORMS {
        browser.eval(STORM).await?;
        let after = counted(browser).await?.script_ms;
        storm_ms = storm_ms.min(after - before);
        before = after;
    }
    let idle_ms = (rested.thread_ms - idle.thread_ms) / IDLE_S;
    Ok(Cost { heap_mb: idle.heap_mb, idle_ms, storm_ms })
}

/// Two browsers that have opened the app and count what it costs, the second without the extension.
pub(crate) async fn side_by_side(site: &Site) -> Result<[Browser; 2]> {
    let watched = Browser::open(Kind::Chromium, site, Options::default()).await?;
    let bare = Browser::open(Kind::Chromium, site, Options::default()).await?;
    bare.remove_extension().await?;
    for browser in [&watched, &bare] {
        browser.goto(APP).await?;
        browser.cdp("Performance.enable", json!({})).await?;
    }
    watched.past_the_introduction().await?;
    Ok([watched, bare])
}

/// Load, heap, idle time and storm, with and without the extension in turn. A shared machine is faster now and slower
/// then, so the two browsers run side by side: each load follows at once on one in the other, which rests meanwhile.
async fn in_pairs(rounds: usize, figures: &mut Figures) -> Result<()> {
    let site = site().await?;
    let [watched, bare] = side_by_side(&site).await?;
    for browser in [&watched, &bare] {
        for _ in 0..WARM_UP {
            load(browser).await?;
        }
    }
    for round in 0..rounds {
        for _ in 0..LOADS {
            let with = load(&watched).await?;
            let without = load(&bare).await?;
            figures.note("main-thread time added until the load event", "ms", 5.0, with[0] - without[0]);
            figures.note("main-thread time added in all, banner drawn", "ms", 5.0, with[1] - without[1]);
        }
        let with = cost(&watched).await?;
        let without = cost(&bare).await?;
        figures.note("page heap added", "MB", 1.0, with.heap_mb - without.heap_mb);
        figures.note("idle main-thread time added in a second", "ms", 0.2, with.idle_ms - without.idle_ms);
        figures.note("script time added by 10,000 nodes", "ms", 3.0, with.storm_ms - without.storm_ms);
        eprintln!("round {} of {rounds}\n{}", round + 1, figures.table());
    }
    Ok(())
}

/// The time from an answer to the banner, with the background awake and asleep.
async fn until_banner(kind: Kind, rounds: usize, figures: &mut Figures) -> Result<()> {
    let (_site, browser) = at_rest(kind).await?;
    for round in 0..2 * rounds {
        let is_awake = round % 2 == 0;
        let amount = 1000 + round;
        if !is_awake {
            browser.kill_worker().await?;
        }
        let took = answer_to_banner(&browser, amount).await?;
        let (how, budget) = if is_awake { ("awake", 50.0) } else { ("asleep", 200.0) };
        let what = format!("answer to banner, background {how}, {kind}");
        figures.note(&what, "ms", budget, took);
    }
    Ok(())
}

/// Sends the page a balance of `amount` and waits for the banner. Returns the milliseconds in between.
pub(crate) async fn answer_to_banner(browser: &Browser, amount: usize) -> Result<f64> {
    let amount = amount.to_string();
    browser.eval(&TELL.replace("AMOUNT", &amount)).await?;
    let shown = browser.eval_banner(&SHOWN.replace("AMOUNT", &amount)).await?;
    let told = browser.eval("return window.told;").await?;
    let moment = |moment: &Value| moment.as_f64().context("no time");
    Ok(moment(&shown)? - moment(&told)?)
}
