//! Which spans of time are asked for next.

/// A span of time in Unix seconds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Span {
    /// How many seconds it has.
    pub(super) fn seconds(self) -> i64 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }

    pub(super) fn has(self, second: i64) -> bool {
        (self.from..=self.to).contains(&second)
    }
}

/// A span that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) span: Span,
    /// Is it as long as it is since so much was expected in it?
    is_slice: bool,
    /// Was it cut off of a longer one already?
    is_cut: bool,
}

/// Hands out spans that together cover all of the time, each second once, and learns from what was in
/// them how long the next ones should be: so that most fit on one page and are not much less than that.
#[derive(Debug)]
pub(super) struct Plan {
    /// What is to be handed out, the next one at the end.
    parts: Vec<Part>,
    /// How long the next slice is.
    seconds: i64,
    /// How many entities a span should have.
    wanted: usize,
}

#[derive(Debug)]
enum Part {
    Whole(Asked),
    Sliced(Span),
}

impl Plan {
    /// `sample` are the times of creation of the first page of all.
    pub(super) fn new(all: Span, sample: &[i64], now: i64, per_page: u32) -> Self {
        let wanted = per_page as usize * 2 / 3;
        let mut plan = Self { parts: Vec::new(), seconds: 1, wanted: wanted.max(1) };
        let sample = sorted(sample, all);
        let (first, last) = match sample.as_slice() {
            [] => (all.from, all.to),
            [first, .., last] => (*first, *last),
            [one] => (*one, *one),
        };
        let now = now.clamp(first, all.to);
        // Hardly anything is from before the first and from the future: that is asked for as a whole.
        plan.whole(Span { from: now.saturating_add(1), to: all.to });
        plan.parts.push(Part::Sliced(Span { from: first, to: now }));
        plan.whole(Span { from: all.from, to: first.saturating_sub(1) });
        plan.learn(Span { from: first, to: last }, sample.len());
        plan
    }

    fn whole(&mut self, span: Span) {
        if span.from <= span.to {
            self.parts.push(Part::Whole(Asked { span, is_slice: false, is_cut: false }));
        }
    }

    fn learn(&mut self, span: Span, found: usize) {
        let (seconds, per) = (span.seconds(), |count| i64::try_from(count).unwrap_or(i64::MAX));
        // What was so in one span need not be so in the next one. But a span without any is mostly one
        // of many, such as a night.
        let (least, most) = ((seconds / 4).max(1), seconds.saturating_mul(4));
        let fitting = seconds.saturating_mul(per(self.wanted)).checked_div(per(found));
        self.seconds = match fitting {
            Some(fitting) => fitting.clamp(least, most),
            None => seconds.saturating_mul(8),
        };
    }

    /// What was in a span fitted on one page.
    pub(super) fn fits(&mut self, asked: Asked, found: usize) {
        if asked.is_slice {
            self.learn(asked.span, found);
        }
    }

    /// It did not: what came on the page are entities of these times. It is handed out again in two parts;
    /// `false` if it has no parts.
    pub(super) fn cut(&mut self, asked: Asked, sample: &[i64]) -> bool {
        let Span { from, to } = asked.span;
        if from >= to {
            return false;
        }
        // Those with the smaller ids came, who mostly are the older ones: so the times on the page say where
        // a page ends. If they did not the first time, the middle does.
        let sample = sorted(sample, asked.span);
        let place = sample.get(self.wanted - 1).copied().filter(|at| !asked.is_cut && *at < to);
        if let Some((place, first)) = place.zip(sample.first()) {
            self.seconds = (place - first).max(1);
        }
        let place = place.unwrap_or(from + (to - from) / 2);
        let is_slice = false;
        if asked.is_cut {
            let span = Span { from: place + 1, to };
            self.parts.push(Part::Whole(Asked { span, is_slice, is_cut: true }));
        } else {
            self.parts.push(Part::Sliced(Span { from: place + 1, to }));
        }
        let span = Span { from, to: place };
        self.parts.push(Part::Whole(Asked { span, is_slice, is_cut: true }));
        true
    }
}

/// What of it is in the span.
fn sorted(times: &[i64], span: Span) -> Vec<i64> {
    let mut times: Vec<i64> = times.iter().copied().filter(|at| span.has(*at)).collect();
    times.sort_unstable();
    times
}

impl Iterator for Plan {
    type Item = Asked;

    fn next(&mut self) -> Option<Asked> {
        match self.parts.last_mut()? {
            Part::Whole(asked) => {
                let asked = *asked;
                self.parts.pop();
                Some(asked)
            }
            Part::Sliced(rest) => {
                let to = rest.from.saturating_add(self.seconds - 1).min(rest.to);
                let span = Span { from: rest.from, to };
                rest.from = to.saturating_add(1);
                if to >= rest.to {
                    self.parts.pop();
                }
                Some(Asked { span, is_slice: true, is_cut: false })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Span};

    /// Asks for everything; gives how many requests that takes.
    fn asked(mut times: Vec<i64>, per_page: usize) -> usize {
        times.sort_unstable();
        let all = Span { from: 0, to: 2_000_000_000 };
        let sample = &times[..times.len().min(per_page)];
        let mut plan = Plan::new(all, sample, 1_800_000_000, u32::try_from(per_page).unwrap());
        let (mut covered, mut seen, mut count) = (Vec::new(), 0, 0);
        while let Some(asked) = plan.next() {
            let span = asked.span;
            assert!(span.from <= span.to);
            count += 1;
            let from = times.partition_point(|at| *at < span.from);
            let found = &times[from..times.partition_point(|at| *at <= span.to)];
            if found.len() > per_page && plan.cut(asked, &found[..per_page]) {
                continue;
            }
            plan.fits(asked, found.len());
            seen += found.len();
            covered.push(span);
        }
        covered.sort_unstable_by_key(|span| span.from);
        assert_eq!((covered[0].from, covered[covered.len() - 1].to), (all.from, all.to));
        assert!(covered.windows(2).all(|pair| pair[0].to + 1 == pair[1].from), "each second once");
        assert_eq!(seen, times.len());
        count
    }

    #[test]
    fn every_second_is_asked_for_once_and_spans_grow_to_the_size_of_a_page() {
        // One a minute, for 25 000 minutes: 100 pages.
        let even = asked((0..25_000).map(|n| 1_700_000_000 + n * 60).collect(), 250);
        assert!(even <= 165, "{even} requests for 100 pages");
        // Only at work: eight hours of each day.
        let at_work = (0..25_000).map(|n| 1_700_000_000 + n / 480 * 86_400 + n % 480 * 60);
        let at_work = asked(at_work.collect(), 250);
        assert!(at_work <= 320, "{at_work} requests for 100 pages");
        // All in three seconds, far apart.
        let bursts = (0..3_000).map(|n| [5, 1_600_000_000, 1_900_000_000][n % 3]);
        let bursts = asked(bursts.collect(), 250);
        assert!(bursts <= 250, "{bursts} requests");
        assert!(asked(Vec::new(), 250) < 10);
        assert!(asked(vec![0, 2_000_000_000], 1) < 100);
    }
}
