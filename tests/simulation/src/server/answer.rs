//! The server's answers, in the published shapes.

use super::{Date, Instant, Offer, Server, Wallet};
use crate::dice::Dice;
use chrono::{DateTime, Utc};
use refill_watch::time::DAY;
use serde_json::{Value, json};

/// How an account's renewal date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// Without a zone, as most are.
    Bare,
    /// With `Z`.
    Zulu,
    /// With an offset.
    Offset,
    /// With fractional digits.
    Fraction,
}

/// The shape of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `data.user_details[0]`.
    Flat,
    /// `data.users[0].user_details[0]`.
    Nested,
    /// The official REST API's: no plan, no rollover.
    Rest,
}

/// Who the answer is about.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The user's id.
    pub user: String,
    /// The id of the details row; the app's own query does not ask for it.
    pub details: Option<String>,
    /// What requests send as `variables.sub`.
    pub sub: Option<String>,
    /// The team's id, for a team workspace.
    pub team: Option<String>,
    /// How its dates are written.
    pub form: DateForm,
}

/// The body of an answer about `person`, with the `team` beside it if there is one. It does not say whether the
/// team's pool counts: only the request's header does.
#[must_use]
pub fn answer(person: (&Server, &Owner), team: Option<(&Server, &Owner)>, shape: Shape) -> Value {
    let (server, owner) = person;
    let wallet = server.wallet;
    let date = date_text(server, owner.form);
    let mut details = json!({
        "plan": server.slug, "tokenRenewalDate": date, "subscriptionTokens": wallet.fast,
        "rolloverTokens": wallet.rollover, "paidTokens": wallet.top_up, "streamTokens": 0,
        "subscriptionGptTokens": 0, "subscriptionModelTokens": 0, "__typename": "user_details",
    });
    if let Some(id) = &owner.details {
        details["id"] = Value::from(id.as_str());
    }
    match shape {
        // The newer shape has neither the team's plan nor its date.
        Shape::Flat => {
            let teams: Vec<Value> = team
                .into_iter()
                .map(|(server, owner)| {
                    let Wallet { fast, rollover, top_up } = server.wallet;
                    json!({"akUUID": owner.team, "subscriptionTokens": fast, "rolloverTokens": rollover,
                        "paidTokens": top_up})
                })
                .collect();
            json!({"data": {"user_details": [details], "teams": teams}})
        }
        Shape::Nested => {
            let teams: Vec<Value> = team
                .into_iter()
                .map(|(server, owner)| {
                    let date = date_text(server, owner.form);
                    json!({"team": {"id": owner.team, "akUUID": owner.team, "plan": server.slug, "teamName": "T",
                        "subscriptionTokens": server.wallet.fast, "paidTokens": server.wallet.top_up,
                        "planTokenRenewalDate": date}})
                })
                .collect();
            json!({"data": {"users": [{"id": owner.user, "user_details": [details], "team_memberships": teams}]}})
        }
        Shape::Rest => json!({"user_details": [{
            "user": {"id": owner.user, "username": "someone"}, "tokenRenewalDate": date,
            "paidTokens": wallet.top_up, "subscriptionTokens": wallet.fast, "subscriptionGptTokens": 0,
            "subscriptionModelTokens": 0, "apiConcurrencySlots": 10, "apiPaidTokens": null,
            "apiSubscriptionTokens": null, "apiPlanTokenRenewalDate": null,
        }]}),
    }
}

/// The renewal date in answers; `None` if they hold none that can be read.
#[must_use]
pub fn told_date(server: &Server) -> Option<Instant> {
    match server.date {
        Date::Parsed => Some(server.renewal),
        Date::Midnight => Some(server.renewal.div_euclid(DAY) * DAY),
        Date::Past => Some(server.renewed),
        Date::Null | Date::Absurd(_) => None,
        Date::Left(at) | Date::Yearly(at) => Some(at),
    }
}

fn date_text(server: &Server, form: DateForm) -> Value {
    match (server.date, told_date(server)) {
        (Date::Absurd(text), _) => Value::from(text),
        (_, Some(at)) => Value::from(written(at, form)),
        (_, None) => Value::Null,
    }
}

fn written(at: Instant, form: DateForm) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
    match form {
        DateForm::Bare => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        DateForm::Zulu => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        DateForm::Offset => (at + chrono::TimeDelta::hours(2)).format("%Y-%m-%dT%H:%M:%S+02:00").to_string(),
        DateForm::Fraction => at.format("%Y-%m-%dT%H:%M:%S.000000").to_string(),
    }
}

impl Offer {
    /// Draws a slug that answers use for this plan, ambiguous and unknown ones included.
    pub fn slug(self, dice: &mut Dice) -> String {
        let choices: &[&str] = match self {
            Self::Free => &["FREE", "FREE", "FREE", "FREE", "BASIC"],
            Self::Essential => &["APPRENTICE", "APPRENTICE_V2", "APPRENTICE_V2", "BASIC"],
            Self::Premium => &["ARTISAN", "ARTISAN_V2", "ARTISAN_V2"],
            Self::Ultimate => &["MAESTRO", "MAESTRO_V2", "MAESTRO_V2", "STUDIO_24"],
            Self::Team(_) => &["TEAM_STARTER", "TEAMS_V1"],
        };
        dice.pick(choices, "FREE").to_owned()
    }
}
