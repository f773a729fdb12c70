//! How the cost grows: with the nodes that a page inserts, the messages that it receives, the open tabs, the days of
//! history and the stored accounts. Draws `docs/dev/growth.svg`; in Chromium only, because it uses its counters.

use crate::figures::{Section, docs};
use crate::page::{APP, STORM, answer_to_banner, at_rest, counted, side_by_side, site};
use anyhow::{Context, Result};
use browser_tests::Kind;
use plotters::prelude::*;
use refill_watch::state::{Answer, Area, TabChange, TabId};
use refill_watch::time::{DAY, HOUR};
use refill_watch::{Event, State, UtcMillis};
use serde_json::json;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

const NODES: [u32; 5] = [1_000, 3_000, 10_000, 30_000, 100_000];
const MESSAGES: [u32; 5] = [1, 10, 30, 100, 1_000];
const TABS: [u32; 5] = [1, 5, 10, 25, 50];
const DAYS: [u32; 5] = [1, 14, 90, 200, 400];
const ACCOUNTS: [u32; 4] = [1, 5, 10, 20];

/// For how many seconds messages are sent.
const SENDING_S: u32 = 4;

/// Sends `RATE` messages a second into the page for `SECONDS`, as a socket would, in steps of 50 ms.
const SEND: &str = "const socket = new WebSocket('wss://api.leonardo.ai/v1/graphql'); socket.close();
    const data = JSON.stringify({ id: '1', type: 'next', payload: { data: { user_details: [{ plan: 'FREE', subscriptionTokens: 72 }] } } });
    const began = performance.now(); let sent = 0;
    while (performance.now() - began < SECONDS * 1000) {
      for (; sent < RATE * (performance.now() - began) / 1000; sent++) socket.dispatchEvent(new MessageEvent('message', { data }));
      await new Promise((done) => setTimeout(done, 50));
    }";

/// What was measured against what: at each step the least value, the median and the most.
struct Curve {
    heading: &'static str,
    by: &'static str,
    unit: &'static str,
    points: Vec<(u32, [f64; 3])>,
}

impl Curve {
    fn new(heading: &'static str, by: &'static str, unit: &'static str) -> Self {
        Self { heading, by, unit, points: Vec::new() }
    }

    fn add(&mut self, at: u32, mut values: Vec<f64>) -> Result<()> {
        values.sort_by(f64::total_cmp);
        let (first, last) = (values.first().context("no value")?, values.last().context("no value")?);
        let point = [*first, values[values.len() / 2], *last];
        eprintln!("{}, {at} {}: {:.1} {}", self.heading, self.by, point[1], self.unit);
        self.points.push((at, point));
        Ok(())
    }
}

/// Measures everything, draws the picture, and returns the same figures as a table.
pub(crate) async fn measure(rounds: usize) -> Result<(Section, String)> {
    let (nodes, messages) = in_the_page(rounds).await?;
    let curves =
        [nodes, messages, with_tabs(rounds).await?, with_days(rounds).await?, with_accounts(rounds).await?];
    draw(&curves)?;
    let mut table = "| what | at | median | range |\n|---|---|---|---|\n".to_owned();
    for Curve { heading, by, unit, points } in &curves {
        for (at, [least, median, most]) in points {
            // Writing to a String cannot fail.
            let _ =
                writeln!(table, "| {heading} | {at} {by} | {median:.1} {unit} | {least:.1} to {most:.1} |");
        }
    }
    let section = Section {
        name: "growth",
        heading: "How the cost grows",
        about: format!(
            "`cargo xtask bench growth`, {rounds} rounds, Chromium.\n\n\
             ![Five curves: script time by nodes inserted, main-thread time by messages a second, the time to the banner by tabs, \
             the time to the popup by days of history and by accounts](growth.svg)\n\n\
             Nodes and messages: what a page with the extension pays more than one without, in two browsers side by side; the values\n\
             are differences, so they may fall below nothing. Tabs: from an answer to the banner, all tabs showing the app. History and\n\
             accounts: from opening the popup to its content, the background asleep, with that much in the storage."
        ),
    };
    Ok((section, table))
}

/// What the extension adds to a page's cost: by nodes inserted, and by messages a second.
async fn in_the_page(rounds: usize) -> Result<(Curve, Curve)> {
    let site = site().await?;
    let [watched, bare] = side_by_side(&site).await?;
    for browser in [&watched, &bare] {
        browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent === '72'").await?;
    }
    watched.wait_verdict("fresh").await?;

    let mut nodes = Curve::new("Script time added", "nodes inserted", "ms");
    for count in NODES {
        let storm = STORM.replace("i < 500", &format!("i < {}", count / 20));
        let mut values = Vec::new();
        for _ in 0..rounds {
            let mut took = [0.0; 2];
            for (browser, took) in [&watched, &bare].into_iter().zip(&mut took) {
                let before = counted(browser).await?.script_ms;
                browser.tab().within(std::time::Duration::from_secs(60)).eval(&storm).await?;
                *took = counted(browser).await?.script_ms - before;
            }
            values.push(took[0] - took[1]);
        }
        nodes.add(count, values)?;
    }

    let mut messages = Curve::new("Main-thread time added in a second", "messages a second", "ms");
    for rate in MESSAGES {
        let send = SEND.replace("RATE", &rate.to_string()).replace("SECONDS", &SENDING_S.to_string());
        let mut values = Vec::new();
        for _ in 0..rounds {
            let mut took = [0.0; 2];
            for (browser, took) in [&watched, &bare].into_iter().zip(&mut took) {
                let before = counted(browser).await?.thread_ms;
                browser.eval(&send).await?;
                *took = (counted(browser).await?.thread_ms - before) / f64::from(SENDING_S);
            }
            values.push(took[0] - took[1]);
        }
        messages.add(rate, values)?;
    }
    Ok((nodes, messages))
}

/// The time from an answer to the banner, with more and more tabs of the app open.
async fn with_tabs(rounds: usize) -> Result<Curve> {
    let (_site, browser) = at_rest(Kind::Chromium).await?;
    let mut curve = Curve::new("From an answer to the banner", "tabs", "ms");
    let mut amount = 1_000;
    let mut open = 1;
    for tabs in TABS {
        while open < tabs {
            browser.new_tab(APP).await?.wait_verdict("fresh").await?;
            open += 1;
        }
        browser.tab().activate().await?;
        let mut values = Vec::new();
        for _ in 0..rounds {
            amount += 1;
            values.push(answer_to_banner(&browser, amount).await?);
        }
        curve.add(tabs, values)?;
    }
    Ok(curve)
}

async fn with_days(rounds: usize) -> Result<Curve> {
    let mut curve = Curve::new("From opening the popup to its content", "days of history", "ms");
    for days in DAYS {
        curve.add(days, popups(rounds, days, 1).await?)?;
    }
    Ok(curve)
}

async fn with_accounts(rounds: usize) -> Result<Curve> {
    let mut curve = Curve::new("From opening the popup to its content", "accounts, 30 days each", "ms");
    for accounts in ACCOUNTS {
        curve.add(accounts, popups(rounds, 30, accounts).await?)?;
    }
    Ok(curve)
}

/// How many milliseconds the popup takes with this much in storage and the background asleep.
async fn popups(rounds: usize, days: u32, accounts: u32) -> Result<Vec<f64>> {
    let (_site, browser) = at_rest(Kind::Chromium).await?;
    let stored = serde_json::Value::from_iter(lived(days, accounts)?);
    browser.eval_extension(&format!("await chrome.storage.local.set({stored}); return true;")).await?;
    let mut values = Vec::new();
    for _ in 0..rounds {
        browser.kill_worker().await?;
        values.push(crate::popup::opened(&browser).await?);
    }
    Ok(values)
}

/// What is stored after this many days of use: an answer every two hours, some tokens spent
/// before each, and the daily refill.
fn lived(days: u32, accounts: u32) -> Result<Vec<(String, String)>> {
    const TAB: TabId = TabId(1);
    let now = UtcMillis(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?);
    let mut state = State::default();
    let mut stored = std::collections::BTreeMap::new();
    for account in 0..accounts {
        // The first account is the stand-in site's own.
        let id = if account == 0 { "ana".to_owned() } else { format!("user-{account}") };
        let mut at = now.plus(-i64::from(days) * DAY);
        state.handle(Event::Tab { tab: TAB, state: TabChange::Loaded }, at.into());
        let mut fast = 150_u32;
        while at < now {
            at = at.plus(2 * HOUR);
            fast = if at.time_of_day() < 2 * HOUR { 150 } else { fast.saturating_sub(6) };
            let details = json!({ "id": id, "plan": "FREE", "tokenRenewalDate": null, "subscriptionTokens": fast,
                "rolloverTokens": 0, "paidTokens": 0 });
            let body = json!({ "data": { "user_details": [details] } });
            state.handle(Event::Answer(Answer::new(TAB, body)), at.min(now).into());
        }
        for item in state.take_unsaved() {
            if let (Area::Local, Some(value)) = (item.area, item.value) {
                stored.insert(item.key, value);
            }
        }
    }
    Ok(stored.into_iter().collect())
}

/// Draws the curves side by side, each range as a band.
fn draw(curves: &[Curve]) -> Result<()> {
    const SIZE: (u32, u32) = (1_000, 660);
    const LINE: RGBColor = RGBColor(30, 79, 214);
    const INK: RGBColor = RGBColor(70, 78, 92);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        for (curve, area) in curves.iter().zip(root.split_evenly((2, 3))) {
            let least = curve.points.iter().map(|(_, [least, ..])| *least).fold(0.0, f64::min);
            let most = curve.points.iter().map(|(_, [.., most])| *most).fold(1.0, f64::max);
            let (first, last) = (curve.points[0].0, curve.points[curve.points.len() - 1].0);
            let across: Range<f64> = f64::from(first)..f64::from(last);
            let mut chart = ChartBuilder::on(&area)
                .margin(14)
                .caption(curve.heading, ("sans-serif", 14, &INK))
                .x_label_area_size(40)
                .y_label_area_size(52)
                .build_cartesian_2d(across.log_scale(), least..most * 1.1)?;
            chart
                .configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(INK.mix(0.15))
                .axis_style(INK.mix(0.4))
                .label_style(("sans-serif", 12, &INK))
                .x_desc(curve.by)
                .y_desc(curve.unit)
                .x_labels(5)
                .y_labels(5)
                .x_label_formatter(&|x| format!("{x:.0}"))
                .y_label_formatter(&|y| format!("{y:.0}"))
                .draw()?;
            let at = |at: u32| f64::from(at);
            let upper = curve.points.iter().map(|(x, [.., most])| (at(*x), *most));
            let lower = curve.points.iter().rev().map(|(x, [least, ..])| (at(*x), *least));
            let band: Vec<_> = upper.chain(lower).collect();
            chart.draw_series([Polygon::new(band, LINE.mix(0.15))])?;
            let medians: Vec<_> = curve.points.iter().map(|(x, [_, median, _])| (at(*x), *median)).collect();
            chart.draw_series(LineSeries::new(medians.iter().copied(), LINE.stroke_width(2)))?;
            chart.draw_series(medians.iter().map(|point| Circle::new(*point, 3, LINE.filled())))?;
        }
        root.present()?;
    }
    std::fs::write(docs()?.join("growth.svg"), svg)?;
    Ok(())
}
