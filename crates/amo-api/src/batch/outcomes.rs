//! Sends what the machine says, and gives out what became of the items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use amo_core::Repeat;
use futures_core::Stream;

use super::kinds::Writes;
use super::machine::{Machine, Rules, Work};
use super::many::{MachineOf, take, template};
use super::matching::verdict;
use super::{Attempt, Outcome, Stop, UnderWay};
use crate::answer::Answer;
use crate::call::Via;
use crate::prepared::{Prepared, TIMEOUTS};
use crate::{Error, Sending};

/// What becomes of the items of a batch, as it becomes known: in the caller's order, each with the place of
/// its item. Every item has exactly one outcome.
///
/// Requests go on only while it is polled. Dropping it gives up what is under way.
#[must_use = "nothing is sent until it is polled"]
pub struct Outcomes<T, I>(Box<dyn Run<T, I> + Send>);

/// An engine, whatever it writes.
trait Run<T, I> {
    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, Outcome<T, I>)>>;
}

impl<T: Send, I: Send> Outcomes<T, I> {
    pub(crate) fn new<W, S>(engine: Engine<W, S>) -> Self
    where
        W: Writes<Receipt = T, Item = I>,
        S: Stream<Item = I> + Send + Unpin + 'static,
    {
        Self(Box::new(engine))
    }
}

impl<T, I> Outcomes<T, I> {
    /// What became of the next item, and its place; `None` after the last.
    pub async fn next(&mut self) -> Option<(usize, Outcome<T, I>)> {
        std::future::poll_fn(|cx| self.0.poll_outcome(cx)).await
    }
}

impl<T, I> Stream for Outcomes<T, I> {
    type Item = (usize, Outcome<T, I>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_outcome(cx)
    }
}

impl<T, I> fmt::Debug for Outcomes<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outcomes")
    }
}

/// A batch at work.
pub(crate) struct Engine<W: Writes, S> {
    via: Via,
    writes: W,
    /// All requests without their bodies.
    template: Prepared,
    acts_once: bool,
    /// `None` when it has ended.
    source: Option<S>,
    machine: MachineOf<W>,
    /// By the places of their items.
    under_way: UnderWay<Vec<usize>, (Result<Answer, Error>, Attempt)>,
    stop: Option<Sending<()>>,
}

impl<W: Writes, S: Stream<Item = W::Item> + Unpin> Engine<W, S> {
    pub(crate) fn new(writes: W, source: S, rules: Rules, stop: Option<&Stop>, via: Via) -> Self {
        let mut template = template(&writes);
        let repeat = via.options.repeat.unwrap_or(template.operation.repeat);
        let acts_once = repeat != Repeat::Repeatable;
        let rules = Rules { halve_on_timeout: rules.halve_on_timeout && !acts_once, ..rules };
        // What is too much for one request is not asked for as often as what may work next time.
        template.timeouts = rules.halve_on_timeout.then_some(TIMEOUTS);
        let (source, machine) = (Some(source), Machine::new(rules));
        let stop = stop.map(Stop::stopped);
        Self { via, writes, template, acts_once, source, machine, under_way: UnderWay::new(), stop }
    }

    /// Takes items and sends requests, as many as there may be. Was any sent?
    fn send(&mut self, cx: &mut Context<'_>) -> bool {
        let mut sent = false;
        loop {
            while let Some(work) = self.machine.next_request() {
                self.start(work);
                sent = true;
            }
            if !self.machine.wants_more() {
                return sent;
            }
            let Some(source) = &mut self.source else {
                self.machine.end();
                continue;
            };
            match Pin::new(source).poll_next(cx) {
                Poll::Ready(Some(item)) => take(&mut self.machine, &self.writes, item),
                Poll::Ready(None) => self.source = None,
                // Who waits for a failure must not wait for a stream that may never end.
                Poll::Pending if self.machine.is_stopped() => self.source = None,
                Poll::Pending => return sent,
            }
        }
    }

    fn start(&mut self, Work { places, body }: Work) {
        let via = self.via.clone();
        let prepared = Prepared { body: Some(body), ..self.template.clone() };
        let reply = Sending::new(async move {
            let clock = via.client.clock();
            let started = clock.now();
            let result = via.send(prepared).await;
            (result, Attempt { started, ended: clock.now() })
        });
        self.under_way.push(places, reply);
    }

    /// Takes the answers that are there. Were there any?
    fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut received = false;
        while let Poll::Ready((places, (result, attempt))) = self.under_way.poll(cx) {
            let sent = self.machine.sent(&places);
            let verdict = verdict(&self.writes, result, &sent, self.acts_once);
            self.machine.finished(places, verdict, attempt);
            received = true;
        }
        received
    }
}

impl<W: Writes, S: Stream<Item = W::Item> + Unpin> Run<W::Receipt, W::Item> for Engine<W, S> {
    fn poll_outcome(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(usize, Outcome<W::Receipt, W::Item>)>> {
        if let Some(stop) = &mut self.stop
            && Pin::new(stop).poll(cx).is_ready()
        {
            self.stop = None;
            self.machine.stop(None);
        }
        // What was just sent must be polled once more, so that it wakes this.
        while self.receive(cx) | self.send(cx) {}
        match self.machine.next_outcome() {
            None if !self.machine.is_over() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        }
    }
}
