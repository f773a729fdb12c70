//! The protocol: every message that may reach the background, who may send it, and the event it becomes.
//!
//! A page is not believed. What its scripts made up can at worst become an answer or a spending of its own
//! tab, never an action; the reducer checks their contents like any other answer's.

use crate::state::{Action, Candidate, Event, TabId, Unread, number_in};
use serde_json::{Value, json};

/// Where the app lives: the only pages that may speak as a tab.
pub(super) const APP: &str = "https://app.leonardo.ai/";

/// What hook.js reports is a few hundred characters; page.js drops a text above this before sending it.
const LONGEST_REPORT: usize = 16_384;
/// No counter is longer.
const LONGEST_COUNTER: usize = 64;
/// An id of a team is 36 characters, a date shorter; a longer one is left out and the answer still counts.
const LONGEST_ID: usize = 64;
/// page.js collects no more texts than this at a time, and none longer than a counter.
const MOST_CANDIDATES: usize = 200;
/// What a page keeps of its own tab is a few hundred characters.
const LONGEST_KEPT: usize = 4_096;
/// The pages about API credits.
const API_PATH: &str = "/api-access";

/// One of the extension's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Popup,
    Options,
}

/// A message, as the two kinds of sender write it.
enum Message {
    /// Paint me again. `kept` is what a banner was last told to keep; `from_cache`: it was frozen meanwhile.
    Look { surface: Option<Surface>, kept: String, from_cache: bool },
    /// A report of hook.js, which the page may have made up, and how many page.js has dropped before it.
    Hooked { text: String, dropped: u64 },
    /// The page's own counter shows this.
    Counter { text: String },
    /// Short texts of the page with their places, and which of them is watched as the counter.
    Candidates { found: Vec<Candidate>, watched: Option<usize> },
    /// The user pointed at the counter.
    Picked { picked: Candidate },
    /// The user pressed something on a surface.
    Act { action: String, value: Option<String>, surface: Option<Surface> },
}

impl Message {
    /// Reads a message. Field by field: a derived reader is ten times the size in the module.
    fn read(message: &Value) -> Option<Self> {
        let text = |name: &str| message.get(name).and_then(Value::as_str).map(str::to_owned);
        let surface = match message.get("surface").and_then(Value::as_str) {
            Some("popup") => Some(Surface::Popup),
            Some("options") => Some(Surface::Options),
            Some(_) => return None,
            None => None,
        };
        let number = |name: &str| message.get(name).and_then(Value::as_u64).unwrap_or(0);
        Some(match message.get("kind")?.as_str()? {
            "look" => Self::Look {
                surface,
                kept: text("kept").filter(|kept| kept.len() <= LONGEST_KEPT).unwrap_or_default(),
                from_cache: message.get("from_cache").and_then(Value::as_bool).unwrap_or(false),
            },
            "hooked" => Self::Hooked { text: text("text")?, dropped: number("dropped") },
            "counter" => Self::Counter { text: text("text")? },
            "candidates" => Self::Candidates {
                found: message
                    .get("found")?
                    .as_array()?
                    .iter()
                    .map_while(candidate)
                    .take(MOST_CANDIDATES)
                    .collect(),
                watched: message.get("watched").and_then(Value::as_u64).and_then(|i| usize::try_from(i).ok()),
            },
            "picked" => Self::Picked { picked: candidate(message.get("picked")?)? },
            "act" => Self::Act { action: text("action")?, value: text("value"), surface },
            _ => return None,
        })
    }
}

/// Reads `[text, place]`.
fn candidate(value: &Value) -> Option<Candidate> {
    let part =
        |i: usize| value.get(i).and_then(Value::as_str).filter(|part| part.len() <= 4 * LONGEST_COUNTER);
    Some(Candidate { text: part(0)?.to_owned(), place: part(1)?.to_owned() })
}

/// Who gets the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// The banner of a tab.
    Banner {
        tab: TabId,
        /// Whether it needs the style sheet.
        unstyled: bool,
    },
    /// A page of our own.
    Surface(Surface),
}

/// A message that was understood.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) asker: Asker,
    /// What happened, or why what was sent is not believed.
    pub(super) event: Result<Event, &'static str>,
    /// Reports that were dropped before this one.
    pub(super) dropped: u64,
    /// It is the first message of a document that has loaded.
    pub(super) loaded: bool,
    /// Whether the page is one about API credits, where it is told.
    pub(super) on_api_page: Option<bool>,
    /// The page was in front when it sent this.
    pub(super) in_front: bool,
    /// It comes from a private window: nothing of it may be kept.
    pub(super) private: bool,
}

/// Reads a message and its sender, both as JSON texts; `own_id` and `own_origin` are the extension's.
///
/// # Errors
/// The reason, for the diagnostics, when there is nobody to answer.
pub(super) fn read(
    text: &str,
    sender: &str,
    own_id: &str,
    own_origin: &str,
) -> Result<Request, &'static str> {
    let sender: Value = serde_json::from_str(sender).map_err(|_| "unreadable-sender")?;
    let message: Value = serde_json::from_str(text).map_err(|_| "unreadable-message")?;
    let in_front = message.get("in_front").and_then(Value::as_bool).unwrap_or(false);
    let path = message.get("path").and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| message.get(name).and_then(Value::as_bool).unwrap_or(false);
    let (loaded, unstyled) = (flag("first"), flag("unstyled"));
    let message = Message::read(&message).ok_or("unreadable-message")?;
    if sender.get("id").and_then(Value::as_str) != Some(own_id) {
        return Err("foreign-sender");
    }
    let url = sender.get("url").and_then(Value::as_str).unwrap_or_default();
    if url.starts_with(own_origin) {
        let (surface, event) = from_surface(message).ok_or("not-for-a-surface")?;
        let asker = Asker::Surface(surface);
        return Ok(Request {
            asker,
            event,
            dropped: 0,
            loaded: false,
            on_api_page: None,
            in_front: false,
            private: false,
        });
    }
    // Only a tab's own document: no frame inside it.
    let is_top = sender.get("frame").is_none_or(|frame| frame.as_i64() == Some(0));
    match sender.get("tab").and_then(Value::as_i64) {
        Some(tab) if is_top && url.starts_with(APP) => {
            let mut request = from_page(message, TabId(tab), unstyled).ok_or("not-for-a-page")?;
            request.loaded = loaded;
            // The app changes its address without loading anew, and not every browser tells the new one here.
            request.on_api_page = path.map(|path| path.starts_with(API_PATH));
            request.in_front = in_front;
            request.private = sender.get("private").and_then(Value::as_bool).unwrap_or(false);
            Ok(request)
        }
        _ => Err("foreign-sender"),
    }
}

fn from_surface(message: Message) -> Option<(Surface, Result<Event, &'static str>)> {
    match message {
        Message::Look { surface: Some(surface), .. } => Some((surface, Ok(Event::Tick))),
        Message::Act { action, value, surface: Some(surface) } => Some((surface, act(None, &action, value))),
        _ => None,
    }
}

fn from_page(message: Message, tab: TabId, unstyled: bool) -> Option<Request> {
    let mut dropped = 0;
    let event = match message {
        Message::Look { surface: None, kept, from_cache } => {
            if from_cache || !kept.is_empty() {
                Ok(Event::Back { tab, kept, from_cache })
            } else {
                Ok(Event::Tick)
            }
        }
        Message::Hooked { text, dropped: before } => {
            dropped = before;
            report(tab, &text)
        }
        Message::Counter { text } if text.len() <= LONGEST_COUNTER => {
            Ok(Event::Counter { tab, text: number_in(&text).unwrap_or(&text).to_owned() })
        }
        Message::Counter { .. } => Err("counter-too-long"),
        Message::Candidates { mut found, watched } => {
            found.iter_mut().for_each(bare);
            Ok(Event::Candidates { tab, found, watched })
        }
        Message::Picked { mut picked } => {
            bare(&mut picked);
            Ok(Event::Picked { tab, picked })
        }
        Message::Act { action, value, surface: None } => act(Some(tab), &action, value),
        Message::Look { .. } | Message::Act { .. } => return None,
    };
    let asker = Asker::Banner { tab, unstyled };
    Some(Request { asker, event, dropped, loaded: false, on_api_page: None, in_front: false, private: false })
}

/// Leaves the words around a number away.
fn bare(candidate: &mut Candidate) {
    if let Some(number) = number_in(&candidate.text) {
        candidate.text = number.to_owned();
    }
}

fn act(tab: Option<TabId>, action: &str, value: Option<String>) -> Result<Event, &'static str> {
    let action = Action::parse(action, value.as_deref()).ok_or("unknown-action")?;
    Ok(Event::Act { tab, action })
}

/// Reads what hook.js says it saw, one of:
///
/// - `{"body": …, "team": …, "server_date": …}`: an answer, cut down to its balance fields;
/// - `{"spend": 8}`: what a generation cost;
/// - `{"failed": 429}`: the status of an answer that should have carried a balance, 0 when none came at all;
/// - `{"unread": "answer-too-large", "times": 1}`: answers were seen and not read, see [`Unread`].
fn report(tab: TabId, text: &str) -> Result<Event, &'static str> {
    if text.len() > LONGEST_REPORT {
        return Err("report-too-long");
    }
    let mut report: Value = serde_json::from_str(text).map_err(|_| "unreadable-report")?;
    if let Some(spend) = report.get("spend") {
        let tokens = spend.as_u64().ok_or("unreadable-report")?;
        return Ok(Event::Spend { tab, tokens });
    }
    if let Some(failed) = report.get("failed") {
        let status = failed.as_u64().filter(|status| *status < 1000).ok_or("unreadable-report")?;
        // In the shape of the server's own errors, so that there is one way to read a failure.
        let body = json!({ "errors": [{ "extensions": { "code": format!("http-{status}") } }] });
        return Ok(Event::Answer { tab, body, team: None, server_date: None });
    }
    if let Some(why) = report.get("unread") {
        let why = why.as_str().and_then(Unread::from_word).ok_or("unreadable-report")?;
        let times = report.get("times").and_then(Value::as_u64).unwrap_or(1);
        return Ok(Event::Unread { tab, why, times: times.min(1_000) });
    }
    let short = |name: &str| report.get(name).and_then(Value::as_str).filter(|t| t.len() <= LONGEST_ID);
    let (team, server_date) = (short("team").map(str::to_owned), short("server_date").map(str::to_owned));
    let body = report.get_mut("body").map(Value::take).ok_or("unreadable-report")?;
    Ok(Event::Answer { tab, body, team, server_date })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "chrome-extension://own/";
    const PAGE: &str = r#"{"id":"own","url":"https://app.leonardo.ai/image-generation","tab":7,"frame":0}"#;
    const POPUP: &str = r#"{"id":"own","url":"chrome-extension://own/popup.html"}"#;

    fn read_as(sender: &str, message: Value) -> Result<Request, &'static str> {
        read(&message.to_string(), sender, "own", ORIGIN)
    }

    fn hooked(text: &str) -> Result<Event, &'static str> {
        read_as(PAGE, json!({ "kind": "hooked", "text": text })).unwrap().event
    }

    #[test]
    fn only_our_own_pages_and_the_top_documents_of_the_app_are_heard() {
        let look = json!({ "kind": "look" });
        for (sender, heard) in [
            (PAGE, true),
            (r#"{"id":"other","url":"https://app.leonardo.ai/","tab":7,"frame":0}"#, false),
            (r#"{"url":"https://app.leonardo.ai/","tab":7,"frame":0}"#, false),
            (r#"{"id":"own","url":"https://app.leonardo.ai.evil.example/","tab":7,"frame":0}"#, false),
            (r#"{"id":"own","url":"http://app.leonardo.ai/","tab":7,"frame":0}"#, false),
            (r#"{"id":"own","url":"https://app.leonardo.ai/","tab":7,"frame":3}"#, false),
            (r#"{"id":"own","url":"https://app.leonardo.ai/"}"#, false),
            (r#"{"id":"own","tab":7}"#, false),
            ("null", false),
        ] {
            assert_eq!(read_as(sender, look.clone()).is_ok(), heard, "{sender}");
        }
    }

    #[test]
    fn a_page_cannot_speak_for_a_surface_nor_a_surface_for_a_page() {
        assert!(read_as(PAGE, json!({ "kind": "look", "surface": "popup" })).is_err());
        assert!(read_as(PAGE, json!({ "kind": "act", "action": "fold", "surface": "options" })).is_err());
        for kind in ["hooked", "counter"] {
            assert!(read_as(POPUP, json!({ "kind": kind, "text": "1" })).is_err(), "{kind}");
        }
        let request = read_as(POPUP, json!({ "kind": "look", "surface": "popup" })).unwrap();
        assert_eq!(request.asker, Asker::Surface(Surface::Popup));
    }

    #[test]
    fn our_own_pages_in_a_tab_are_surfaces_and_not_tabs() {
        let sender = r#"{"id":"own","url":"chrome-extension://own/options.html","tab":3,"frame":0}"#;
        let request =
            read_as(sender, json!({ "kind": "act", "surface": "options", "action": "fold" })).unwrap();
        assert!(matches!(request.event, Ok(Event::Act { tab: None, action: Action::Fold })));
    }

    #[test]
    fn a_press_on_the_banner_belongs_to_its_tab() {
        let request = read_as(PAGE, json!({ "kind": "act", "action": "fresh-reload" })).unwrap();
        assert!(matches!(request.event, Ok(Event::Act { tab: Some(TabId(7)), action: Action::FreshReload })));
        let request = read_as(PAGE, json!({ "kind": "act", "action": "format-disk" })).unwrap();
        assert_eq!(request.event.unwrap_err(), "unknown-action");
    }

    #[test]
    fn a_banner_gets_the_style_sheet_when_it_has_none_whatever_its_message_is() {
        for (message, unstyled) in [
            (json!({ "kind": "look" }), false),
            (json!({ "kind": "look", "unstyled": true }), true),
            (json!({ "kind": "hooked", "text": "{\"spend\":8}", "unstyled": true }), true),
        ] {
            let asker = read_as(PAGE, message.clone()).unwrap().asker;
            assert_eq!(asker, Asker::Banner { tab: TabId(7), unstyled }, "{message}");
        }
    }

    #[test]
    fn the_first_message_of_a_document_says_that_it_has_loaded_and_a_surface_never_does() {
        for (sender, message, loaded) in [
            (PAGE, json!({ "kind": "look", "first": true }), true),
            (PAGE, json!({ "kind": "hooked", "text": "{\"spend\":8}", "first": true }), true),
            (PAGE, json!({ "kind": "look" }), false),
            (POPUP, json!({ "kind": "look", "surface": "popup", "first": true }), false),
        ] {
            assert_eq!(read_as(sender, message.clone()).unwrap().loaded, loaded, "{message}");
        }
    }

    #[test]
    fn a_page_says_whether_it_is_in_front_and_a_surface_is_no_page() {
        for (message, in_front) in [
            (json!({ "kind": "look", "in_front": true }), true),
            (json!({ "kind": "look", "in_front": false }), false),
            (json!({ "kind": "look", "in_front": "yes" }), false),
            (json!({ "kind": "look" }), false),
        ] {
            assert_eq!(read_as(PAGE, message.clone()).unwrap().in_front, in_front, "{message}");
        }
        let look = json!({ "kind": "look", "surface": "popup", "in_front": true });
        assert!(!read_as(POPUP, look).unwrap().in_front);
    }

    #[test]
    fn what_the_hook_reports_becomes_an_answer_or_a_spending() {
        let answer = hooked(
            r#"{"body":{"data":{"user_details":[]}},"team":"t1","server_date":"2026-11-22T00:00:00Z"}"#,
        );
        let Ok(Event::Answer { tab: TabId(7), body, team, server_date }) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(body, json!({ "data": { "user_details": [] } }));
        assert_eq!((team.as_deref(), server_date.as_deref()), (Some("t1"), Some("2026-11-22T00:00:00Z")));
        assert!(matches!(hooked(r#"{"spend":8}"#), Ok(Event::Spend { tab: TabId(7), tokens: 8 })));
    }

    #[test]
    fn an_answer_that_failed_reads_like_an_error_of_the_server() {
        let Ok(Event::Answer { body, .. }) = hooked(r#"{"failed":429}"#) else { panic!() };
        assert_eq!(body["errors"][0]["extensions"]["code"], "http-429");
    }

    #[test]
    fn a_hostile_report_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "unreadable-report"),
            ("[]", "unreadable-report"),
            ("{}", "unreadable-report"),
            (r#"{"spend":-1}"#, "unreadable-report"),
            (r#"{"spend":1.5}"#, "unreadable-report"),
            (r#"{"spend":"8"}"#, "unreadable-report"),
            (r#"{"failed":70000}"#, "unreadable-report"),
            (r#"{"unread":"else"}"#, "unreadable-report"),
            (r#"{"unread":7}"#, "unreadable-report"),
            (r#"{"kind":"act","action":"fresh-reload"}"#, "unreadable-report"),
        ] {
            assert_eq!(hooked(text).unwrap_err(), reason, "{text}");
        }
        assert_eq!(hooked(&"[".repeat(20_000)).unwrap_err(), "report-too-long");
        assert_eq!(hooked(&"[".repeat(16_000)).unwrap_err(), "unreadable-report");
    }

    #[test]
    fn dropped_reports_are_passed_on_even_when_this_one_is_refused() {
        let request = read_as(PAGE, json!({ "kind": "hooked", "text": "", "dropped": 9980 })).unwrap();
        assert_eq!(request.dropped, 9980);
        assert!(request.event.is_err());
    }
}
