//! A client that reaches the site like a browser: through TLS, under the real names, with its own cookies. Requests
//! are defined here once; expectations are in the tests.

// Each test file is a crate and uses what it needs; clippy does not see that this module is only for tests.
#![allow(dead_code, clippy::unwrap_used)]

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use stand_in_site::{Command, NewAccount, Plan, Site};
use std::net::{Ipv4Addr, SocketAddr};

pub struct Visitor {
    pub site: Site,
    pub client: Client,
}

impl Visitor {
    /// A visitor to a new site without accounts.
    pub async fn to_an_empty_site() -> Self {
        // Another test in this process may have installed it already.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let site = Site::start().await.unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, site.tls_port()));
        let mut client = Client::builder()
            .tls_danger_accept_invalid_certs(true)
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy();
        for host in ["app.leonardo.ai", "api.leonardo.ai", "cloud.leonardo.ai", "intercom.leonardo.ai"] {
            client = client.resolve(host, address);
        }
        Self { site, client: client.build().unwrap() }
    }

    /// A visitor signed in as `ana` on this plan.
    pub async fn on(plan: Plan) -> Self {
        Self::as_account(NewAccount::new("ana", plan)).await
    }

    /// A visitor signed in as a new account.
    pub async fn as_account(account: NewAccount) -> Self {
        let visitor = Self::to_an_empty_site().await;
        let id = account.id.clone();
        visitor.does(Command::AddAccount(account));
        visitor.does(Command::SignIn { account: id });
        visitor
    }

    pub fn does(&self, command: Command) {
        self.site.command(command).unwrap();
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.site.tls_port())
    }

    pub async fn opens(&self, path: &str) -> Response {
        self.client.get(self.url("app.leonardo.ai", path)).send().await.unwrap()
    }

    /// The token that the app's page would use.
    pub async fn bearer(&self) -> String {
        let session: Value = self.opens("/api/auth/get-session").await.json().await.unwrap();
        session["accessToken"].as_str().unwrap_or_default().to_owned()
    }

    pub async fn operation(&self, name: &str) -> RequestBuilder {
        self.client
            .post(self.url("api.leonardo.ai", "/v1/graphql"))
            .bearer_auth(self.bearer().await)
            .header("origin", "https://app.leonardo.ai")
            .json(&json!({ "operationName": name, "query": "…", "variables": { "prompt": "dunes" } }))
    }

    pub async fn asks_raw(&self, name: &str) -> reqwest::Result<Response> {
        self.operation(name).await.send().await
    }

    pub async fn asks(&self, name: &str) -> Value {
        self.asks_raw(name).await.unwrap().json().await.unwrap()
    }

    /// The answer to the balance operation.
    pub async fn balance(&self) -> Value {
        self.asks("GetUserTokensFromSub").await
    }

    pub async fn fast(&self) -> Value {
        self.balance().await["data"]["user_details"][0]["subscriptionTokens"].clone()
    }

    pub async fn renewal_date(&self) -> Value {
        self.balance().await["data"]["user_details"][0]["tokenRenewalDate"].clone()
    }

    pub async fn rest(&self) -> Value {
        let url = self.url("cloud.leonardo.ai", "/api/rest/v1/me");
        let sent = self.client.get(url).bearer_auth(self.bearer().await).send().await;
        sent.unwrap().json().await.unwrap()
    }
}
