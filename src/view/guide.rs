//! "Which pool is which?": what each pool is, and the picture of the two clocks.

use super::clocks::clocks;
use super::parts::{fold_out, page_link};
use super::writer::pool_key;
use super::{Element, Writer, el};
use crate::balance::Pool;
use crate::state::{SitePage, Status};

/// What the guide says about each pool, as the ends of message keys; the first is the sentence above the table.
const FACTS: [&str; 4] = ["from", "refills", "expires", "names"];

/// The guide, collapsed.
pub fn guide(w: &Writer<'_>, status: &Status<'_>) -> Element {
    let mut guide = el("div.guide").child(clocks(w, status)).child(el("p.sub").say(w, "guide_order"));
    for pool in Pool::ALL {
        guide = guide.child(pool_guide(w, status, pool));
    }
    fold_out(w, "guide_title", guide)
}

fn pool_guide(w: &Writer<'_>, status: &Status<'_>, pool: Pool) -> Element {
    let start = ["guide_", pool_key(pool), "_"].concat();
    let row = status.pools.iter().find(|row| row.pool == pool);
    let mut head = el("h2").child(el("i").class(["dot dot-", pool.word()].concat())).text(w.pool(pool));
    let mut facts = el("dl");
    for fact in FACTS {
        facts = facts.child(el("dt").say_of(w, "guide_", fact)).child(el("dd").say_of(w, &start, fact));
    }
    if let Some(row) = row.filter(|row| row.amount.is_some()) {
        head = head.text(" ").child(el("b.num").text(w.amount(row.amount)));
        if let Some(next) = row.next_refill {
            let when = el("dd")
                .child(w.local(next))
                .text(" · ")
                .child(w.relative(next))
                .text(" · ")
                .child(w.utc(next));
            facts = facts.child(el("dt").say(w, "guide_next")).child(when);
        }
    }
    el("section.guide-pool")
        .attr("data-key", pool.word())
        .child(head.text(" ").child(el("span.order").say_of(w, &start, "order")))
        .child(el("p").say_of(w, &start, "what"))
        .child(facts)
        .maybe((pool == Pool::Api).then(|| page_link(w, SitePage::ApiAccess, "open_api_page")))
}
