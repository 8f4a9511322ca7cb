//! Which requests a fault or a script is about, and how many of them.

use fastrand::Rng;

/// Which requests are meant: all of them unless something is said. The counts go on as they arrive.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) prefix: Option<String>,
    /// How many it lets pass first.
    pub(crate) skip: usize,
    /// How many are left; `usize::MAX` never ends.
    pub(crate) times: usize,
    pub(crate) chance: Option<Chance>,
}

/// How likely it is, drawn anew for each request.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    pub(crate) probability: f64,
    pub(crate) seed: u64,
    random: Rng,
}

impl Chance {
    pub(crate) fn new(probability: f64, seed: u64) -> Self {
        Chance { probability, seed, random: Rng::with_seed(seed) }
    }

    fn comes(&mut self) -> bool {
        self.random.f64() < self.probability
    }
}

impl Default for Rule {
    fn default() -> Self {
        Rule { method: None, path: None, prefix: None, skip: 0, times: 1, chance: None }
    }
}

impl Rule {
    /// For ever.
    pub(crate) const ALWAYS: usize = usize::MAX;

    /// Is it this one's turn? Counts the request if it matches.
    pub(crate) fn takes(&mut self, method: &str, path: &str) -> bool {
        if !self.matches(method, path) || self.is_over() {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if !self.chance.as_mut().is_none_or(Chance::comes) {
            return false;
        }
        if self.times != Rule::ALWAYS {
            self.times -= 1;
        }
        true
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|wanted| wanted == path)
            && self.prefix.as_deref().is_none_or(|wanted| path.starts_with(wanted))
    }

    /// It takes no more requests.
    pub(crate) fn is_over(&self) -> bool {
        self.times == 0
    }
}

/// How a builder with a member `rule` says which requests it is about.
macro_rules! about_requests {
    () => {
        /// Only requests with this method.
        pub fn method(mut self, method: &str) -> Self {
            self.rule.method = Some(method.to_ascii_uppercase());
            self
        }

        /// Only requests with exactly this path.
        pub fn path(mut self, path: &str) -> Self {
            self.rule.path = Some(path.to_owned());
            self
        }

        /// Only requests whose path begins with this.
        pub fn path_prefix(mut self, prefix: &str) -> Self {
            self.rule.prefix = Some(prefix.to_owned());
            self
        }

        /// How many matching requests it lets pass first; none unless said.
        pub fn skip(mut self, skip: usize) -> Self {
            self.rule.skip = skip;
            self
        }

        /// How many requests it is for; 1 unless said.
        pub fn times(mut self, times: usize) -> Self {
            self.rule.times = times;
            self
        }

        /// It never ends by itself.
        pub fn always(self) -> Self {
            self.times(crate::rule::Rule::ALWAYS)
        }

        /// How likely it is for each request that it would be for otherwise, from 0 to 1. The same
        /// seed draws the same, so that a run can be repeated. A request that is spared does not
        /// count among its [`times`](Self::times).
        pub fn probability(mut self, probability: f64, seed: u64) -> Self {
            self.rule.chance = Some(crate::rule::Chance::new(probability, seed));
            self
        }
    };
}

pub(crate) use about_requests;
