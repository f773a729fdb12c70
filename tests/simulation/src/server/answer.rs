//! What the server answers, in the published shapes.

use super::{Date, Instant, Offer, Server};
use crate::dice::Dice;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// How an account's renewal date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// Without a zone, as it is seen mostly.
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
    /// The official REST one: no plan, no rollover.
    Rest,
}

/// Who the answer is about.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The user's id.
    pub user: String,
    /// The id of the details row.
    pub details: String,
    /// The team's id, for a team workspace.
    pub team: Option<String>,
    /// How dates are written for it.
    pub form: DateForm,
}

/// The body of an answer about `server`, as of now.
#[must_use]
pub fn answer(server: &Server, owner: &Owner, shape: Shape) -> Value {
    let wallet = server.wallet;
    let date = date_text(server, owner.form);
    if let Some(team) = &owner.team {
        // The newer shape tells neither plan nor date.
        let newer = json!({
            "id": team, "akUUID": team, "subscriptionTokens": wallet.fast, "rolloverTokens": wallet.rollover,
            "paidTokens": wallet.top_up,
        });
        let older = json!({
            "id": team, "plan": server.slug, "teamName": "T", "subscriptionTokens": wallet.fast,
            "paidTokens": wallet.top_up, "planTokenRenewalDate": date,
        });
        return match shape {
            Shape::Nested => json!({"data": {"users": [{
                "id": owner.user, "user_details": [{"id": owner.details, "plan": "FREE", "subscriptionTokens": 20}],
                "team_memberships": [{"team": older}],
            }]}}),
            Shape::Flat | Shape::Rest => json!({"data": {"teams": [newer]}}),
        };
    }
    let details = json!({
        "id": owner.details, "plan": server.slug, "tokenRenewalDate": date, "subscriptionTokens": wallet.fast,
        "rolloverTokens": wallet.rollover, "paidTokens": wallet.top_up, "streamTokens": 0,
        "subscriptionGptTokens": 0, "subscriptionModelTokens": 0, "__typename": "user_details",
    });
    match shape {
        Shape::Flat => json!({"data": {"user_details": [details]}}),
        Shape::Nested => json!({"data": {"users": [{"id": owner.user, "user_details": [details]}]}}),
        Shape::Rest => json!({"user_details": [{
            "user": {"id": owner.user, "username": "someone"}, "tokenRenewalDate": date,
            "paidTokens": wallet.top_up, "subscriptionTokens": wallet.fast, "subscriptionGptTokens": 0,
            "subscriptionModelTokens": 0, "apiConcurrencySlots": 10, "apiPaidTokens": null,
            "apiSubscriptionTokens": null, "apiPlanTokenRenewalDate": null,
        }]}),
    }
}

fn date_text(server: &Server, form: DateForm) -> Value {
    let at = match server.date {
        Date::Told => server.renewal,
        Date::Null => return Value::Null,
        Date::Left(at) | Date::Yearly(at) => at,
        Date::Absurd(text) => return Value::from(text),
    };
    Value::from(written(at, form))
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
    /// A slug that answers give this plan, ambiguous and unknown ones included.
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
