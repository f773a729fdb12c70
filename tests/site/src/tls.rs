//! Sockets: a self-signed certificate for the site's names, and the loop that hands connections to a router.

use anyhow::Context;
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tower::ServiceExt;

const NAMES: [&str; 6] =
    ["app.leonardo.ai", "api.leonardo.ai", "cloud.leonardo.ai", "leonardo.ai", "*.leonardo.ai", "127.0.0.1"];

/// A response extension: drop the connection instead of sending this.
#[derive(Clone)]
pub(crate) struct HangUp;

/// TLS with a certificate made at each start; clients must be told to accept it.
pub(crate) fn acceptor() -> anyhow::Result<TlsAcceptor> {
    let made = rcgen::generate_simple_self_signed(NAMES.map(String::from))
        .context("making the stand-in site's certificate")?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .context("choosing TLS versions")?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .context("using the stand-in site's certificate")?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until dropped; every connection ends with it.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                // Small answers should leave at once; if this fails, they are merely later.
                let _ = stream.set_nodelay(true);
                let (tls, router) = (tls.clone(), router.clone());
                connections.spawn(async move {
                    match tls {
                        // A client that does not accept the certificate leaves; that is its choice.
                        Some(tls) => if let Ok(stream) = tls.accept(stream).await { converse(stream, router).await },
                        None => converse(stream, router).await,
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let service = service_fn(move |request| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request).await;
            match response.extensions().get::<HangUp>() {
                Some(HangUp) => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
                None => Ok(response),
            }
        }
    });
    // An error here means that the other side left, or the requested hang-up.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await);
}
