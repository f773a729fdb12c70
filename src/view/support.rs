//! The report for Leonardo's support, in front of the reader: every line can be left out, and more can be typed.

use super::form::form_fields;
use super::parts::{button, fold_out, page_link};
use super::report::report_lines;
use super::{Element, Writer, el};
use crate::State;
use crate::state::{Action, Setting, SitePage, Status};
use crate::verdict::Verdict;

/// The pages that offer help, and their labels.
const PAGES: [(SitePage, &str); 5] = [
    (SitePage::Help, "do_help"),
    (SitePage::Contact, "do_contact"),
    (SitePage::ApiSupport, "do_api_support"),
    (SitePage::Discord, "do_discord"),
    (SitePage::Status, "do_status"),
];

/// The report, collapsed unless the verdict calls for support.
pub fn support(w: &Writer<'_>, state: &State, status: &Status<'_>) -> Option<Element> {
    // Without an account there is nothing to report.
    status.account?;
    let is_case = matches!(status.judgement.verdict, Verdict::Missed { .. } | Verdict::Short { .. });
    let report = state.report();
    // In English whatever the reader's language, for those who will read it.
    let mut lines = el("ul.report|lang=en|dir=ltr");
    for line in report_lines(state, status) {
        let check = el("input|type=checkbox")
            .attr("id", ["report-", line.word].concat())
            .attr("data-setting", Setting::Report(line.word.to_owned()).to_string())
            .flag("checked", !line.is_left_out);
        let class = if line.is_left_out { "left-out" } else { "" };
        lines = lines
            .child(el("li").class(class).child(el("label").child(check).child(el("span").text(line.text))));
    }
    let note = el("textarea|id=report-note|rows=3|data-setting=report:note")
        .attr("aria-label", w.say("support_note"))
        .attr("placeholder", w.say("support_note"))
        .attr("value", &*report.note);
    let buttons = el("div.row")
        .child(button("btn", &Action::CopySupport, &w.say("do_copy_support")))
        .child(button("btn ghost line", &Action::SaveSupport, &w.say("do_save_support")))
        .child(button("btn ghost line", &Action::SaveDiagnostics, &w.say("do_save_diagnostics")));
    let mut links = el("p.links");
    for (page, key) in PAGES {
        links = links.child(page_link(w, page, key));
    }
    let fields =
        el("div.form|lang=en|dir=ltr").children(form_fields(state, status).into_iter().map(|field| {
            let name = w.say_with("do_copy_field", &[("field", field.name)]);
            let copy = button("link", &Action::CopyField(field.word.to_owned()), &w.say("do_copy"));
            el("div.form-row")
                .attr("data-key", field.word)
                .child(el("b").text(field.name))
                .child(el("span").text(field.text))
                .child(copy.attr("aria-label", name))
        }));
    let no_picture = report.has_no_picture.then(|| el("p.complaint|role=alert").say(w, "support_no_picture"));
    let body = el("div.support")
        .child(el("p.sub").say(w, "support_hint"))
        .child(lines)
        .child(note)
        .child(buttons)
        .maybe(no_picture)
        .child(el("p.sub").say(w, "support_picture"))
        .child(el("p.sub").say(w, "support_fields"))
        .child(fields)
        .child(links);
    Some(fold_out(w, "support_title", body).flag("open", is_case))
}
