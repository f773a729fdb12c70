//! What hook.js says it saw in the page's own world.
//!
//! The page may have made it up. A report that is not of this shape is refused as a whole; what stands in a body is judged
//! by [`crate::balance::parse_answer`], like any other answer.

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
    /// An answer that may carry a balance or a cost, cut down to their fields.
    Answer {
        /// The body.
        #[cfg_attr(test, ts(type = "unknown"))]
        body: Value,
        /// The kind of operation, where its document was seen.
        #[cfg_attr(test, ts(optional))]
        operation: Option<Operation>,
        /// The team that the request was made for (`x-leonardo-team-id`).
        #[cfg_attr(test, ts(optional))]
        team: Option<String>,
        /// The account that it asked for (`variables.sub`).
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
        /// The forms that question and answer came in.
        #[serde(default)]
        forms: Vec<Form>,
    },
    /// The balance was asked for and did not come.
    Failed {
        /// The HTTP status; 0 when there was no answer at all.
        status: u16,
        /// When the page asked.
        asked: Moment,
        /// The forms that question and answer came in.
        #[serde(default)]
        forms: Vec<Form>,
    },
    /// Answers were seen and not read.
    Unread {
        /// Why.
        why: Unread,
        /// How many.
        times: u64,
        /// The forms that question and answer came in.
        #[serde(default)]
        forms: Vec<Form>,
    },
}

impl Report {
    /// The forms that were met.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        match self {
            Self::Answer { forms, .. } | Self::Failed { forms, .. } | Self::Unread { forms, .. } => forms,
        }
    }
}

/// A form that a question or an answer came in, counted for whoever is to keep up with the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// The question stood in the address.
    InAddress,
    /// Several operations in one request.
    Batch,
    /// An operation without its document.
    Persisted,
    /// A `Request` object.
    RequestObject,
    /// Asked as a form.
    FormBody,
    /// Asked as a `Blob`.
    BlobBody,
    /// Asked as bytes.
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
    /// Answered with a type that is not JSON's.
    OtherType,
}
