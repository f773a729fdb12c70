//! The server model does what is written about it.

use super::*;
use refill_watch::time::{HOUR, parse_timestamp};

fn at(text: &str) -> Instant {
    parse_timestamp(text).unwrap().0
}

fn account(offer: Offer, cycle: Cycle, now: &str) -> Server {
    Server::new(offer, "X".into(), cycle, Date::Told, at(now), &mut Dice::of(1, 1))
}

/// Lets the next job fare as given, and runs it when it runs.
fn fare(server: &mut Server, fate: Fate, delay: i64, percent: u64) {
    let number = server.jobs.len() - 1;
    let due = server.jobs[number].due;
    let runs_at = (fate != Fate::Skipped).then_some(due + delay);
    server.jobs[number] = Job { fate, runs_at, percent, ..server.jobs[number] };
    if let Some(runs_at) = runs_at {
        server.run_job(number, runs_at);
    }
    server.plan_job(due, &mut Dice::of(2, 2));
}

#[test]
fn a_daily_refill_tops_up_to_the_allotment_and_never_beyond_or_down() {
    let mut server = account(Offer::Free, Cycle::Daily(0), "2026-03-01T10:00:00");
    for (before, after, changed) in [(0, 150, true), (149, 150, true), (150, 150, false), (400, 400, false)] {
        server.wallet.fast = before;
        fare(&mut server, Fate::OnTime, 5_000, 100);
        assert_eq!(server.wallet.fast, after);
        let job = server.jobs[server.jobs.len() - 2];
        assert_eq!((job.changed, job.ran_at), (changed, Some(job.due + 5_000)));
    }
}

#[test]
fn a_monthly_refill_banks_what_is_left_up_to_the_cap() {
    let mut server = account(Offer::Essential, Cycle::Monthly(31, 0), "2026-01-10T10:00:00");
    for (left, banked) in [(8_500, 8_500), (8_000, 16_500), (8_500, 25_000), (8_500, 25_500), (0, 25_500)] {
        server.wallet.fast = left;
        fare(&mut server, Fate::OnTime, 5_000, 100);
        assert_eq!((server.wallet.fast, server.wallet.rollover), (8_500, banked));
    }
}

#[test]
fn an_anchor_day_that_a_month_does_not_have_is_its_last_and_comes_back() {
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
    fare(&mut server, Fate::Late, 3 * HOUR, 100);
    let late = server.jobs[0];
    assert!(!late.is_owed(late.due - 1) && late.is_owed(late.due) && late.is_owed(late.due + 3 * HOUR - 1));
    assert!(!late.is_owed(late.due + 3 * HOUR));
    server.wallet.fast = 7;
    fare(&mut server, Fate::Skipped, 0, 100);
    assert!(server.jobs[1].is_owed(server.jobs[1].due + 9 * DAY));
    assert_eq!(server.wallet.fast, 7);
}

#[test]
fn the_told_date_moves_when_the_job_runs_and_not_before() {
    let mut server = account(Offer::Premium, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    assert_eq!(server.renewal, at("2026-03-14"));
    fare(&mut server, Fate::Skipped, 0, 100);
    assert_eq!(server.renewal, at("2026-03-14"));
    fare(&mut server, Fate::Late, 2 * HOUR, 100);
    assert_eq!(server.renewal, at("2026-05-14"));
}

#[test]
fn a_partial_job_gives_less() {
    let mut server = account(Offer::Premium, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    server.wallet.fast = 100;
    fare(&mut server, Fate::Partial, 5_000, 40);
    assert_eq!((server.wallet.fast, server.jobs[0].percent), (10_000, 40));
}

#[test]
fn a_plan_that_ends_voids_the_jobs_it_owed() {
    let mut server = account(Offer::Essential, Cycle::Monthly(14, 0), "2026-03-01T10:00:00");
    fare(&mut server, Fate::Skipped, 0, 100);
    let now = at("2026-03-20");
    server.end_plan("FREE".into(), Cycle::Daily(0), now, &mut Dice::of(3, 3));
    assert!(!server.jobs[0].is_owed(now));
    assert_eq!(server.jobs.last().unwrap().due, at("2026-03-21"));
    assert_eq!(server.date, Date::Left(at("2026-03-14")));
}

#[test]
fn tokens_are_spent_from_fast_then_rollover_then_top_up() {
    let mut wallet = Wallet { fast: 5, rollover: 10, top_up: 20 };
    assert_eq!(wallet.spend(12), 12);
    assert_eq!(wallet, Wallet { fast: 0, rollover: 3, top_up: 20 });
    assert_eq!(wallet.spend(100), 23);
}
