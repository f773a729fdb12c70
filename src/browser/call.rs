//! A call of an extension API, as the text that `background.js` reads and makes it from.

use crate::state::{Area, Unsaved};
use crate::stored::write_text;
use serde_json::Value;

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Text(String),
    Number(i64),
    True,
    False,
    Object(Vec<(String, Argument)>),
    List(Vec<Argument>),
}

impl Argument {
    /// An object with one property, the most common argument.
    pub(super) fn object(name: &str, value: Self) -> Self {
        Self::Object(vec![(name.to_owned(), value)])
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => write_text(out, text),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::True => out.push_str("true"),
            Self::False => out.push_str("false"),
            Self::Object(properties) => {
                out.push('{');
                for (i, (name, value)) in properties.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write_text(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
        }
    }
}

/// A call: the function's path below `chrome`, and its arguments.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) function: &'static str,
    pub(super) arguments: Vec<Argument>,
}

/// A call of `function` with `arguments`.
pub(super) fn call(function: &'static str, arguments: Vec<Argument>) -> Call {
    Call { function, arguments }
}

/// The text for `background.js`: `{"calls":[["tabs.reload",7,{…}],…],"reply":"…","speak":"de"}`. `speak` is the
/// language whose words are wanted, where it is another one than before.
pub(super) fn text(calls: &[Call], reply: &str, speak: Option<&str>) -> String {
    let mut out = String::from("{\"calls\":[");
    for (i, call) in calls.iter().enumerate() {
        out.push_str(if i > 0 { ",[" } else { "[" });
        write_text(&mut out, call.function);
        for argument in &call.arguments {
            out.push(',');
            argument.write(&mut out);
        }
        out.push(']');
    }
    out.push_str("],\"reply\":");
    write_text(&mut out, reply);
    if let Some(language) = speak {
        out.push_str(",\"speak\":");
        write_text(&mut out, language);
    }
    out.push('}');
    out
}

/// The calls that write down `unsaved`: what is set first, what is removed then, so that a value that moves
/// to another key is never in neither.
pub(super) fn writes(unsaved: Vec<Unsaved>) -> Vec<Call> {
    let mut set = [Vec::new(), Vec::new()];
    let mut gone = [Vec::new(), Vec::new()];
    for Unsaved { area, key, value } in unsaved {
        match value {
            Some(value) => set[area as usize].push((key, Argument::Text(value))),
            None => gone[area as usize].push(Argument::Text(key)),
        }
    }
    let mut calls = Vec::new();
    for (function, items) in ["storage.local.set", "storage.session.set"].into_iter().zip(set) {
        if !items.is_empty() {
            calls.push(call(function, vec![Argument::Object(items)]));
        }
    }
    for (function, keys) in ["storage.local.remove", "storage.session.remove"].into_iter().zip(gone) {
        if !keys.is_empty() {
            calls.push(call(function, vec![Argument::List(keys)]));
        }
    }
    calls
}

/// What a write that storage refused would have written: the function and its argument, as `background.js`
/// hands them back.
pub(super) fn refused(function: &str, argument: &str) -> Vec<Unsaved> {
    let area = if function.starts_with("storage.session") { Area::Session } else { Area::Local };
    match serde_json::from_str(argument) {
        Ok(Value::Object(items)) => items
            .into_iter()
            .map(|(key, value)| Unsaved { area, key, value: value.as_str().map(str::to_owned) })
            .collect(),
        Ok(Value::Array(keys)) => keys
            .iter()
            .filter_map(Value::as_str)
            .map(|key| Unsaved { area, key: key.to_owned(), value: None })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn unsaved() -> Vec<Unsaved> {
        vec![
            Unsaved { area: Area::Local, key: "meta".into(), value: Some("{\"a\":\"b\"}".into()) },
            Unsaved { area: Area::Local, key: "old".into(), value: None },
            Unsaved { area: Area::Session, key: "tabs".into(), value: Some("[]".into()) },
        ]
    }

    #[test]
    fn calls_are_written_as_json_with_what_is_set_before_what_is_removed() {
        let text: Value = serde_json::from_str(&text(&writes(unsaved()), "a \"reply\"", Some("de"))).unwrap();
        assert_eq!(
            text,
            json!({"calls": [
                ["storage.local.set", {"meta": "{\"a\":\"b\"}"}],
                ["storage.session.set", {"tabs": "[]"}],
                ["storage.local.remove", ["old"]],
            ], "reply": "a \"reply\"", "speak": "de"})
        );
    }

    #[test]
    fn a_call_carries_its_arguments_in_order() {
        let reload =
            call("tabs.reload", vec![Argument::Number(7), Argument::object("bypassCache", Argument::True)]);
        let text: Value = serde_json::from_str(&text(&[reload], "", None)).unwrap();
        assert_eq!(text["calls"], json!([["tabs.reload", 7, {"bypassCache": true}]]));
    }

    #[test]
    fn a_tab_in_the_background_is_asked_for_as_the_browsers_read_it() {
        let tab = call("tabs.create", vec![Argument::object("active", Argument::False)]);
        assert!(text(&[tab], "", None).contains(r#"["tabs.create",{"active":false}]"#));
    }

    #[test]
    fn what_storage_refused_is_told_back_whole() {
        let back: Vec<Unsaved> = writes(unsaved())
            .into_iter()
            .flat_map(|call| {
                let mut argument = String::new();
                call.arguments[0].write(&mut argument);
                refused(call.function, &argument)
            })
            .collect();
        assert_eq!(back.len(), 3);
        assert!(unsaved().iter().all(|item| back.contains(item)));
    }
}
