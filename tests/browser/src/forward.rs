//! Where the host names of a shared browser lead: to a port that stays the same, and on to the site of the current
//! test.

use anyhow::Result;
use std::net::Ipv4Addr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A port of the loopback interface that forwards connections to another one. It closes when dropped.
#[derive(Debug)]
pub(crate) struct Forward {
    port: u16,
    to: watch::Sender<Option<u16>>,
    server: JoinHandle<()>,
}

impl Forward {
    /// Opens a port that leads nowhere yet.
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (to, changes) = watch::channel(None);
        Ok(Self { port, to, server: tokio::spawn(serve(listener, changes)) })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Leads to another port, or nowhere, from now on; every connection to the former one ends.
    pub(crate) fn lead(&self, to: Option<u16>) {
        self.to.send_replace(to);
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, changes: watch::Receiver<Option<u16>>) {
    loop {
        let Ok((browser, _)) = listener.accept().await else { continue };
        let mut changes = changes.clone();
        let Some(port) = *changes.borrow_and_update() else { continue };
        tokio::spawn(async move {
            tokio::select! {
                // Either side may hang up: that is what some tests are about.
                _ = pass(browser, port) => {}
                _ = changes.changed() => {}
            }
        });
    }
}

async fn pass(mut browser: TcpStream, port: u16) -> std::io::Result<()> {
    let mut site = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    browser.set_nodelay(true)?;
    site.set_nodelay(true)?;
    copy_bidirectional(&mut browser, &mut site).await.map(drop)
}
