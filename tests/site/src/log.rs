//! The log of requests, which tests read to see that the extension sends none.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many requests are kept; the oldest go first.
const KEPT: usize = 10_000;

/// A request that reached the site. Of headers with secrets, only their presence is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    /// Its number in the order of arrival, from 0.
    pub number: u64,
    /// When it arrived.
    pub at: DateTime<Utc>,
    /// `GET`, `POST`, …
    pub method: String,
    /// The host it was sent to, without a port.
    pub host: String,
    /// The path, without the query.
    pub path: String,
    /// The query string.
    pub query: Option<String>,
    /// The operation name of a GraphQL request; those of a batch, separated by spaces.
    pub operation: Option<String>,
    /// The origin, as the browser sends it: `https://app.leonardo.ai`, or an extension's own.
    pub origin: Option<String>,
    /// The `Referer` header.
    pub referer: Option<String>,
    /// The `x-leonardo-team-id` header.
    pub team: Option<String>,
    /// Whether it carried a cookie.
    pub has_cookie: bool,
    /// Whether it carried an `Authorization` header.
    pub has_authorization: bool,
    /// How long its body was.
    pub body_bytes: usize,
    /// The status of the answer; `None` while it waits, or if the connection was dropped.
    pub status: Option<u16>,
}

/// The requests so far.
#[derive(Default)]
pub(crate) struct Log {
    kept: std::collections::VecDeque<Request>,
    next: u64,
}

impl Log {
    /// Stores the request and returns it with its number.
    pub fn add(&mut self, mut request: Request) -> Request {
        request.number = self.next;
        self.next += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request.clone());
        request
    }

    pub fn answered(&mut self, number: u64, status: u16) {
        if let Some(request) = self.kept.iter_mut().rev().find(|request| request.number == number) {
            request.status = Some(status);
        }
    }

    pub fn all(&self) -> Vec<Request> {
        self.kept.iter().cloned().collect()
    }

    /// The newest `count`, newest first.
    pub fn newest(&self, count: usize) -> Vec<Request> {
        self.kept.iter().rev().take(count).cloned().collect()
    }
}
