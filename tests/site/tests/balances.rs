//! What the API says about a balance: every shape, and that it stays true over refills, spending and purchases.

mod support;

use serde_json::{Value, json};
use stand_in_site::{Command, CommandError, Due, Job, NewAccount, Plan, PoolsChange, Renewal, Shape, Target};
use support::Visitor;

const ANA: &str = "ana";

fn ana() -> String {
    ANA.to_owned()
}

fn fast(fast: u64) -> PoolsChange {
    PoolsChange { fast: Some(fast), ..PoolsChange::default() }
}

/// A free account with 12 tokens whose refill was due ten seconds ago.
async fn due_ten_seconds_ago(job: Job) -> Visitor {
    let renewal = Renewal::Visible;
    let account = NewAccount { pools: fast(12), job, renewal, ..NewAccount::new(ANA, Plan::Free) };
    let visitor = Visitor::as_account(account).await;
    visitor.does(Command::SetDue { account: ana(), due: Due::InSeconds(-10) });
    visitor
}

#[tokio::test]
async fn the_flat_shape_carries_the_field_names_of_the_real_answer() {
    let visitor = Visitor::on(Plan::Essential).await;
    visitor.does(Command::Shape { account: ana(), shape: Shape::Flat });
    let answer = visitor.balance().await;
    let details = answer["data"]["user_details"][0].as_object().unwrap();
    let names: Vec<&str> = details.keys().map(String::as_str).collect();
    for name in [
        "id",
        "plan",
        "tokenRenewalDate",
        "subscriptionTokens",
        "rolloverTokens",
        "paidTokens",
        "streamTokens",
        "subscriptionGptTokens",
        "subscriptionModelTokens",
        "__typename",
    ] {
        assert!(names.contains(&name), "{name} is missing from {names:?}");
    }
    assert_eq!((&details["plan"], &details["subscriptionTokens"]), (&json!("APPRENTICE_V2"), &json!(8_500)));
}

#[tokio::test]
async fn every_shape_puts_the_same_fast_tokens_where_the_real_one_has_them() {
    let visitor = Visitor::on(Plan::Free).await;
    for (shape, place) in [
        (Shape::Live, "/data/user_details/0/subscriptionTokens"),
        (Shape::Flat, "/data/user_details/0/subscriptionTokens"),
        (Shape::Rich, "/data/user_details/0/subscriptionTokens"),
        (Shape::Sparse, "/data/user_details/0/subscriptionTokens"),
        (Shape::Nested, "/data/users/0/user_details/0/subscriptionTokens"),
        (Shape::TeamMemberships, "/data/users/0/user_details/0/subscriptionTokens"),
        (Shape::Teams, "/data/user_details/0/subscriptionTokens"),
    ] {
        visitor.does(Command::Shape { account: ana(), shape });
        assert_eq!(visitor.balance().await.pointer(place), Some(&json!(150)), "{shape:?}");
    }
    assert_eq!(visitor.rest().await["user_details"][0]["subscriptionTokens"], 150);
}

#[tokio::test]
async fn a_team_account_tells_the_shared_pool_beside_the_personal_one() {
    let visitor = Visitor::on(Plan::Team).await;
    visitor.does(Command::SetPools { account: ana(), pools: fast(777) });
    let answer = visitor.balance().await;
    assert_eq!(answer["data"]["teams"][0]["subscriptionTokens"], 777);
    assert_eq!(answer["data"]["user_details"][0]["subscriptionTokens"], 150);
    visitor.does(Command::Shape { account: ana(), shape: Shape::TeamMemberships });
    let answer = visitor.balance().await;
    let team = &answer["data"]["users"][0]["team_memberships"][0]["team"];
    assert_eq!((&team["subscriptionTokens"], &team["teamName"]), (&json!(777), &json!("Studio North")));
    assert!(team["planTokenRenewalDate"].is_string());
}

#[tokio::test]
async fn generating_in_a_team_spends_the_shared_pool_and_leaves_the_personal_one() {
    let visitor = Visitor::on(Plan::Team).await;
    visitor.asks("CreateSDGenerationJob").await;
    let held = visitor.site.account(ANA).unwrap();
    assert_eq!((held.pools.fast, held.personal.fast), (74_992, 150));
    visitor.does(Command::SelectTeam { account: ana(), selected: false });
    visitor.asks("CreateSDGenerationJob").await;
    assert_eq!(visitor.site.account(ANA).unwrap().personal.fast, 142);
}

#[tokio::test]
async fn the_rest_answer_knows_neither_the_plan_nor_the_rollover_bank() {
    let visitor = Visitor::on(Plan::Premium).await;
    let answer = visitor.rest().await;
    let details = answer["user_details"][0].as_object().unwrap();
    assert!(!details.contains_key("plan") && !details.contains_key("rolloverTokens"));
    assert_eq!(details["user"]["id"], ANA);
    assert_eq!((&details["paidTokens"], &details["apiPlanTokenRenewalDate"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn api_credits_need_not_be_whole() {
    let visitor = Visitor::on(Plan::Free).await;
    let pools = PoolsChange { api: Some(12.5), ..PoolsChange::default() };
    visitor.does(Command::SetPools { account: ana(), pools });
    assert_eq!(visitor.rest().await["user_details"][0]["apiPaidTokens"], 12.5);
}

#[tokio::test]
async fn a_refill_on_time_is_in_the_first_answer_after_the_due_instant() {
    let visitor = due_ten_seconds_ago(Job::OnTime).await;
    assert_eq!(visitor.fast().await, 150);
    assert!(visitor.site.account(ANA).unwrap().last_refill.is_some());
}

#[tokio::test]
async fn a_late_refill_leaves_balance_and_date_alone_until_it_comes() {
    let visitor = due_ten_seconds_ago(Job::Late { seconds: 3600 }).await;
    let before = visitor.renewal_date().await;
    assert_eq!(visitor.fast().await, 12);
    visitor.does(Command::SetRefillJob { account: ana(), job: Job::Late { seconds: 5 } });
    assert_eq!(visitor.fast().await, 150);
    assert_ne!(visitor.renewal_date().await, before);
}

#[tokio::test]
async fn a_refill_that_never_comes_leaves_the_date_in_the_past() {
    let visitor = due_ten_seconds_ago(Job::Never).await;
    assert_eq!(visitor.fast().await, 12);
    let held = visitor.site.account(ANA).unwrap();
    assert_eq!(held.runs_at, None);
    assert_eq!(visitor.renewal_date().await, held.due.format("%Y-%m-%dT%H:%M:%S").to_string());
    assert!(held.due < chrono::Utc::now());
}

#[tokio::test]
async fn a_refill_by_hand_can_bring_less_than_the_plan_promises() {
    let visitor = Visitor::on(Plan::Essential).await;
    let before = visitor.site.account(ANA).unwrap().due;
    visitor.does(Command::RefillNow { account: ana(), fast: Some(6_000) });
    let held = visitor.site.account(ANA).unwrap();
    assert_eq!((held.pools.fast, held.pools.rollover), (6_000, 8_500));
    assert!(held.due > before);
}

#[tokio::test]
async fn the_renewal_date_says_what_it_was_told_to_say() {
    let visitor = Visitor::on(Plan::Free).await;
    let tell = |renewal| visitor.does(Command::Renewal { account: ana(), renewal });
    let due = visitor.site.account(ANA).unwrap().due;
    assert!(visitor.renewal_date().await.is_null(), "the free plan has no date");
    tell(Renewal::Visible);
    assert_eq!(visitor.renewal_date().await, due.format("%Y-%m-%dT00:00:00").to_string());
    tell(Renewal::Null);
    assert!(visitor.balance().await["data"]["user_details"][0].get("tokenRenewalDate").unwrap().is_null());
    visitor.does(Command::ChangePlan { account: ana(), plan: Plan::Essential, fast: None });
    tell(Renewal::Usual);
    assert!(visitor.renewal_date().await.is_string(), "a paid plan has one");
    tell(Renewal::Absent);
    assert!(visitor.balance().await["data"]["user_details"][0].get("tokenRenewalDate").is_none());
    tell(Renewal::Past);
    assert!(visitor.renewal_date().await.as_str().unwrap() < due.to_rfc3339().as_str());
    tell(Renewal::Verbatim("next Tuesday".to_owned()));
    assert_eq!(visitor.renewal_date().await, "next Tuesday");
}

#[tokio::test]
async fn a_generation_takes_eight_tokens_from_fast_then_rollover_then_top_up() {
    let visitor = Visitor::on(Plan::Essential).await;
    let pools = PoolsChange { fast: Some(3), rollover: Some(2), top_up: Some(10), ..PoolsChange::default() };
    visitor.does(Command::SetPools { account: ana(), pools });
    let answer = visitor.asks("CreateSDGenerationJob").await;
    assert_eq!(answer["data"]["sdGenerationJob"]["cost"]["amount"], "8");
    let held = visitor.site.account(ANA).unwrap().pools;
    assert_eq!((held.fast, held.rollover, held.top_up), (0, 0, 7));
}

#[tokio::test]
async fn a_generation_that_cannot_be_paid_fails_and_costs_nothing() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::SetPools { account: ana(), pools: fast(7) });
    assert_eq!(visitor.asks("CreateSDGenerationJob").await["errors"][0]["message"], "not enough tokens");
    assert_eq!(visitor.fast().await, 7);
}

#[tokio::test]
async fn spending_elsewhere_and_buying_show_in_the_next_answer() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::SpendElsewhere { account: ana(), tokens: 40 });
    visitor.does(Command::TopUp { account: ana(), tokens: 500 });
    let answer = visitor.balance().await;
    let details = &answer["data"]["user_details"][0];
    assert_eq!((&details["subscriptionTokens"], &details["paidTokens"]), (&json!(110), &json!(500)));
}

#[tokio::test]
async fn a_change_of_plan_brings_its_slug_its_allotment_and_a_new_period() {
    let visitor = Visitor::on(Plan::Free).await;
    visitor.does(Command::ChangePlan { account: ana(), plan: Plan::Essential, fast: None });
    let details = visitor.balance().await["data"]["user_details"][0].clone();
    assert_eq!((&details["plan"], &details["subscriptionTokens"]), (&json!("APPRENTICE_V2"), &json!(8_500)));
    visitor.does(Command::PlanSlug { account: ana(), slug: "BASIC".to_owned() });
    assert_eq!(visitor.balance().await["data"]["user_details"][0]["plan"], "BASIC");
}

#[tokio::test]
async fn a_command_that_makes_no_sense_is_refused_and_changes_nothing() {
    let visitor = Visitor::on(Plan::Free).await;
    let before = visitor.site.account(ANA);
    let refused = |command| visitor.site.command(command).unwrap_err();
    assert_eq!(
        refused(Command::SpendElsewhere { account: ana(), tokens: 151 }),
        CommandError::NotEnough { wanted: 151, held: 150 }
    );
    assert_eq!(refused(Command::SelectTeam { account: ana(), selected: true }), CommandError::NoTeam(ana()));
    assert_eq!(refused(Command::SignIn { account: "bo".into() }), CommandError::UnknownAccount("bo".into()));
    assert_eq!(
        refused(Command::AddAccount(NewAccount::new(ANA, Plan::Free))),
        CommandError::AccountExists(ana())
    );
    let far = Due::At("2099-01-01T00:00:00Z".parse().unwrap());
    assert!(matches!(refused(Command::SetDue { account: ana(), due: far }), CommandError::DueTooFar(_)));
    assert_eq!(visitor.site.account(ANA), before);
    assert_eq!(Target::default(), Target::Everything);
}
