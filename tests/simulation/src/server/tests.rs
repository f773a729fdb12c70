//! The server model does what its docs say.

use super::*;
use refill_watch::time::{HOUR, parse_timestamp};

fn at(text: &str) -> Instant {
    parse_timestamp(text).unwrap().0
}

fn account(offer: Offer, cycle: Cycle, now: &str) -> Server {
    Server::new((offer, "X".into()), (cycle, Date::Parsed), at(now), Rates::default(), &mut Dice::of(1, 1))
}

/// Runs the next job with these steps, each a delay after it is due, and plans the one after it.
fn fare(server: &mut Server, fate: Fate, steps: &[(i64, Step)]) {
    let number = server.jobs.len() - 1;
    let due = server.jobs[number].due;
    server.jobs[number].fate = fate;
    server.jobs[number].steps = steps.iter().map(|(delay, step)| (due + delay, *step)).collect();
    let dice = &mut Dice::of(2, 2);
    for (delay, step) in steps {
        server.step(number, *step, due + delay, dice);
    }
    server.plan_job(due, dice);
}

/// A whole refill, `delay` milliseconds after it is due.
fn whole(delay: i64) -> [(i64, Step); 2] {
    [(delay, Step::Tokens(100)), (delay, Step::Date)]
}

#[test]
fn a_daily_refill_tops_up_to_the_allotment_and_never_beyond_or_down() {
    let mut server = account(Offer::Free, Cycle::Daily(0), "2026-03-01T10:00:00");
    for (before, after, changed) in [(0, 150, true), (149, 150, true), (150, 150, false), (400, 400, false)] {
        server.wallet.fast = before;
        fare(&mut server, Fate::OnTime, &whole(5_000));
        assert_eq!(server.wallet.fast, after);
        let job = server.jobs[server.jobs.len() - 2].clone();
        assert_eq!((job.changed, job.ran_at), (changed, Some(job.due + 5_000)));
    }
}

#[test]
fn a_monthly_refill_banks_what_is_left_up_to_the_cap() {
    let mut server = account(Offer::Essential, Cycle::Monthly(31, 0), "2026-01-10T10:00:00");
    for (left, banked) in [(8_500, 8_500), (8_000, 16_500), (8_500, 25_000), (8_500, 25_500), (0, 25_500)] {
        server.wallet.fast = left;
        fare(&mut server, Fate::OnTime, &whole(5_000));
        assert_eq!((server.wallet.fast, server.wallet.rollover), (8_500, banked));
    }
}

#[test]
fn a_short_month_refills_on_its_last_day_and_the_anchor_day_comes_back() {
    let cycle = Cycle::Monthly(31, HOUR);
    let mut now = at("2027-01-05");
    for due in ["2027-01-31T01:00:00", "2027-02-28T01:00:00", "2027-03-31T01:00:00", "2027-04-30T01:00:00"] {
        now = cycle.next_due(now);
        assert_eq!(now, at(due));
    }
}

#[test]
fn a_late_job_is_owed_until_it_runs_and_a_skipped_one_for_good() {
    let mut server = account(Offer::Free, Cycle::Daily(0), "2026-03-01T10:00:00");
    server.wallet.fast = 0;
    fare(&mut server, Fate::Late, &whole(3 * HOUR));
    let late = server.jobs[0].clone();
    assert!(!late.is_owed(late.due - 1) && late.is_owed(late.due) && late.is_owed(late.due + 3 * HOUR - 1));
    assert!(!late.is_owed(late.due + 3 * HOUR));
    server.wallet.fast = 7;
    fare(&mut server, Fate::Skipped, &[]);
    assert!(server.jobs[1].is_owed(server.jobs[1].due + 9 * DAY));
    assert_eq!(server.wallet.fast, 7);
}

#[test]
fn the_renewal_date_moves_when_the_job_runs_and_not_before() {
    let mut server = account(Offer::Premium, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    assert_eq!(server.renewal, at("2026-03-14"));
    fare(&mut server, Fate::Skipped, &[]);
    assert_eq!(server.renewal, at("2026-03-14"));
    fare(&mut server, Fate::Late, &whole(2 * HOUR));
    assert_eq!(server.renewal, at("2026-05-14"));
}

#[test]
fn a_short_refill_banks_the_leftovers_and_its_rest_comes_on_top() {
    let mut server = account(Offer::Premium, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    server.wallet.fast = 100;
    let steps = [(5_000, Step::Tokens(40)), (5_000, Step::Date), (2 * DAY, Step::Tokens(60))];
    fare(&mut server, Fate::Short, &steps[..2]);
    assert_eq!(server.wallet, Wallet { fast: 10_000, rollover: 100, top_up: 0 });
    let (due, number) = (server.jobs[0].due, 0);
    server.wallet.spend(1_000);
    server.step(number, steps[2].1, due + 2 * DAY, &mut Dice::of(2, 2));
    assert_eq!(server.wallet.fast, 24_000);
    let job = &server.jobs[number];
    assert_eq!(
        (job.percent(due), job.percent(due + DAY), job.percent(due + 3 * DAY)),
        (None, Some(40), Some(100))
    );
}

#[test]
fn a_date_that_moves_first_leaves_the_tokens_owed() {
    let mut server = account(Offer::Essential, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    server.wallet.fast = 7;
    fare(&mut server, Fate::DateFirst, &[(5_000, Step::Date)]);
    assert_eq!((server.renewal, server.wallet.fast), (at("2026-04-14"), 7));
    let job = &server.jobs[0];
    assert!(job.is_owed(job.due + DAY) && job.is_renewed(job.due + DAY) == Some(job.due + 5_000));
}

#[test]
fn a_month_that_starts_anew_moves_the_anchor_day() {
    let mut server = account(Offer::Premium, Cycle::Monthly(20, HOUR), "2026-03-01T10:00:00");
    let now = at("2026-03-09T12:34:00");
    server.jobs[0].fate = Fate::Anew;
    for step in [Step::Tokens(100), Step::Date] {
        server.step(0, step, now, &mut Dice::of(2, 2));
    }
    assert_eq!((server.jobs[0].due, server.renewal), (now, at("2026-04-09T12:34:00")));
    assert_eq!(server.jobs.last().unwrap().due, server.renewal);
}

#[test]
fn a_failed_generation_returns_its_cost_to_the_pools_it_came_from() {
    let mut server = account(Offer::Essential, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    server.wallet = Wallet { fast: 5, rollover: 10, top_up: 20 };
    let had = server.wallet;
    let paid = server.spend(12, 0, Change::SpentHere);
    assert_eq!(paid, Wallet { fast: 5, rollover: 7, top_up: 0 });
    server.give_back(paid, 1);
    assert_eq!(server.wallet, had);
}

#[test]
fn a_plan_that_ends_voids_the_jobs_it_owed() {
    let mut server = account(Offer::Essential, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    fare(&mut server, Fate::Skipped, &[]);
    let now = at("2026-03-20");
    server.end_plan("FREE".into(), Cycle::Daily(0), now, &mut Dice::of(3, 3));
    assert!(!server.jobs[0].is_owed(now));
    assert_eq!(server.jobs.last().unwrap().due, at("2026-03-21"));
    assert_eq!(server.date, Date::Left(at("2026-03-14")));
}

#[test]
fn tokens_are_spent_from_fast_then_rollover_then_top_up() {
    let mut wallet = Wallet { fast: 5, rollover: 10, top_up: 20 };
    assert_eq!(wallet.spend(12), Wallet { fast: 5, rollover: 7, top_up: 0 });
    assert_eq!(wallet, Wallet { fast: 0, rollover: 3, top_up: 20 });
    assert_eq!(wallet.spend(100).total(), 23, "spending takes no more than there is");
}
