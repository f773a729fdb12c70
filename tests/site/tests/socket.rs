//! The API over a WebSocket, as a `graphql-transport-ws` client sees it.

// This whole file is test code; clippy sees that only in functions marked as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use stand_in_site::{Command, Fault, Plan, Target};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use support::Visitor;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The site's certificate is self-signed; its signatures are checked all the same.
#[derive(Debug)]
struct AnyName;

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, cert, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, cert, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A socket to the API.
struct Socket(WebSocketStream<TlsStream<TcpStream>>);

impl Socket {
    async fn open(visitor: &Visitor) -> Self {
        Self::open_by(visitor, "graphql-transport-ws").await
    }

    async fn open_by(visitor: &Visitor, protocol: &str) -> Self {
        let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, visitor.site.tls_port())));
        let trusting =
            ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(AnyName));
        let tls = TlsConnector::from(Arc::new(trusting.with_no_client_auth()));
        let name = ServerName::try_from("api.leonardo.ai").unwrap();
        let stream = tls.connect(name, stream.await.unwrap()).await.unwrap();
        let mut request = "wss://api.leonardo.ai/v1/graphql".into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        Self(tokio_tungstenite::client_async(request, stream).await.unwrap().0)
    }

    /// A socket whose `connection_init` was accepted.
    async fn greeted(visitor: &Visitor) -> Self {
        Self::open(visitor).await.greet(visitor).await
    }

    async fn greet(self, visitor: &Visitor) -> Self {
        let mut socket = self;
        let authorization = format!("Bearer {}", visitor.bearer().await);
        let headers = json!({ "Authorization": authorization });
        socket.say(json!({ "type": "connection_init", "payload": { "headers": headers } })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn ask(&mut self, operation: &str, kind: &str) {
        let payload = json!({ "operationName": operation, "query": format!("{kind} {operation} {{ … }}") });
        self.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
    }

    async fn hear_message(&mut self) -> Message {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
        heard.expect("nothing was said").unwrap().unwrap()
    }

    async fn hear(&mut self) -> Value {
        serde_json::from_str(self.hear_message().await.to_text().unwrap()).unwrap()
    }

    async fn hear_balance(&mut self) -> Value {
        let next = self.hear().await;
        assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!("1")), "{next}");
        next["payload"]["data"]["user_details"][0]["subscriptionTokens"].clone()
    }

    async fn is_closed_with(&mut self, code: u16) {
        match self.hear_message().await {
            Message::Close(Some(frame)) => assert_eq!(u16::from(frame.code), code),
            other => panic!("not closed: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_query_is_answered_once_and_logged_without_a_secret() {
    let visitor = Visitor::on(Plan::Free).await;
    let mut socket = Socket::greeted(&visitor).await;
    socket.ask("GetUserTokensFromSub", "query").await;
    assert_eq!(socket.hear_balance().await, 150);
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "1" }));
    let logged = visitor.site.requests().into_iter().rfind(|request| request.method == "SUBSCRIBE").unwrap();
    assert_eq!(logged.operation.as_deref(), Some("GetUserTokensFromSub"));
}

#[tokio::test]
async fn a_subscription_is_told_of_every_change_until_it_is_ended() {
    let visitor = Visitor::on(Plan::Free).await;
    let mut socket = Socket::greeted(&visitor).await;
    socket.ask("GetUserTokensFromSub", "subscription").await;
    assert_eq!(socket.hear_balance().await, 150);
    visitor.does(Command::SpendElsewhere { account: "ana".into(), tokens: 10 });
    assert_eq!(socket.hear_balance().await, 140);
    socket.say(json!({ "type": "complete", "id": "1" })).await;
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await["type"], "pong");
    visitor.does(Command::SpendElsewhere { account: "ana".into(), tokens: 10 });
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await["type"], "pong", "an ended subscription was told of a change");
}

#[tokio::test]
async fn a_farewell_is_answered() {
    let visitor = Visitor::on(Plan::Free).await;
    let mut socket = Socket::greeted(&visitor).await;
    let code = 1000_u16;
    let frame = CloseFrame { code: code.into(), reason: "Normal Closure".into() };
    socket.0.send(Message::Close(Some(frame))).await.unwrap();
    socket.is_closed_with(code).await;
}

#[tokio::test]
async fn whoever_asks_without_a_greeting_or_in_another_tongue_is_shut_out() {
    let visitor = Visitor::on(Plan::Free).await;
    let mut socket = Socket::open(&visitor).await;
    socket.ask("GetUserTokensFromSub", "query").await;
    socket.is_closed_with(4401).await;
    let mut socket = Socket::greeted(&visitor).await;
    socket.say(json!({ "type": "start" })).await;
    socket.is_closed_with(4400).await;
}

#[tokio::test]
async fn the_older_protocol_calls_the_same_by_other_words() {
    let visitor = Visitor::on(Plan::Free).await;
    let mut socket = Socket::open_by(&visitor, "graphql-ws").await.greet(&visitor).await;
    let payload = json!({ "query": "query GetUserTokensFromSub { … }" });
    socket.say(json!({ "type": "start", "id": "1", "payload": payload })).await;
    let told = socket.hear().await;
    assert_eq!((&told["type"], &told["id"]), (&json!("data"), &json!("1")), "{told}");
    assert_eq!(told["payload"]["data"]["user_details"][0]["subscriptionTokens"], 150);
    assert_eq!(socket.hear().await["type"], "complete");
    socket.say(json!({ "type": "connection_terminate" })).await;
    socket.is_closed_with(1000).await;
}

#[tokio::test]
async fn faults_reach_the_socket() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::Fault { fault: Fault::InvalidJwt, on: Target::Balance });
    let mut socket = Socket::greeted(&visitor).await;
    socket.ask("GetUserTokensFromSub", "query").await;
    let next = socket.hear().await;
    assert_eq!(next["payload"]["errors"][0]["extensions"]["code"], "invalid-jwt", "{next}");
    visitor.does(Command::Fault { fault: Fault::Html429, on: Target::Balance });
    let mut socket = Socket::greeted(&visitor).await;
    socket.ask("GetUserTokensFromSub", "query").await;
    socket.is_closed_with(4429).await;
}
