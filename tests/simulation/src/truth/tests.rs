//! What is true, and which worlds fit, in scenes small enough to check by hand.

use super::question::Question;
use super::*;
use crate::dice::Dice;
use crate::rates::Rates;
use crate::server::{Date, Fate, Job, Offer, Server, Step};
use refill_watch::time::parse_timestamp;

fn at(text: &str) -> Instant {
    parse_timestamp(text).unwrap().0
}

const DUE: &str = "2027-03-02T00:00:00";

/// A browser whose account holds `fast` tokens on the day before a refill is due. The job has this fate and these
/// steps, each a delay after it is due.
fn account(offer: Offer, date: Date, fast: u64, fate: Fate, steps: &[(i64, Step)]) -> Browser {
    let (slug, cycle) = match offer {
        Offer::Free => ("FREE", Cycle::Daily(0)),
        _ => ("ARTISAN", Cycle::Monthly(2, 0)),
    };
    let start = at("2027-03-01T10:00:00");
    let mut server =
        Server::new((offer, slug.into()), (cycle, date), start, Rates::default(), &mut Dice::of(1, 1));
    let due = at(DUE);
    let steps = steps.iter().map(|(delay, step)| (due + delay, *step)).collect();
    server.jobs = vec![Job { fate, steps, ..server.jobs[0].clone() }];
    server.wallet.fast = fast;
    Browser::scene(server, start)
}

/// Runs the job's steps up to `until`.
fn run_until(browser: &mut Browser, until: Instant) {
    let steps = browser.accounts[0].server.jobs[0].steps.clone();
    for (when, step) in steps.into_iter().filter(|(when, _)| *when <= until) {
        browser.accounts[0].server.step(0, step, when, &mut Dice::of(2, 2));
    }
}

fn class(browser: &Browser, at: Instant) -> Class {
    Facts::of(browser, &browser.tabs[0].1, at).class()
}

/// Asks about a look at which the engine said `said`.
fn question<T>(browser: &Browser, at: Instant, said: Class, ask: impl FnOnce(&Question<'_, '_>) -> T) -> T {
    let facts = Facts::of(browser, &browser.tabs[0].1, at);
    let status = browser.engine.status(1, at);
    let truth = facts.class();
    ask(&Question { browser, facts: &facts, status: &status, said, truth })
}

const WHOLE: [Step; 2] = [Step::Tokens(100), Step::Date];

#[test]
fn a_missing_refill_is_late_if_the_page_asked_after_it_was_due_and_stale_if_not() {
    let late = WHOLE.map(|step| (3 * HOUR, step));
    let mut browser = account(Offer::Free, Date::Null, 60, Fate::Late, &late);
    browser.asks(at("2027-03-01T22:00:00"));
    let look = at("2027-03-02T01:00:00");
    assert_eq!(class(&browser, look), Class::Stale);
    browser.asks(look - 30_000);
    assert_eq!(class(&browser, look), Class::Late);
    run_until(&mut browser, look + 3 * HOUR);
    assert_eq!(class(&browser, look + 3 * HOUR), Class::Stale, "the refill has run since");
    browser.asks(look + 3 * HOUR);
    assert_eq!(class(&browser, look + 3 * HOUR + 60_000), Class::Refilled);
    assert_eq!(class(&browser, look + 5 * HOUR), Class::Fresh);
}

#[test]
fn a_date_that_moves_alone_is_late_for_four_hours_and_then_short() {
    let mut browser = account(Offer::Premium, Date::Parsed, 500, Fate::DateFirst, &[(60_000, Step::Date)]);
    browser.asks(at("2027-03-01T22:00:00"));
    run_until(&mut browser, at(DUE) + HOUR);
    browser.asks(at("2027-03-02T02:00:00"));
    assert_eq!(class(&browser, at("2027-03-02T03:00:00")), Class::Late);
    assert_eq!(class(&browser, at("2027-03-02T05:00:00")), Class::Short);
    assert_eq!(
        class(&browser, at("2027-03-09T05:00:00")),
        Class::Short,
        "it stays short until the tokens come"
    );
}

#[test]
fn a_refill_in_parts_is_not_short_while_the_rest_is_on_its_way() {
    let steps = [(60_000, Step::Tokens(40)), (60_000, Step::Date), (2 * HOUR, Step::Tokens(60))];
    let mut browser = account(Offer::Premium, Date::Parsed, 0, Fate::Parts, &steps);
    browser.asks(at("2027-03-01T22:00:00"));
    run_until(&mut browser, at(DUE) + HOUR);
    browser.asks(at(DUE) + HOUR);
    assert_eq!(class(&browser, at(DUE) + HOUR + 60_000), Class::Refilled);
    let mut browser = account(Offer::Premium, Date::Parsed, 0, Fate::Short, &steps[..2]);
    browser.asks(at("2027-03-01T22:00:00"));
    run_until(&mut browser, at(DUE) + HOUR);
    browser.asks(at(DUE) + HOUR);
    assert_eq!(class(&browser, at(DUE) + HOUR + 60_000), Class::Short);
}

#[test]
fn a_missing_refill_is_plain_if_only_own_costs_changed_the_number() {
    let mut browser = account(Offer::Free, Date::Null, 60, Fate::Skipped, &[]);
    browser.asks(at("2027-03-01T22:00:00"));
    browser.pays(8, at("2027-03-01T22:10:00"));
    browser.asks(at("2027-03-02T06:00:00"));
    let look = at("2027-03-02T06:01:00");
    assert_eq!(class(&browser, look), Class::Late);
    assert!(question(&browser, look, Class::Fresh, |q| q.is_plain()));
    assert_eq!(question(&browser, look, Class::Fresh, |q| q.where_well()), None);
    browser.accounts[0].server.wallet.fast -= 9;
    browser.asks(at("2027-03-02T06:02:00"));
    assert!(
        !question(&browser, at("2027-03-02T06:05:00"), Class::Fresh, |q| q.is_plain()),
        "somebody spent unseen"
    );
}

#[test]
fn a_past_date_makes_a_missing_refill_plain_whatever_was_spent() {
    let mut browser = account(Offer::Premium, Date::Parsed, 900, Fate::Skipped, &[]);
    browser.asks(at("2027-03-01T22:00:00"));
    browser.accounts[0].server.wallet.fast = 400;
    browser.asks(at("2027-03-02T06:00:00"));
    assert!(question(&browser, at("2027-03-02T06:01:00"), Class::Fresh, |q| q.is_plain()));
}

#[test]
fn a_full_daily_pool_hides_a_missing_refill() {
    let mut browser = account(Offer::Free, Date::Null, 150, Fate::Skipped, &[]);
    browser.asks(at("2027-03-01T22:00:00"));
    browser.asks(at("2027-03-02T06:00:00"));
    browser.pays(20, at("2027-03-02T06:05:00"));
    browser.asks(at("2027-03-02T06:06:00"));
    let look = at("2027-03-02T06:10:00");
    assert_eq!(class(&browser, look), Class::Late);
    assert_eq!(question(&browser, look, Class::Fresh, |q| q.where_well()), Some(World::CameUnseen));
}

#[test]
fn late_is_excused_only_if_the_refill_ran_after_the_newest_answer() {
    let late = WHOLE.map(|step| (3 * HOUR, step));
    let mut browser = account(Offer::Free, Date::Null, 60, Fate::Late, &late);
    browser.asks(at("2027-03-01T22:00:00"));
    browser.asks(at("2027-03-02T02:00:00"));
    let look = at("2027-03-02T04:00:00");
    run_until(&mut browser, look);
    assert_eq!(question(&browser, look, Class::Late, |q| q.where_right()), Some(World::NotRunYet));
    browser.asks(look);
    assert_eq!(question(&browser, look + 60_000, Class::Late, |q| q.where_right()), None);
}

#[test]
fn half_a_refill_may_have_been_spent_only_long_after_it_came() {
    let steps = [(60_000, Step::Tokens(50)), (60_000, Step::Date)];
    let told_at = |hours: i64| {
        let mut browser = account(Offer::Free, Date::Null, 10, Fate::Short, &steps);
        browser.asks(at("2027-03-01T22:00:00"));
        run_until(&mut browser, at(DUE) + HOUR);
        browser.asks(at(DUE) + hours * HOUR);
        let look = at(DUE) + hours * HOUR + 60_000;
        assert_eq!(class(&browser, look), Class::Short);
        question(&browser, look, Class::Fresh, |q| q.where_well())
    };
    assert_eq!(told_at(1), None);
    assert_eq!(told_at(20), Some(World::WholeAndSpent));
}
