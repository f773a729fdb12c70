//! Who the people are: their plan, their habits, their computer. Drawn once for each simulated browser.

use crate::dice::Dice;
use crate::rates::Rates;
use crate::server::{Cycle, Date, DateForm, Instant, Offer, Owner, Server, Shape};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};

/// What the page does with its number after the user spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterSpending {
    /// It asks for the balance again.
    AsksAgain,
    /// It takes the cost off itself.
    TakesOff,
}

/// Who uses this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Household {
    /// One account.
    One,
    /// Two accounts, signed in by turns.
    Two,
    /// One user with a personal and a team workspace.
    WithTeam,
}

/// How this browser's user works with a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamUse {
    /// There is none, or it is only listed beside the person's own tokens.
    None,
    /// They work in it, and requests say so.
    Header,
    /// They work in it, and requests do not say so.
    Untold,
}

/// Spending outside this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// None.
    No,
    /// A phone, now and then. It may report to this browser what it saw.
    Phone {
        /// Whether it reports.
        reports: bool,
    },
    /// Others share the account. Every day they leave next to nothing of a daily refill, or spend part of a monthly
    /// one.
    Shared,
}

/// Habits and equipment of one user.
#[derive(Clone, Debug)]
pub struct Persona {
    /// Minutes of the UTC day at which they usually look.
    pub habits: Vec<i64>,
    /// Probability that they skip a usual look.
    pub skips: f64,
    /// Probability that they leave the tabs open after a session.
    pub leaves_open: f64,
    /// Probability that the computer sleeps after a session.
    pub sleeps: f64,
    /// Probability that they open a second tab in a session.
    pub second_tab: f64,
    /// Probability that they do what the banner says.
    pub heeds: f64,
    /// The most generations in a session.
    pub generations: i64,
    /// Share of the costs that the page tells.
    pub tells: f64,
    /// Whether the engine is told when an answer was asked for.
    pub asked_is_told: bool,
    /// How they work with a team.
    pub team: TeamUse,
    /// How far their phone's clock is ahead, in milliseconds.
    pub phone_clock: i64,
    /// Whether the page's counter can be read.
    pub counter_is_read: bool,
    /// Whether the counter adds rollover tokens, and whether it adds top-ups.
    pub counter_shows: (bool, bool),
    /// What it puts between thousands.
    pub separator: &'static str,
    /// What the page does after spending.
    pub after_spending: AfterSpending,
    /// The shape of most answers, and of the rest.
    pub shapes: (Shape, Shape),
    /// Whether answers carry the server's clock.
    pub server_date: bool,
    /// From when on the computer's clock is how many milliseconds ahead, in order of time; the first begins with the
    /// story.
    pub clock: Vec<(Instant, i64)>,
    /// Who uses the browser.
    pub household: Household,
    /// Spending elsewhere.
    pub elsewhere: Elsewhere,
    /// The settings that the user makes, as key and value.
    pub settings: Vec<(&'static str, serde_json::Value)>,
}

/// Draws one user, for a story of `days` days that begins at `start`.
pub fn persona(start: Instant, days: i64, server: &Server, rates: &Rates, dice: &mut Dice) -> Persona {
    let looks = dice.weighted(&[(0.3, 1), (0.35, 2), (0.2, 3)], 4);
    let mut habits: Vec<i64> = (0..looks).map(|_| dice.between(0, 1439)).collect();
    // A quarter wait for the refill and look in the minutes around it.
    if dice.chance(0.25) {
        habits.push((server.cycle.time_of_day() / MINUTE + dice.between(-20, 60)).rem_euclid(1440));
    }
    let elsewhere = dice.weighted(
        &[
            (rates.phones * 0.73, Elsewhere::Phone { reports: false }),
            (rates.phones * 0.27, Elsewhere::Phone { reports: true }),
            (rates.shared, Elsewhere::Shared),
        ],
        Elsewhere::No,
    );
    let shapes = dice.weighted(
        &[
            (0.6, (Shape::Flat, Shape::Flat)),
            (0.25, (Shape::Nested, Shape::Nested)),
            (0.1, (Shape::Nested, Shape::Flat)),
        ],
        (Shape::Rest, Shape::Rest),
    );
    let household =
        dice.weighted(&[(0.06, Household::Two), (rates.teams, Household::WithTeam)], Household::One);
    let works_in_team = household == Household::WithTeam && !dice.chance(rates.team_only_listed);
    // The official REST answer has no team.
    let shapes = if household == Household::WithTeam && shapes.0 == Shape::Rest {
        (Shape::Nested, Shape::Nested)
    } else {
        shapes
    };
    // Only the older query is known to come without the header that names the team.
    let names_team = shapes.0 == Shape::Flat || dice.chance(0.4);
    let team = match (works_in_team, names_team) {
        (false, _) => TeamUse::None,
        (true, true) => TeamUse::Header,
        (true, false) => TeamUse::Untold,
    };
    let tells = dice.weighted(&[(rates.untold, 0.0), (rates.partly_told, 0.6)], 1.0);
    // A page cannot show rollover tokens that its answers leave out, as REST and a team's older shape do.
    let rollover_is_told = shapes.0 != Shape::Rest && household != Household::WithTeam;
    Persona {
        habits,
        skips: 0.3 * dice.share(),
        leaves_open: dice.share(),
        sleeps: rates.asleep.powf(dice.pick(&[4.0, 1.0, 0.1], 1.0)),
        second_tab: dice.pick(&[0.0, 0.05, 0.3], 0.0),
        heeds: 0.5 + 0.5 * dice.share(),
        generations: dice.between(0, 8),
        tells,
        asked_is_told: dice.chance(0.9),
        team,
        phone_clock: if dice.chance(rates.phone_clock_off) {
            wrong(dice)
        } else {
            dice.between(-5, 5) * SECOND
        },
        counter_is_read: dice.chance(0.7),
        counter_shows: (rollover_is_told && dice.chance(0.5), dice.chance(0.5)),
        separator: dice.pick(&["", ",", ".", "\u{202f}", "'"], ","),
        after_spending: if dice.chance(0.55) { AfterSpending::AsksAgain } else { AfterSpending::TakesOff },
        shapes,
        server_date: dice.chance(0.5),
        clock: clock(start, days, rates, dice),
        household,
        elsewhere,
        settings: settings(server, dice),
    }
}

/// Draws how far a wrong clock is ahead or behind, in milliseconds: minutes to hours.
fn wrong(dice: &mut Dice) -> i64 {
    let size = if dice.chance(0.5) { dice.between(3 * MINUTE, HOUR) } else { dice.between(HOUR, 14 * HOUR) };
    if dice.chance(0.5) { size } else { -size }
}

/// Draws the computer's clock: mostly right to two seconds, sometimes wrong, sometimes set during the story.
fn clock(start: Instant, days: i64, rates: &Rates, dice: &mut Dice) -> Vec<(Instant, i64)> {
    let right = |dice: &mut Dice| dice.between(-2 * SECOND, 2 * SECOND);
    let is_set = dice.chance(rates.clock_set);
    // About half of the clocks that get set were wrong before.
    let is_off = dice.chance(rates.clock_off) || (is_set && dice.chance(0.5));
    let mut clock = vec![(start, if is_off { wrong(dice) } else { right(dice) })];
    if is_set {
        let set_at = start + dice.between(DAY, (days - 1).max(1) * DAY);
        clock.push((set_at, if is_off { right(dice) } else { wrong(dice) }));
    }
    clock
}

/// Draws what a user sets because they know better than the answers. They are always right.
fn settings(server: &Server, dice: &mut Dice) -> Vec<(&'static str, serde_json::Value)> {
    let mut settings = Vec::new();
    let (word, ambiguous) = match server.offer {
        Offer::Free => ("free", server.slug == "BASIC"),
        Offer::Essential => ("essential", server.slug == "BASIC"),
        Offer::Premium => ("premium", false),
        Offer::Ultimate => ("ultimate", server.slug == "STUDIO_24"),
        Offer::Team(_) => return settings,
    };
    if dice.chance(if ambiguous { 0.4 } else { 0.02 }) {
        settings.push(("plan", word.into()));
    }
    match server.cycle {
        Cycle::Daily(time) if dice.chance(if time == 0 { 0.01 } else { 0.1 }) => {
            let minute = time / MINUTE;
            settings.push(("daily_reset_utc", format!("{:02}:{:02}", minute / 60, minute % 60).into()));
        }
        Cycle::Monthly(day, 0) if server.date != Date::Parsed && dice.chance(0.2) => {
            settings.push(("billing_day", day.into()))
        }
        _ => {}
    }
    settings
}

/// Draws an account as it stands on the server when the story begins.
pub fn account(now: Instant, rates: Rates, dice: &mut Dice) -> Server {
    let paid = [(0.45, Offer::Essential), (0.33, Offer::Premium)];
    let offer = if dice.chance(rates.paid) { dice.weighted(&paid, Offer::Ultimate) } else { Offer::Free };
    let cycle = if offer == Offer::Free { daily_cycle(dice) } else { monthly_cycle(dice) };
    let date = date(offer, cycle, now, &rates, dice);
    let slug = offer.slug(dice);
    let mut server = Server::new((offer, slug), (cycle, date), now, rates, dice);
    furnish(&mut server, dice);
    server
}

/// Draws a team's account, with its shared pool.
pub fn team(now: Instant, rates: Rates, dice: &mut Dice) -> Server {
    let offer = Offer::Team(u64::try_from(dice.between(1, 6)).unwrap_or(1));
    let cycle = monthly_cycle(dice);
    let date = date(offer, cycle, now, &rates, dice);
    let slug = offer.slug(dice);
    let mut server = Server::new((offer, slug), (cycle, date), now, rates, dice);
    furnish(&mut server, dice);
    server
}

/// Nine in ten free accounts refill at 00:00 UTC, the rest at some other minute.
pub fn daily_cycle(dice: &mut Dice) -> Cycle {
    Cycle::Daily(if dice.chance(0.9) { 0 } else { dice.between(1, 1439) * MINUTE })
}

fn monthly_cycle(dice: &mut Dice) -> Cycle {
    let day = u32::try_from(dice.between(1, 31)).unwrap_or(1);
    Cycle::Monthly(day, if dice.chance(0.7) { 0 } else { dice.between(0, 1439) * MINUTE })
}

fn date(offer: Offer, cycle: Cycle, now: Instant, rates: &Rates, dice: &mut Dice) -> Date {
    let told = if offer == Offer::Free { 0.25 } else { 0.86 };
    if offer == Offer::Free && dice.chance(rates.past_dates) {
        return Date::Past;
    }
    if cycle.time_of_day() != 0 && dice.chance(rates.midnight_dates) {
        return Date::Midnight;
    }
    let left = now - dice.between(DAY, 300 * DAY);
    // A paid year ends on the day of the month on which it began, so only in a month that has the anchor day.
    let anniversary = (0..dice.between(2, 11)).fold(cycle.next_due(now), |due, _| cycle.next_due(due));
    let on_the_anchor = cycle.falls_on_the_anchor(anniversary);
    let years_end =
        if offer == Offer::Free || !on_the_anchor { Date::Null } else { Date::Yearly(anniversary) };
    let absurd = dice.pick(&["0001-01-01T00:00:00", "9999-12-31T23:59:59", "soon"], "soon");
    dice.weighted(
        &[(told, Date::Parsed), (0.04, Date::Left(left)), (0.04, years_end), (0.02, Date::Absurd(absurd))],
        Date::Null,
    )
}

/// Draws what people hold when the story begins: part of their refill, bought tokens, gifts.
fn furnish(server: &mut Server, dice: &mut Dice) {
    let full = i64::try_from(server.offer.allotment()).unwrap_or(150);
    let tokens = |n: i64| u64::try_from(n).unwrap_or(0);
    server.wallet.fast = tokens(dice.between(0, full));
    if server.offer == Offer::Free && dice.chance(0.04) {
        server.wallet.fast = tokens(dice.between(151, 900));
    }
    if server.offer != Offer::Free {
        server.wallet.rollover = tokens(dice.between(0, 2 * full));
    }
    if dice.chance(0.2) {
        server.wallet.top_up = tokens(dice.between(1, 50) * 100);
    }
}

/// Draws how answers name an account of browser `number`.
pub fn owner(number: u64, account: u64, team: bool, dice: &mut Dice) -> Owner {
    let forms = [(0.7, DateForm::Bare), (0.1, DateForm::Zulu), (0.1, DateForm::Offset)];
    let form = dice.weighted(&forms, DateForm::Fraction);
    let user = if team { 0 } else { account };
    // Answers to the app's own query name nobody; its requests do, by `sub`.
    let names_details = dice.chance(0.5);
    let sends_sub = !names_details || dice.chance(0.7);
    Owner {
        user: format!("user-{number}-{user}"),
        details: names_details.then(|| format!("details-{number}-{user}")),
        sub: sends_sub.then(|| format!("sub-{number}-{user}")),
        team: team.then(|| format!("team-{number}")),
        form,
    }
}
