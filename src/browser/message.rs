//! The protocol: which messages may reach the background, who may send them, and the events they become.
//!
//! We do not trust a page. The worst its scripts can make up is an answer or a cost for their own tab, never an
//! action; the reducer checks the contents like any other answer's.

use crate::protocol::{Form, Message, Moment, Report, Sender, Sent, Surface};
use crate::state::{Answer, Candidate, Event, TabId, number_in};
use serde_json::json;

/// The app's origin: only its pages may speak as a tab.
pub(super) const APP: &str = "https://app.leonardo.ai/";

/// A hook.js report is a few hundred characters; page.js drops longer texts before it sends them.
const LONGEST_REPORT: usize = 16_384;
/// No counter is longer.
const LONGEST_COUNTER: usize = 64;
/// A team's id is 36 characters, an account's about as long, a date shorter. A longer one is left out, and the answer
/// still counts.
const LONGEST_ID: usize = 200;
/// page.js collects at most this many texts at a time, none longer than a counter.
const MOST_CANDIDATES: usize = 200;
/// What a page keeps about its own tab is a few hundred characters.
const LONGEST_KEPT: usize = 4_096;
/// There are only this many forms of a request.
const MOST_FORMS: usize = 16;
/// The pages about API credits.
const API_PATH: &str = "/api-access";

/// Why we do not believe something that was sent: the word that the diagnostics count it under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// The browser named no sender.
    #[error("unreadable-sender")]
    UnreadableSender,
    /// Not a message of ours.
    #[error("unreadable-message")]
    UnreadableMessage,
    /// It comes from somewhere we have no script.
    #[error("foreign-sender")]
    ForeignSender,
    /// A surface never sends this.
    #[error("not-for-a-surface")]
    NotForASurface,
    /// A page never sends this.
    #[error("not-for-a-page")]
    NotForAPage,
    /// No counter shows such a text.
    #[error("counter-too-long")]
    CounterTooLong,
    /// hook.js never reports this much.
    #[error("report-too-long")]
    ReportTooLong,
    /// hook.js reports nothing of this shape.
    #[error("unreadable-report")]
    UnreadableReport,
}

/// A text of the page with its place; `None` if either is too long.
fn candidate((text, place): (String, String)) -> Option<Candidate> {
    let fits = |part: &str| part.len() <= 4 * LONGEST_COUNTER;
    (fits(&text) && fits(&place)).then_some(Candidate { text, place })
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

/// A message we understood.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) asker: Asker,
    /// The event, or why we do not believe what was sent.
    pub(super) event: Result<Event, Refused>,
    /// How many reports were dropped before this one.
    pub(super) dropped: u64,
    /// The forms of the page's requests and answers.
    pub(super) forms: Vec<Form>,
    /// Whether it is the first message of a document that has loaded.
    pub(super) loaded: bool,
    /// Whether the page is one about API credits, if the browser says so.
    pub(super) on_api_page: Option<bool>,
    /// Whether the page was in front when it sent this.
    pub(super) in_front: bool,
    /// Whether it comes from a private window: nothing from it may be kept.
    pub(super) private: bool,
}

/// What a message asks for, and for whom; `own_id` and `own_origin` are the extension's.
///
/// # Errors
/// The reason, for the diagnostics, if there is nobody to answer.
pub(super) fn read(sent: Sent, sender: &Sender, own_id: &str, own_origin: &str) -> Result<Request, Refused> {
    let Sent { message, page, surface } = sent;
    if sender.id.as_deref() != Some(own_id) {
        return Err(Refused::ForeignSender);
    }
    let url = sender.url.as_deref().unwrap_or_default();
    if url.starts_with(own_origin) {
        let surface = surface.ok_or(Refused::NotForASurface)?;
        return Ok(Request {
            asker: Asker::Surface(surface),
            event: Ok(from_surface(message)?),
            dropped: 0,
            forms: Vec::new(),
            loaded: false,
            on_api_page: None,
            in_front: false,
            private: false,
        });
    }
    // Only the tab's own document may speak, no frame inside it.
    let is_top = sender.frame.is_none_or(|frame| frame == 0);
    let tab = sender.tab.as_ref().filter(|_| is_top && url.starts_with(APP)).ok_or(Refused::ForeignSender)?;
    let id = TabId(tab.id.ok_or(Refused::ForeignSender)?);
    if surface.is_some() {
        return Err(Refused::NotForAPage);
    }
    let dropped = match &message {
        Message::Hooked { dropped, .. } => dropped.unwrap_or_default(),
        _ => 0,
    };
    let unstyled = page.as_ref().is_some_and(|page| page.unstyled);
    let mut forms = Vec::new();
    Ok(Request {
        asker: Asker::Banner { tab: id, unstyled },
        event: from_page(message, id, page.as_ref().map(|page| page.sent), &mut forms),
        dropped,
        forms,
        loaded: page.as_ref().is_some_and(|page| page.first),
        in_front: page.as_ref().is_some_and(|page| page.in_front),
        // The app changes its address without a load, and not every browser reports the new one here.
        on_api_page: page.map(|page| page.path.starts_with(API_PATH)),
        private: tab.incognito,
    })
}

fn from_surface(message: Message) -> Result<Event, Refused> {
    match message {
        Message::Look { .. } => Ok(Event::Tick),
        Message::Act(action) => Ok(Event::Act { tab: None, action }),
        _ => Err(Refused::NotForASurface),
    }
}

fn from_page(
    message: Message,
    tab: TabId,
    sent: Option<Moment>,
    forms: &mut Vec<Form>,
) -> Result<Event, Refused> {
    match message {
        Message::Look { kept, from_cache } => {
            let kept = kept.filter(|kept| kept.len() <= LONGEST_KEPT).unwrap_or_default();
            let from_cache = from_cache.unwrap_or_default();
            if from_cache || !kept.is_empty() {
                Ok(Event::Back { tab, kept, from_cache })
            } else {
                Ok(Event::Tick)
            }
        }
        Message::Hooked { text, .. } => report(tab, &text, sent, forms),
        Message::Counter { text } if text.len() <= LONGEST_COUNTER => {
            Ok(Event::Counter { tab, text: number_in(&text).unwrap_or(&text).to_owned() })
        }
        Message::Counter { .. } => Err(Refused::CounterTooLong),
        Message::Candidates { found, watched } => {
            let mut found: Vec<Candidate> =
                found.into_iter().map_while(candidate).take(MOST_CANDIDATES).collect();
            found.iter_mut().for_each(bare);
            Ok(Event::Candidates { tab, found, watched })
        }
        Message::Picked { picked } => {
            let mut picked = candidate(picked).ok_or(Refused::UnreadableMessage)?;
            bare(&mut picked);
            Ok(Event::Picked { tab, picked })
        }
        Message::Act(action) => Ok(Event::Act { tab: Some(tab), action }),
    }
}

/// Strips the words around a number.
fn bare(candidate: &mut Candidate) {
    if let Some(number) = number_in(&candidate.text) {
        candidate.text = number.to_owned();
    }
}

/// Reads a hook.js report. `sent` is when page.js passed it on.
fn report(tab: TabId, text: &str, sent: Option<Moment>, forms: &mut Vec<Form>) -> Result<Event, Refused> {
    if text.len() > LONGEST_REPORT {
        return Err(Refused::ReportTooLong);
    }
    let report: Report = serde_json::from_str(text).map_err(|_| Refused::UnreadableReport)?;
    forms.extend(report.forms().iter().take(MOST_FORMS));
    let asked_at = |asked: Moment| Some(asked.by_the_clock_of(sent?)?.to_string());
    let short = |text: Option<String>| text.filter(|text| text.len() <= LONGEST_ID);
    match report {
        Report::Answer { body, operation, team, sub, server_date, age_s, asked, .. } => {
            Ok(Event::Answer(Answer {
                tab,
                body,
                asked_at: asked_at(asked),
                server_date: short(server_date),
                age_s,
                team: short(team),
                sub: short(sub),
                operation,
            }))
        }
        Report::Failed { status, asked, .. } if status < 1000 => {
            // In the shape of the server's own errors, so that failures are read in only one way.
            let body = json!({ "errors": [{ "extensions": { "code": format!("http-{status}") } }] });
            Ok(Event::Answer(Answer { asked_at: asked_at(asked), ..Answer::new(tab, body) }))
        }
        Report::Failed { .. } => Err(Refused::UnreadableReport),
        Report::Unread { why, times, .. } => Ok(Event::Unread { tab, why, times: times.min(1_000) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;
    use serde_json::Value;

    const ORIGIN: &str = "chrome-extension://own/";
    const PAGE: &str =
        r#"{"id":"own","url":"https://app.leonardo.ai/image-generation","tab":{"id":7},"frameId":0}"#;
    const POPUP: &str = r#"{"id":"own","url":"chrome-extension://own/popup.html"}"#;

    fn read_as(sender: &str, message: Value) -> Result<Request, Refused> {
        let sender = serde_json::from_str(sender).map_err(|_| Refused::UnreadableSender)?;
        let sent = serde_json::from_value(message).map_err(|_| Refused::UnreadableMessage)?;
        read(sent, &sender, "own", ORIGIN)
    }

    /// The message as page.js sends it, with one fact about its page changed.
    fn with_page(mut message: Value, what: &str) -> Value {
        let mut page = json!({ "path": "/", "in_front": false, "first": false, "unstyled": false,
                              "sent": { "wall": SENT, "mono": 5_000.0 } });
        page[what] = json!(true);
        message["page"] = page;
        message
    }

    /// When page.js passes reports on: 2026-11-22T00:00:05Z, five seconds into its document.
    const SENT: f64 = 1_795_305_605_000.0;

    fn hooked(text: &str) -> Result<Event, Refused> {
        read_as(PAGE, with_page(json!({ "kind": "hooked", "text": text }), "first")).unwrap().event
    }

    #[test]
    fn only_our_own_pages_and_the_top_documents_of_the_app_are_heard() {
        let look = json!({ "kind": "look" });
        for (sender, heard) in [
            (PAGE, true),
            (r#"{"id":"other","url":"https://app.leonardo.ai/","tab":{"id":7},"frameId":0}"#, false),
            (r#"{"url":"https://app.leonardo.ai/","tab":{"id":7},"frameId":0}"#, false),
            (
                r#"{"id":"own","url":"https://app.leonardo.ai.evil.example/","tab":{"id":7},"frameId":0}"#,
                false,
            ),
            (r#"{"id":"own","url":"http://app.leonardo.ai/","tab":{"id":7},"frameId":0}"#, false),
            (r#"{"id":"own","url":"https://app.leonardo.ai/","tab":{"id":7},"frameId":3}"#, false),
            (r#"{"id":"own","url":"https://app.leonardo.ai/"}"#, false),
            (r#"{"id":"own","tab":{"id":7}}"#, false),
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
        let sender = r#"{"id":"own","url":"chrome-extension://own/options.html","tab":{"id":3},"frameId":0}"#;
        let request =
            read_as(sender, json!({ "kind": "act", "surface": "options", "action": "fold" })).unwrap();
        assert!(matches!(request.event, Ok(Event::Act { tab: None, action: Action::Fold })));
    }

    #[test]
    fn a_press_on_the_banner_belongs_to_its_tab() {
        let request = read_as(PAGE, json!({ "kind": "act", "action": "fresh-reload" })).unwrap();
        assert!(matches!(request.event, Ok(Event::Act { tab: Some(TabId(7)), action: Action::FreshReload })));
        let unknown = read_as(PAGE, json!({ "kind": "act", "action": "format-disk" }));
        assert_eq!(unknown.unwrap_err(), Refused::UnreadableMessage);
    }

    #[test]
    fn a_banner_gets_the_style_sheet_when_it_has_none_whatever_its_message_is() {
        for (message, unstyled) in [
            (json!({ "kind": "look" }), false),
            (with_page(json!({ "kind": "look" }), "unstyled"), true),
            (with_page(json!({ "kind": "hooked", "text": "{}" }), "unstyled"), true),
        ] {
            let asker = read_as(PAGE, message.clone()).unwrap().asker;
            assert_eq!(asker, Asker::Banner { tab: TabId(7), unstyled }, "{message}");
        }
    }

    #[test]
    fn the_first_message_of_a_document_says_that_it_has_loaded_and_a_surface_never_does() {
        for (sender, message, loaded) in [
            (PAGE, with_page(json!({ "kind": "look" }), "first"), true),
            (PAGE, with_page(json!({ "kind": "hooked", "text": "{}" }), "first"), true),
            (PAGE, with_page(json!({ "kind": "look" }), "in_front"), false),
            (PAGE, json!({ "kind": "look" }), false),
            (POPUP, with_page(json!({ "kind": "look", "surface": "popup" }), "first"), false),
        ] {
            assert_eq!(read_as(sender, message.clone()).unwrap().loaded, loaded, "{message}");
        }
    }

    #[test]
    fn a_page_says_whether_it_is_in_front_and_a_surface_is_no_page() {
        for (message, in_front) in [
            (with_page(json!({ "kind": "look" }), "in_front"), true),
            (with_page(json!({ "kind": "look" }), "first"), false),
            (json!({ "kind": "look" }), false),
        ] {
            assert_eq!(read_as(PAGE, message.clone()).unwrap().in_front, in_front, "{message}");
        }
        let mut odd = with_page(json!({ "kind": "look" }), "in_front");
        odd["page"]["in_front"] = json!("yes");
        assert_eq!(read_as(PAGE, odd).unwrap_err(), Refused::UnreadableMessage);
        let look = with_page(json!({ "kind": "look", "surface": "popup" }), "in_front");
        assert!(!read_as(POPUP, look).unwrap().in_front);
    }

    #[test]
    fn a_page_says_where_it_is_and_the_browser_whether_it_is_private() {
        let look = || with_page(json!({ "kind": "look" }), "first");
        let mut api = look();
        api["page"]["path"] = json!("/api-access/plans");
        for (message, on_api_page) in
            [(json!({ "kind": "look" }), None), (look(), Some(false)), (api, Some(true))]
        {
            let request = read_as(PAGE, message.clone()).unwrap();
            assert_eq!((request.on_api_page, request.private), (on_api_page, false), "{message}");
        }
        let private = PAGE.replace("{\"id\":7}", "{\"id\":7,\"incognito\":true}");
        assert!(read_as(&private, look()).unwrap().private);
    }

    #[test]
    fn what_the_hook_saw_becomes_an_answer_that_counts_from_when_it_was_asked_for() {
        let answer = hooked(
            r#"{"kind":"answer","body":{"data":{"user_details":[]}},"operation":"query","team":"t1","sub":"s1","age_s":7,
                "server_date":"2026-11-22T00:00:00Z","asked":{"wall":1795305601000,"mono":1000},"forms":["xhr"]}"#,
        );
        let Ok(Event::Answer(answer)) = answer else { panic!("{answer:?}") };
        assert_eq!(answer.tab, TabId(7));
        assert_eq!(answer.body, json!({ "data": { "user_details": [] } }));
        assert_eq!(answer.operation, Some(crate::balance::Operation::Query));
        assert_eq!((answer.team.as_deref(), answer.sub.as_deref()), (Some("t1"), Some("s1")));
        assert_eq!((answer.server_date.as_deref(), answer.age_s), (Some("2026-11-22T00:00:00Z"), Some(7)));
        assert_eq!(answer.asked_at.as_deref(), Some("2026-11-22T00:00:01Z"));
    }

    #[test]
    fn an_id_that_no_account_has_is_left_out_and_the_answer_counts() {
        let long = "x".repeat(LONGEST_ID + 1);
        let text = json!({ "kind": "answer", "body": {}, "team": long, "asked": { "wall": 0, "mono": 0 } });
        let Ok(Event::Answer(answer)) = hooked(&text.to_string()) else { panic!() };
        assert_eq!((answer.team, answer.asked_at), (None, None));
    }

    #[test]
    fn the_forms_that_were_met_are_passed_on_for_the_diagnostics() {
        let text = r#"{"kind":"unread","why":"answer-unreadable","times":1,"forms":["multipart","xhr"]}"#;
        let request = read_as(PAGE, json!({ "kind": "hooked", "text": text })).unwrap();
        assert_eq!(request.forms, [Form::Multipart, Form::Xhr]);
    }

    #[test]
    fn an_answer_that_failed_reads_like_an_error_of_the_server() {
        let text = r#"{"kind":"failed","status":429,"asked":{"wall":0,"mono":0}}"#;
        let Ok(Event::Answer(Answer { body, .. })) = hooked(text) else { panic!() };
        assert_eq!(body["errors"][0]["extensions"]["code"], "http-429");
    }

    #[test]
    fn a_hostile_report_is_refused_with_a_reason() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"spend":8}"#,
            r#"{"kind":"answer","body":{}}"#,
            r#"{"kind":"answer","body":{},"asked":{"wall":"now","mono":0}}"#,
            r#"{"kind":"answer","body":{},"asked":{"wall":0,"mono":0},"operation":"deletion"}"#,
            r#"{"kind":"answer","body":{},"asked":{"wall":0,"mono":0},"age_s":-1}"#,
            r#"{"kind":"failed","status":70000,"asked":{"wall":0,"mono":0}}"#,
            r#"{"kind":"failed","status":1000,"asked":{"wall":0,"mono":0}}"#,
            r#"{"kind":"unread","why":"else","times":1}"#,
            r#"{"kind":"unread","why":"answer-unreadable","times":1,"forms":["<b>"]}"#,
            r#"{"kind":"act","action":"fresh-reload"}"#,
        ] {
            assert_eq!(hooked(text).unwrap_err(), Refused::UnreadableReport, "{text}");
        }
        assert_eq!(hooked(&"[".repeat(20_000)).unwrap_err(), Refused::ReportTooLong);
        assert_eq!(hooked(&"[".repeat(16_000)).unwrap_err(), Refused::UnreadableReport);
    }

    #[test]
    fn dropped_reports_are_passed_on_even_when_this_one_is_refused() {
        let request = read_as(PAGE, json!({ "kind": "hooked", "text": "", "dropped": 9980 })).unwrap();
        assert_eq!(request.dropped, 9980);
        assert!(request.event.is_err());
    }
}
