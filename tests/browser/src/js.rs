//! The scripts that run in the browser, beside the page.

/// Returns the banner's host, which is serialised with its closed shadow root.
pub(crate) const HOST: &str = "() => document.getElementById('refill-watch')";

/// Waits for the banner's host to appear.
pub(crate) const AWAIT_HOST: &str = include_str!("js/await_host.js");

/// Reads a surface, or waits until it differs from what was read before.
pub(crate) const READ: &str = include_str!("js/read.js");

/// Finds the control to press and its place, after every finite animation has ended.
pub(crate) const AIM: &str = include_str!("js/aim.js");

/// Waits until an expression, which replaces the word EXPRESSION, is true in the page.
pub(crate) const AWAIT_PAGE: &str = include_str!("js/await_page.js");

/// Waits for fonts, images and finite animations, and for a frame after them.
pub(crate) const SETTLE: &str = include_str!("js/settle.js");
