//! A map stored as an ordered list of its pairs. Every map of ours is stored this way.
//!
//! The keys of a JSON object must be strings; ours are instants, tabs and pools. For `#[serde(with =
//! "crate::pairs")]`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Writes the pairs.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
    map: &BTreeMap<K, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map)
}

/// Reads the pairs.
///
/// # Errors
/// When the input is not a list of pairs, or repeats a key.
pub fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let pairs: Vec<(K, V)> = Vec::deserialize(deserializer)?;
    let count = pairs.len();
    let map: BTreeMap<K, V> = pairs.into_iter().collect();
    if map.len() == count { Ok(map) } else { Err(D::Error::custom("a key stands there twice")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(transparent)]
    struct Map(#[serde(with = "super")] BTreeMap<i64, bool>);

    #[test]
    fn a_map_is_the_list_of_its_pairs() {
        let map = Map([(-1, true), (7, false)].into());
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, "[[-1,true],[7,false]]");
        assert_eq!(serde_json::from_str::<Map>(&text).unwrap(), map);
    }

    #[test]
    fn what_is_no_such_list_is_not_read() {
        for text in ["{}", "[[1]]", "[[1,true],[1,false]]", "[1,true]"] {
            assert!(serde_json::from_str::<Map>(text).is_err(), "{text}");
        }
    }
}
