//! The options about other devices: whether they tell each other, and which there are.

use super::options::{choice, typed};
use super::parts::button;
use super::{Element, Writer, el};
use crate::State;
use crate::state::{DeviceRow, Switch, SyncTrouble};

/// The settings and the other devices, into their section.
pub fn devices(w: &Writer<'_>, state: &State, section: Element) -> Element {
    let trouble = match state.sync_trouble() {
        SyncTrouble::None => None,
        SyncTrouble::Absent => Some("devices_absent"),
        SyncTrouble::Full => Some("devices_full"),
    };
    let is_on = state.devices().devices == Switch::On;
    let mut section = section
        .child(choice(w, state, "devices", Switch::WORDS))
        .maybe(trouble.filter(|_| is_on).map(|key| el("p.complaint|role=alert").say(w, key)));
    if is_on {
        section = section.child(typed(w, state, "device_name", "options_device_name", ""));
        for row in state.device_rows() {
            section = section.child(device(w, &row));
        }
    }
    section
}

/// A device: its name, to be changed, what it was last answered, and its removal.
fn device(w: &Writer<'_>, row: &DeviceRow) -> Element {
    let key = ["device:", &row.id].concat();
    let name = el("input|type=text|autocomplete=off|maxlength=40|size=16")
        .attr("id", key.clone())
        .attr("data-setting", key)
        .attr("aria-label", w.say("options_device_name"))
        .attr("value", &*row.name);
    let amount = w.amount(row.pools.primary_amount());
    let told = match row.is_known {
        true => {
            w.fill("device_told", [("amount", amount.into()), ("ago", w.relative(row.answered_at).into())])
        }
        false => w.fill("device_other_account", [("ago", w.relative(row.answered_at).into())]),
    };
    let remove =
        button("btn ghost line", "remove-device", &w.say("do_remove_device")).attr("data-value", &*row.id);
    el("div.field device")
        .attr("data-key", row.id.clone())
        .child(name)
        .child(el("div.row").child(el("span.sub").nodes(told)).child(remove))
}
