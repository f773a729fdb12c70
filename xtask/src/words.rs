//! Packs the words: what the browser itself reads stays in `_locales/`, all messages go into lists.
//!
//! Translators write `_locales/<language>/messages.json`. There, every language would repeat the keys. The package
//! has them once, in `words/keys.json`; `words/<language>.json` has the messages in the same order.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The messages that the manifest and `chrome.i18n` use.
const ASKED_BY_BROWSER: [&str; 4] = ["ext_name", "ext_description", "command_toggle", "language_tag"];

/// Replaces each language's file in `shipped` (the package's files, by name) and adds the lists.
pub(crate) fn pack(shipped: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut languages = BTreeMap::new();
    for (name, bytes) in shipped.iter_mut() {
        let Some(language) = name.strip_prefix("_locales/").and_then(|name| name.split('/').next()) else {
            continue;
        };
        let all: Map<String, Value> =
            serde_json::from_slice(bytes).with_context(|| format!("extension/{name} is no JSON object"))?;
        let kept = all.iter().filter(|(key, _)| ASKED_BY_BROWSER.contains(&key.as_str()));
        *bytes = serde_json::to_vec(&kept.collect::<BTreeMap<_, _>>())?;
        let sentences = all.into_iter().map(|(key, entry)| (key, entry["message"].clone()));
        languages.insert(language.to_owned(), sentences.collect::<BTreeMap<_, _>>());
    }
    let keys: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    for (language, sentences) in &languages {
        let list: Vec<&Value> = keys.iter().map(|key| sentences.get(*key).unwrap_or(&Value::Null)).collect();
        shipped.insert(format!("words/{language}.json"), serde_json::to_vec(&list)?);
    }
    shipped.insert("words/keys.json".to_owned(), serde_json::to_vec(&keys)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_sentence_of_every_language_stands_beside_its_key() {
        let folder = crate::files::workspace().join("extension/_locales");
        let mut shipped = BTreeMap::new();
        let mut sources = BTreeMap::new();
        for entry in fs::read_dir(folder).expect("the languages") {
            let entry = entry.expect("a language");
            let language = entry.file_name().into_string().expect("a Unicode name");
            let bytes = fs::read(entry.path().join("messages.json")).expect("its sentences");
            let source: BTreeMap<String, Value> = serde_json::from_slice(&bytes).expect("JSON");
            sources.insert(language.clone(), source);
            shipped.insert(format!("_locales/{language}/messages.json"), bytes);
        }
        pack(&mut shipped).expect("packed");
        let keys: Vec<String> = serde_json::from_slice(&shipped["words/keys.json"]).expect("keys");
        assert!(sources.len() > 10, "{} languages", sources.len());
        for (language, source) in sources {
            let list: Vec<Value> =
                serde_json::from_slice(&shipped[&format!("words/{language}.json")]).expect("sentences");
            assert_eq!(list.len(), keys.len(), "{language}");
            for (key, sentence) in keys.iter().zip(list) {
                let wanted = source.get(key).map_or(Value::Null, |entry| entry["message"].clone());
                assert_eq!(sentence, wanted, "{language} {key}");
            }
        }
    }
}
