//! The stand-in site: plays `https://app.leonardo.ai` and its API on this machine, for tests and the demo.
//!
//! [`Site::start`] opens a TLS port that answers by `Host`, and a control page. Browsers resolve the real names to
//! that port, so the extension under test is the shipped one. [`Site::command`] does what the server's owner, another
//! device or time would do; [`Site::account`] says what the server really holds.
//!
//! The site does only what the real one is known to do, and knows nothing of the extension. Its app is the React page
//! in `app/`, built by `cargo xtask build`; its first HTML is drawn here. Tests find its controls by `data-stand-in`.
//! Class names change at every start, as they do with every build of the real app.

mod account;
mod answers;
mod command;
mod control;
mod hosts;
mod log;
mod manners;
mod pages;
mod plan;
mod renderer;
mod tls;
mod wallet;
mod world;

pub use account::AccountView;
pub use command::{Command, CommandError, Due, Fault, NewAccount, Renewal, Shape, Target};
pub use log::Request;
pub use manners::{
    App, Booking, Bystanders, Cache, Cost, Counter, FetchUse, FirstHtml, Grouping, Kept, Language, Markup,
    Place, React, Returned, Shows, Theme, Transport, Upheaval,
};
pub use plan::Plan;
pub use wallet::{Job, Pools, PoolsChange};

use anyhow::Context;
use pages::Pages;
use std::future::Future;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use world::World;

/// A running stand-in site. Dropping it shuts it down with all connections.
pub struct Site {
    world: Arc<World>,
    tls_port: u16,
    control_port: u16,
    servers: [JoinHandle<()>; 2],
}

impl Site {
    /// Starts on free ports of 127.0.0.1, without accounts.
    ///
    /// # Errors
    /// When the app is not built, no port is free, or no certificate can be made.
    pub async fn start() -> anyhow::Result<Self> {
        let world = Arc::new(World::new());
        let pages = Arc::new(Pages::load().await?);
        let open = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let (site, control) = (open().await, open().await);
        let site = site.context("opening a port for the stand-in site")?;
        let control = control.context("opening a port for its control page")?;
        let tls = tls::acceptor()?;
        Ok(Self {
            tls_port: site.local_addr()?.port(),
            control_port: control.local_addr()?.port(),
            servers: [
                tokio::spawn(tls::serve(site, Some(tls), hosts::router(Arc::clone(&world), pages))),
                tokio::spawn(tls::serve(control, None, control::router(Arc::clone(&world)))),
            ],
            world,
        })
    }

    /// The port for `app.leonardo.ai`, `api.leonardo.ai` and `cloud.leonardo.ai`.
    #[must_use]
    pub fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// The address of the control page.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.control_port)
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// When that is not possible; nothing changes then.
    pub fn command(&self, command: Command) -> Result<(), CommandError> {
        self.world.command(command)
    }

    /// What the server really holds for an account now.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<AccountView> {
        self.world.account(id)
    }

    /// Every request so far, oldest first (the last ten thousand), except those to the control page.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.world.requests()
    }

    /// The request log, independent of the site.
    #[must_use]
    pub fn log(&self) -> Requests {
        Requests(Arc::clone(&self.world))
    }

    /// Waits for the next matching request. It listens from the call on, not from the first poll: create the future,
    /// cause the request, then await it. `None` if none came in time.
    pub fn next_request<F>(
        &self,
        matching: F,
        within: Duration,
    ) -> impl Future<Output = Option<Request>> + Send + use<F>
    where
        F: Fn(&Request) -> bool + Send,
    {
        let mut arrivals = self.world.arrivals();
        let found = async move {
            loop {
                match arrivals.recv().await {
                    Ok(request) if matching(&request) => return Some(request),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        };
        async move { tokio::time::timeout(within, found).await.ok().flatten() }
    }
}

/// A site's requests, for whoever reads them when it may be gone.
#[derive(Clone)]
pub struct Requests(Arc<World>);

impl Requests {
    /// Every request so far, like [`Site::requests`].
    #[must_use]
    pub fn all(&self) -> Vec<Request> {
        self.0.requests()
    }
}

impl std::fmt::Debug for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Requests")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.world.close();
        self.servers.iter().for_each(JoinHandle::abort);
    }
}
