//! The policy on facts put there by hand: a case on each side of every bound. Whole stories, from answers to
//! verdict, are in tests/.

use super::*;
use crate::balance::Plan;
use crate::time::{MinuteOfDay, Schedule, parse_timestamp};
use crate::verdict::{PlanChange, Planned, Proof, Sighting, Source, SpentElsewhere};

fn at(text: &str) -> UtcMillis {
    parse_timestamp(text).unwrap()
}

/// When the newest refill was due, in every case here.
fn due() -> UtcMillis {
    at("2026-11-23T00:00:00")
}

fn pools(amounts: &[(Pool, u64)]) -> Pools {
    let mut pools = Pools::default();
    for (pool, tokens) in amounts {
        pools.set(*pool, Amount::whole(*tokens));
    }
    pools
}

/// A free account at noon; its tab has an answer from eleven.
struct Case {
    now: UtcMillis,
    answered_at: UtcMillis,
    pools: Pools,
    spent_since: Amount,
    ledger: Ledger,
    calendar: Calendar,
}

impl Case {
    fn new() -> Self {
        let answered_at = at("2026-11-23T11:00:00");
        let pools = pools(&[(Pool::Fast, 100)]);
        let last = Sighting { answered_at, pools: pools.clone(), ..Sighting::default() };
        Self {
            now: at("2026-11-23T12:00:00"),
            answered_at,
            pools,
            spent_since: Amount::ZERO,
            ledger: Ledger { last: Some(last), ..Ledger::default() },
            calendar: calendar(Plan::Free, 0),
        }
    }

    /// The same account after a confirmed refill.
    fn refilled(before: u64, after: u64) -> Self {
        let mut case = Self::new();
        case.ledger.refill = Some(Refill {
            due: due(),
            not_before: due().plus(-HOUR),
            seen_at: due().plus(10 * MINUTE),
            before: Some(Amount::whole(before)),
            after: Some(Amount::whole(after)),
            proof: Proof::Rose,
            ..Refill::default()
        });
        case
    }

    fn refill(&mut self) -> &mut Refill {
        self.ledger.refill.as_mut().unwrap()
    }

    fn newest(&mut self) -> &mut Sighting {
        self.ledger.last.as_mut().unwrap()
    }

    fn judge(&self) -> Judgement {
        judge(&Evidence {
            now: self.now,
            shown: Shown::Answer {
                answered_at: self.answered_at,
                pools: &self.pools,
                spent_since: self.spent_since,
                counter: None,
            },
            ledger: &self.ledger,
            calendar: Some(&self.calendar),
            on_api_page: false,
            clock_ahead: None,
            old_after: Some(3 * HOUR),
        })
    }

    fn verdict(&self) -> &'static str {
        self.judge().verdict.word()
    }

    fn has(&self, note: &str) -> bool {
        self.judge().notes.iter().any(|other| other.word() == note)
    }
}

fn calendar(plan: Plan, slack: i64) -> Calendar {
    let schedule = Schedule::Daily(MinuteOfDay::MIDNIGHT);
    Calendar {
        plan: Some(plan),
        planned: Some(Planned { schedule, basis: Basis::Assumed, slack }),
        date: None,
    }
}

#[test]
fn a_number_older_than_the_first_possible_due_instant_is_from_before_the_refill() {
    for slack in [0, HOUR] {
        let mut case = Case::new();
        case.calendar = calendar(Plan::Free, slack);
        case.answered_at = due().plus(-slack);
        assert_ne!(case.verdict(), "stale", "slack {slack}");
        case.answered_at = due().plus(-slack - 1);
        assert_eq!(case.verdict(), "stale", "slack {slack}");
    }
}

#[test]
fn an_answer_is_newer_when_it_is_later_and_not_from_the_future() {
    let newest_at = |newest_at: UtcMillis| {
        let mut case = Case::new();
        case.newest().answered_at = newest_at;
        case.newest().pools = pools(&[(Pool::Fast, 60)]);
        case.verdict()
    };
    let case = Case::new();
    assert_eq!(newest_at(case.answered_at), "fresh", "an answer of the same instant is not newer");
    assert_eq!(newest_at(case.answered_at.plus(1)), "stale");
    assert_eq!(newest_at(case.now.plus(90 * SECOND)), "stale", "two clocks always differ a little");
    assert_eq!(newest_at(case.now.plus(2 * MINUTE)), "stale");
    assert_eq!(newest_at(case.now.plus(2 * MINUTE + 1)), "fresh", "a clock that was set back stamped it");
}

#[test]
fn without_a_counter_one_unchanged_sum_is_enough() {
    let against = |shown: &[(Pool, u64)], spent: u64, newest: &[(Pool, u64)]| {
        let mut case = Case::new();
        (case.pools, case.spent_since) = (pools(shown), Amount::whole(spent));
        case.newest().answered_at = case.answered_at.plus(MINUTE);
        case.newest().pools = pools(newest);
        case.verdict()
    };
    let (fast, top_up) = (Pool::Fast, Pool::TopUp);
    assert_eq!(
        against(&[(fast, 100), (top_up, 0)], 0, &[(fast, 90), (top_up, 10)]),
        "fresh",
        "the sum is unchanged"
    );
    assert_eq!(
        against(&[(fast, 100), (top_up, 5)], 8, &[(fast, 92), (top_up, 50)]),
        "fresh",
        "the plan's pool is unchanged, less what was spent"
    );
    assert_eq!(
        against(&[(fast, 92), (top_up, 5)], 8, &[(fast, 92), (top_up, 50)]),
        "fresh",
        "the plan's pool is unchanged"
    );
    assert_eq!(against(&[(fast, 100), (top_up, 5)], 8, &[(fast, 91), (top_up, 50)]), "stale");
}

#[test]
fn a_refill_is_missed_after_a_day_or_when_the_next_one_is_missing_too() {
    let open = |hours: i64, due_count: u32| {
        let mut case = Case::new();
        let open = OpenDue {
            due: due().plus(-2 * DAY),
            standing: Standing::NotCome,
            seen_at: due().plus(-2 * DAY + hours * HOUR),
            due_count,
            ..OpenDue::default()
        };
        case.ledger.open = Some(open);
        case.verdict()
    };
    assert_eq!(open(2, 1), "late");
    assert_eq!(open(23, 1), "late");
    assert_eq!(open(24, 1), "missed");
    assert_eq!(open(2, 2), "missed");
}

#[test]
fn a_late_refill_is_just_due_for_ten_minutes_and_renewed_while_only_its_date_has_moved() {
    let reason = |after_due: i64, renewed: bool| {
        let mut case = Case::new();
        case.now = due().plus(after_due);
        case.answered_at = case.now;
        case.ledger.open = Some(OpenDue {
            due: due(),
            standing: Standing::NotCome,
            seen_at: due(),
            due_count: 1,
            renewed_at: renewed.then(due),
            ..OpenDue::default()
        });
        case.judge().verdict.reason()
    };
    assert_eq!(reason(10 * MINUTE - 1, false), Some("just-due"));
    assert_eq!(reason(10 * MINUTE - 1, true), Some("just-due"));
    assert_eq!(reason(10 * MINUTE, true), Some("renewed"));
    assert_eq!(reason(10 * MINUTE, false), None);
}

#[test]
fn a_shortfall_is_a_verdict_if_nothing_else_explains_it_and_a_note_if_it_may_have_been_spent() {
    let said = |is_sure: bool| {
        let mut case = Case::refilled(20, 60);
        case.ledger.shortfall = Some(Shortfall {
            expected: Amount::whole(150),
            came: Amount::whole(60),
            due: due(),
            seen_at: due().plus(10 * MINUTE),
            is_sure,
        });
        (case.verdict(), case.has("below-allotment"))
    };
    assert_eq!(said(true), ("short", false));
    assert_eq!(said(false), ("fresh", true));
}

#[test]
fn an_answer_of_three_hours_ago_is_old() {
    let answered = |ago: i64| {
        let mut case = Case::new();
        case.answered_at = case.now.plus(-ago);
        case.has("old-answer")
    };
    assert!(!answered(3 * HOUR - 1));
    assert!(answered(3 * HOUR));
}

#[test]
fn a_returned_cost_stays_a_note_for_a_day() {
    let returned = |ago: i64| {
        let mut case = Case::new();
        let seen_at = case.now.plus(-ago);
        case.ledger.returned = Some(Returned { tokens: Amount::whole(40), from: seen_at, seen_at });
        case.has("returned")
    };
    assert!(returned(DAY - 1));
    assert!(!returned(DAY));
}

#[test]
fn news_is_what_happened_since_the_newest_due_instant() {
    let happened = |after_due: i64| {
        let (mut case, seen_at) = (Case::new(), due().plus(after_due));
        case.ledger.elsewhere =
            Some(SpentElsewhere { tokens: Amount::whole(8), from: due().plus(-DAY), to: seen_at });
        case.ledger.plan_change = Some(PlanChange { from: "ARTISAN".into(), to: "FREE".into(), seen_at });
        case.ledger.topped_up_at = Some(seen_at);
        ["spent-elsewhere", "plan-changed", "topped-up"].map(|note| case.has(note))
    };
    assert_eq!(happened(0), [false; 3]);
    assert_eq!(happened(1), [true; 3]);
}

#[test]
fn an_early_refill_is_news_for_a_day_and_only_where_the_hour_is_known() {
    let early = |slack: i64, seen_ago: i64| {
        let mut case = Case::refilled(20, 150);
        case.calendar = calendar(Plan::Free, slack);
        let now = case.now;
        let refill = case.refill();
        refill.early = true;
        refill.seen_at = now.plus(-seen_ago);
        refill.due = refill.seen_at.plus(HOUR);
        refill.not_before = refill.seen_at.plus(-HOUR);
        case.has("early-refill")
    };
    assert!(early(0, HOUR) && early(10 * MINUTE, HOUR) && early(HOUR / 2, HOUR));
    assert!(!early(HOUR / 2 + 1, HOUR));
    assert!(early(0, DAY - 1) && !early(0, DAY));
}

#[test]
fn a_refill_due_only_roughly_is_unconfirmed_until_the_last_possible_instant() {
    let answered = |after_due: i64| {
        let mut case = Case::new();
        case.calendar = calendar(Plan::Free, HOUR);
        case.answered_at = due().plus(after_due);
        case.has("refill-unconfirmed")
    };
    assert!(answered(0) && answered(HOUR - 1));
    assert!(!answered(HOUR));
}

#[test]
fn a_refill_that_may_be_the_late_one_of_the_day_before_leaves_the_next_one_open() {
    let answered = |after_due: i64| {
        let mut case = Case::refilled(20, 150);
        case.refill().early = true;
        // The refill is not surely early: it may have come seven hours before it was due, right after the
        // sighting before.
        case.refill().not_before = due().plus(-7 * HOUR);
        case.refill().seen_at = due().plus(-HOUR);
        case.answered_at = due().plus(after_due);
        case.has("refill-unconfirmed")
    };
    assert!(answered(-1));
    assert!(!answered(0));
}

#[test]
fn if_the_hour_is_hardly_known_the_next_refill_may_come_twenty_hours_after_the_last() {
    let unconfirmed = |slack: i64, not_before: i64| {
        let mut case = Case::refilled(20, 150);
        case.calendar = calendar(Plan::Free, slack);
        case.answered_at = due().plus(20 * MINUTE);
        case.refill().not_before = case.now.plus(-not_before);
        case.has("refill-unconfirmed")
    };
    assert!(unconfirmed(HOUR, 20 * HOUR) && unconfirmed(HOUR, 22 * HOUR));
    assert!(!unconfirmed(HOUR, 20 * HOUR - 1));
    assert!(!unconfirmed(HOUR / 2, 22 * HOUR), "an hour known to within half an hour is good enough");
    assert!(unconfirmed(HOUR / 2 + 1, 22 * HOUR));
}

#[test]
fn a_device_with_the_newer_answer_is_named() {
    let mut case = Case::new();
    case.newest().answered_at = case.answered_at.plus(MINUTE);
    case.newest().pools = pools(&[(Pool::Fast, 60)]);
    case.newest().source = Source::Device("phone".into());
    let Verdict::Stale { reason: StaleReason::NewerElsewhere { source, .. } } = case.judge().verdict else {
        panic!("it is not stale")
    };
    assert_eq!(source, Source::Device("phone".into()));
}
