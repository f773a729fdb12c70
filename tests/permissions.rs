//! What the extension may do: the manifest asks for this and nothing more.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};

fn manifest() -> Value {
    serde_json::from_str(include_str!("../manifest.json")).unwrap()
}

#[test]
fn nothing_is_always_allowed_but_what_is_argued() {
    let manifest = manifest();
    assert_eq!(manifest["permissions"], json!(["storage", "alarms", "notifications", "activeTab"]));
    assert_eq!(manifest["host_permissions"], json!(["https://app.leonardo.ai/*"]));
    assert_eq!(manifest["optional_permissions"], json!(["browsingData"]));
    for key in ["optional_host_permissions", "web_accessible_resources", "externally_connectable"] {
        assert_eq!(manifest.get(key), None, "{key}");
    }
}

#[test]
fn every_script_in_a_page_is_for_the_one_site() {
    let manifest = manifest();
    for script in manifest["content_scripts"].as_array().unwrap() {
        assert_eq!(script["matches"], manifest["host_permissions"]);
    }
}
