//! The API over a WebSocket: the `graphql-transport-ws` protocol, and the older `graphql-ws` of
//! subscriptions-transport-ws, as far as their clients use them.
//!
//! One conversation per socket. Operations run in parallel and are logged like requests, with the method `SUBSCRIBE`.
//! A subscription is answered again whenever its answer changes.

use super::api::{self, bearer_in};
use super::question::Question;
use super::{API, APP_ORIGIN, TEAM_HEADER, interrupt};
use crate::answers;
use crate::command::{Fault, Target};
use crate::log::Request as Logged;
use crate::world::World;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinSet};

/// What a client sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Value,
    },
    #[serde(alias = "start")]
    Subscribe {
        id: String,
        payload: Value,
    },
    #[serde(alias = "stop")]
    Complete {
        id: String,
    },
    /// The older protocol's closing message.
    ConnectionTerminate,
    Ping,
    Pong,
}

/// The older of the two protocols.
const OLDER: &str = "graphql-ws";

/// Negotiates the protocol and starts.
pub(super) fn open(world: Arc<World>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["graphql-transport-ws", OLDER]).on_upgrade(|socket| converse(socket, world))
}

async fn converse(mut socket: WebSocket, world: Arc<World>) {
    let (told, mut to_tell) = channel(64);
    let is_older = socket.protocol().is_some_and(|protocol| protocol == OLDER);
    let mut conversation = Conversation {
        next: if is_older { "data" } else { "next" },
        world: Arc::clone(&world),
        told,
        headers: None,
        running: HashMap::new(),
        operations: JoinSet::new(),
    };
    let closed = world.until_closed();
    tokio::pin!(closed);
    loop {
        let answer = tokio::select! {
            () = &mut closed => return,
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) => conversation.hear(&text),
                // Waiting for the next message, which never comes, also answers the closing handshake.
                Some(Ok(_)) => None,
                Some(Err(_)) | None => return,
            },
            message = next(&mut to_tell) => Some(message),
        };
        if let Some(message) = answer {
            let is_last = matches!(message, Message::Close(_));
            if socket.send(message).await.is_err() || is_last {
                return;
            }
        }
    }
}

/// An operation's next message; the conversation holds a sender too, so the channel never ends first.
async fn next(to_tell: &mut Receiver<Message>) -> Message {
    match to_tell.recv().await {
        Some(message) => message,
        None => std::future::pending().await,
    }
}

struct Conversation {
    /// The protocol's name for a message with an answer.
    next: &'static str,
    world: Arc<World>,
    told: Sender<Message>,
    /// What `connection_init` sent in place of request headers.
    headers: Option<Value>,
    running: HashMap<String, AbortHandle>,
    operations: JoinSet<()>,
}

impl Conversation {
    /// Handles a message; returns the direct reply, if any.
    fn hear(&mut self, text: &str) -> Option<Message> {
        match serde_json::from_str::<Said>(text) {
            Ok(Said::ConnectionInit { payload }) => {
                self.headers = Some(payload["headers"].clone());
                Some(message(&json!({ "type": "connection_ack" })))
            }
            Ok(Said::Subscribe { id, payload }) => {
                let Some(headers) = &self.headers else { return Some(close(4401, "Unauthorized")) };
                let header = |name: &str| headers[name].as_str().map(str::to_owned);
                let bearer = header("Authorization").as_deref().and_then(bearer_in).map(str::to_owned);
                let Ok(question) = serde_json::from_value::<Question>(payload) else {
                    return Some(close(4400, "not a GraphQL request"));
                };
                self.log(&question, header(TEAM_HEADER), text.len());
                let operation = Operation {
                    next: self.next,
                    world: Arc::clone(&self.world),
                    told: self.told.clone(),
                    id: id.clone(),
                    question,
                    bearer,
                };
                self.running.insert(id, self.operations.spawn(operation.run()));
                None
            }
            Ok(Said::Complete { id }) => {
                if let Some(operation) = self.running.remove(&id) {
                    operation.abort();
                }
                None
            }
            Ok(Said::Ping) => Some(message(&json!({ "type": "pong" }))),
            Ok(Said::Pong) => None,
            Ok(Said::ConnectionTerminate) => Some(close(1000, "Goodbye")),
            Err(_) => Some(close(4400, "not a message of graphql-transport-ws")),
        }
    }

    fn log(&self, question: &Question, team: Option<String>, body_bytes: usize) {
        let number = self.world.arrived(Logged {
            number: 0,
            at: Utc::now(),
            method: "SUBSCRIBE".to_owned(),
            host: API.to_owned(),
            path: "/v1/graphql".to_owned(),
            query: None,
            operation: Some(question.name().to_owned()).filter(|name| !name.is_empty()),
            origin: Some(APP_ORIGIN.to_owned()),
            referer: None,
            team,
            has_cookie: false,
            has_authorization: true,
            body_bytes,
            status: None,
        });
        self.world.answered(number, 200);
    }
}

/// One operation in a conversation.
struct Operation {
    next: &'static str,
    world: Arc<World>,
    told: Sender<Message>,
    id: String,
    question: Question,
    bearer: Option<String>,
}

impl Operation {
    async fn run(self) {
        let Some(target) = self.question.target() else {
            return self.tell_once(&api::unknown(&self.question)).await;
        };
        match self.world.fault(target) {
            Fault::InvalidJwt => return self.tell_once(&answers::invalid_jwt()).await,
            Fault::Html429 => return self.tell(close(4429, "Too many requests")).await,
            Fault::Offline => return self.tell(close(1011, "The server is gone")).await,
            Fault::Slow { ms } => interrupt::wait_out(&self.world, target, ms).await,
            _ => {}
        }
        let mut changes = self.world.changes();
        let mut told = Value::Null;
        loop {
            let account = self.bearer.as_deref().and_then(|bearer| self.world.bearer_account(bearer));
            let answer = api::answer(&self.world, &self.question, account.as_ref());
            if answer != told {
                self.tell_next(target, &answer).await;
                told = answer;
            }
            if !self.question.is_subscription() {
                return self.tell(message(&json!({ "type": "complete", "id": self.id }))).await;
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    async fn tell_once(&self, answer: &Value) {
        self.tell_next(Target::Everything, answer).await;
        self.tell(message(&json!({ "type": "complete", "id": self.id }))).await;
    }

    async fn tell_next(&self, target: Target, answer: &Value) {
        let next = json!({ "type": self.next, "id": self.id, "payload": answer });
        self.tell(Message::text(interrupt::text(&self.world, target, &next))).await;
    }

    async fn tell(&self, message: Message) {
        // It fails when the other side is gone, and then nobody misses it.
        let _ = self.told.send(message).await;
    }
}

fn message(value: &Value) -> Message {
    Message::text(value.to_string())
}

fn close(code: u16, why: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: why.into() }))
}
