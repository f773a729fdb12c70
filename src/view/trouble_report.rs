//! The report on what does not work, for whoever will fix it: counts and versions, no data of the user's.

use crate::State;
use crate::state::Trouble;
use crate::time::UtcMillis;

/// A short plain text about what is not working: counts and versions, no data of the user's. In English, because its
/// readers are developers.
#[must_use]
pub fn trouble_report(state: &State, now: UtcMillis) -> String {
    let tabs = || state.tabs().filter_map(|id| state.tab(id));
    let found = tabs().filter(|tab| tab.counter.is_some()).count();
    let answered = tabs().filter(|tab| tab.answer.is_some()).count();
    let mut text = String::from(concat!("Refill Watch ", env!("CARGO_PKG_VERSION"), "\n"));
    let mut line = |name: &str, value: &str| {
        for part in [name, ": ", value, "\n"] {
            text.push_str(part);
        }
    };
    line("browser", &state.browser);
    line("verdict", state.status_at(None, now).judgement.verdict.word());
    line("trouble", state.trouble(None).map_or("none", Trouble::word));
    let counts = [
        ("tabs", tabs().count()),
        ("answered", answered),
        ("counter found", found),
        ("accounts", state.accounts().count()),
        ("kept aside", state.diagnostics.set_aside.len()),
    ];
    for (name, count) in counts {
        line(name, &count.to_string());
    }
    for (reason, times) in &state.diagnostics.refused {
        line(reason, &times.to_string());
    }
    for (form, times) in &state.diagnostics.forms {
        line(&format!("form {form}"), &times.to_string());
    }
    text
}
