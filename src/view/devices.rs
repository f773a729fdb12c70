//! The options about other devices: whether they share their numbers, and which there are.

use super::controls::{choice, typed};
use super::parts::button;
use super::{Element, Writer, el};
use crate::State;
use crate::state::{Action, DeviceRow, Setting, Switch, SyncTrouble};

/// The settings and the other devices.
pub fn devices(w: &Writer<'_>, state: &State) -> Vec<Element> {
    let trouble = match state.sync_trouble() {
        SyncTrouble::None => None,
        SyncTrouble::Absent => Some("devices_absent"),
        SyncTrouble::Full => Some("devices_full"),
    };
    let is_on = state.devices().devices == Switch::On;
    let mut group = vec![choice(w, state, &Setting::Devices, Switch::WORDS)];
    if is_on {
        group.extend(trouble.map(|key| el("p.complaint|role=alert").say(w, key)));
        group.push(typed(w, state, &Setting::DeviceName, "options_device_name", ""));
        group.extend(state.device_rows().iter().map(|row| device(w, row)));
    }
    group
}

/// A device: its name, which can be changed, its newest answer, and a button to remove it.
fn device(w: &Writer<'_>, row: &DeviceRow) -> Element {
    let key = Setting::Device(row.id.to_string()).to_string();
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
        button("btn ghost line", &Action::RemoveDevice(row.id.to_string()), &w.say("do_remove_device"));
    el("div.field device")
        .attr("data-key", row.id.clone())
        .child(name)
        .child(el("div.row").child(el("span.sub").nodes(told)).child(remove))
}
