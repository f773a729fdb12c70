//! The messages between the parts of the extension, as types. Each is defined once, here, and (de)serialised by
//! derived serde.
//!
//! - `message`: what a page or a surface of ours sends to the background, and who sent it.
//! - `report`: what hook.js saw in the page's world; `moment`: when.
//! - `reply`: what comes back, and what the background sends on its own.
//!
//! `extension/protocol.d.ts` is generated from these types, and every script in `extension/` is checked against it.
//! The test at the end of this file keeps it current.

mod message;
mod moment;
mod reply;
mod report;

pub use message::{Context, Message, Sender, SenderTab, Sent, Shown, Surface};
pub use moment::Moment;
pub use reply::{File, Picture, Push, Reply, UnsentText};
pub use report::{Form, Report};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, Corner, ExportFormat, SitePage};
    use ts_rs::{Config, TS};

    /// Every type that a script sees, in the file's order.
    fn declarations() -> String {
        let config = Config::new().with_large_int("number");
        let types = [
            Surface::decl(&config),
            Moment::decl(&config),
            crate::balance::Operation::decl(&config),
            crate::state::Unread::decl(&config),
            Form::decl(&config),
            Report::decl(&config),
            Context::decl(&config),
            SitePage::decl(&config),
            Corner::decl(&config),
            ExportFormat::decl(&config),
            Action::decl(&config),
            Message::decl(&config),
            Sent::decl(&config),
            Shown::decl(&config),
            File::decl(&config),
            Picture::decl(&config),
            Reply::decl(&config),
            Push::decl(&config),
            UnsentText::decl(&config),
        ];
        let mut text = String::from(
            "// Written from src/protocol by `REFILL_WATCH_WRITE=1 cargo test --lib protocol`; a test keeps it current.\n\n\
             declare namespace Protocol {\n\
             /** A text or an element, as src/view/node.rs writes it. */\n\
             type Tree = string | Branch;\n\
             type Branch = [tag: string, attributes: { [name: string]: string }, ...children: Tree[]];\n",
        );
        for declaration in types {
            text.extend(declaration.lines().map(|line| format!("{}\n", line.trim_end())));
        }
        text.push_str("}\n");
        text
    }

    #[test]
    fn background_js_calls_what_the_core_exports() {
        let declared = include_str!("../../extension/core.d.ts");
        let exported = include_str!("../browser/entry.rs");
        let names = |text: &str, start: &str, end: char| -> Vec<String> {
            let all = text.match_indices(start).map(|(at, _)| &text[at + start.len()..]);
            let mut names: Vec<_> = all.map(|rest| rest.split(end).next().unwrap_or("").to_owned()).collect();
            names.sort();
            names
        };
        let functions = [names(exported, "\npub fn ", '('), names(exported, "\npub async fn ", '(')].concat();
        let mut functions = functions;
        functions.sort();
        assert_eq!(names(declared, "\nexport function ", '('), functions);
        let getters = names(exported, "(method, getter)]\n    fn ", '(');
        let (_, reads) = declared.split_once("interface Reads {").unwrap();
        let (reads, _) = reads.split_once('}').unwrap();
        assert_eq!(names(reads, "\n  ", ':'), getters);
    }

    #[test]
    fn the_scripts_are_held_to_the_types_as_they_are() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/extension/protocol.d.ts");
        let current = declarations();
        if std::env::var_os("REFILL_WATCH_WRITE").is_some() {
            std::fs::write(file, &current).unwrap();
        }
        let written = std::fs::read_to_string(file).unwrap_or_default();
        assert_eq!(
            written, current,
            "run `REFILL_WATCH_WRITE=1 cargo test --lib protocol` and look at what changed"
        );
    }
}
