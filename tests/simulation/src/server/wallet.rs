//! Plans and the tokens they give; pools and the tokens in them.

/// An account's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// 150 a day.
    Free,
    /// 8,500 a month.
    Essential,
    /// 25,000 a month.
    Premium,
    /// 60,000 a month.
    Ultimate,
    /// A team of that many seats on the smaller team plan.
    Team(u64),
}

impl Offer {
    /// Tokens that a full monthly refill brings, or that a daily one tops up to.
    #[must_use]
    pub fn allotment(self) -> u64 {
        match self {
            Self::Free => 150,
            Self::Essential => 8_500,
            Self::Premium => 25_000,
            Self::Ultimate => 60_000,
            Self::Team(seats) => 25_000 * seats,
        }
    }

    /// The most tokens that the rollover bank holds.
    #[must_use]
    pub fn rollover_cap(self) -> u64 {
        if self == Self::Free { 0 } else { 3 * self.allotment() }
    }

    /// The next larger personal plan.
    #[must_use]
    pub fn larger(self) -> Option<Self> {
        match self {
            Self::Free => Some(Self::Essential),
            Self::Essential => Some(Self::Premium),
            Self::Premium => Some(Self::Ultimate),
            Self::Ultimate | Self::Team(_) => None,
        }
    }

    /// The next smaller personal plan.
    #[must_use]
    pub fn smaller(self) -> Option<Self> {
        match self {
            Self::Ultimate => Some(Self::Premium),
            Self::Premium => Some(Self::Essential),
            Self::Essential => Some(Self::Free),
            Self::Free | Self::Team(_) => None,
        }
    }
}

/// The tokens in an account's pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// The plan's own tokens; for a team, the team's.
    pub fast: u64,
    /// The rollover bank.
    pub rollover: u64,
    /// Bought tokens.
    pub top_up: u64,
}

impl Wallet {
    /// All tokens that can be spent.
    #[must_use]
    pub fn total(self) -> u64 {
        self.fast + self.rollover + self.top_up
    }

    /// Puts tokens in.
    pub fn put(&mut self, tokens: Self) {
        self.fast += tokens.fast;
        self.rollover += tokens.rollover;
        self.top_up += tokens.top_up;
    }

    /// Takes out up to `tokens`: fast first, then rollover, then top-up. Returns how many came from which pool.
    pub fn spend(&mut self, tokens: u64) -> Self {
        let mut left = tokens;
        let mut take = |pool: &mut u64| {
            let taken = left.min(*pool);
            *pool -= taken;
            left -= taken;
            taken
        };
        let (fast, rollover, top_up) =
            (take(&mut self.fast), take(&mut self.rollover), take(&mut self.top_up));
        Self { fast, rollover, top_up }
    }
}
