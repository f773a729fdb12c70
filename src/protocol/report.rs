//! What hook.js says it saw in the page's own world.
//!
//! The page may have made it up. A report of any other shape is refused whole; [`crate::balance::parse_answer`]
//! judges a body like any other answer.

use super::Moment;
use crate::balance::Operation;
use crate::state::Unread;
use serde::Deserialize;
use serde_json::Value;
use strum::IntoStaticStr;
#[cfg(test)]
use ts_rs::TS;

/// A report, by its kind.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Report {
    /// An answer that may carry a balance or a cost, cut down to those fields.
    Answer {
        /// The body.
        #[cfg_attr(test, ts(type = "unknown"))]
        body: Value,
        /// The kind of operation, where its document was sent.
        #[cfg_attr(test, ts(optional))]
        operation: Option<Operation>,
        /// The team that the request was made for (`x-leonardo-team-id`).
        #[cfg_attr(test, ts(optional))]
        team: Option<String>,
        /// The account that it asked about (`variables.sub`).
        #[cfg_attr(test, ts(optional))]
        sub: Option<String>,
        /// The answer's `Date`, in RFC 3339.
        #[cfg_attr(test, ts(optional))]
        server_date: Option<String>,
        /// Its `Age`, in seconds.
        #[cfg_attr(test, ts(optional))]
        age_s: Option<u64>,
        /// When the page asked.
        asked: Moment,
        /// The forms of the request and the answer.
        #[serde(default)]
        forms: Vec<Form>,
    },
    /// The page asked for the balance and did not get it.
    Failed {
        /// The HTTP status; 0 if there was no answer at all.
        status: u16,
        /// When the page asked.
        asked: Moment,
        /// The forms of the request and the answer.
        #[serde(default)]
        forms: Vec<Form>,
    },
    /// Answers that were seen but not read.
    Unread {
        /// Why.
        why: Unread,
        /// How many.
        times: u64,
        /// The forms of the request and the answer.
        #[serde(default)]
        forms: Vec<Form>,
    },
}

impl Report {
    /// The forms that were seen.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        match self {
            Self::Answer { forms, .. } | Self::Failed { forms, .. } | Self::Unread { forms, .. } => forms,
        }
    }
}

/// A form of a request or an answer. The diagnostics count them, for whoever keeps up with the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// The question was in the address.
    InAddress,
    /// Several operations in one request.
    Batch,
    /// An operation without its document.
    Persisted,
    /// A `Request` object.
    RequestObject,
    /// Sent as a form.
    FormBody,
    /// Sent as a `Blob`.
    BlobBody,
    /// Sent as bytes.
    BytesBody,
    /// By `XMLHttpRequest`.
    Xhr,
    /// Over a socket.
    Socket,
    /// By `EventSource`.
    EventSource,
    /// Answered in parts (`multipart/mixed`).
    Multipart,
    /// Answered as a stream of events.
    EventStream,
    /// Answered with a type other than JSON.
    OtherType,
}
