//! Several futures of one kind, a few at a time, without a task for each.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Runs the futures in order, at most `most` at a time, and gives what they gave in their order; the first
/// error ends it all. Each wake-up polls all that run: `most` is to be small.
pub(crate) async fn at_once<T, E, F>(
    most: usize,
    futures: impl IntoIterator<Item = F>,
) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>>,
{
    let mut waiting = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::with_capacity(most);
    let mut done: Vec<Option<T>> = Vec::new();
    poll_fn(|cx| {
        loop {
            while running.len() < most
                && let Some((place, future)) = waiting.next()
            {
                running.push((place, Box::pin(future)));
                done.push(None);
            }
            if running.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let before = running.len();
            let mut at = 0;
            while let Some((place, future)) = running.get_mut(at) {
                match future.as_mut().poll(cx) {
                    Poll::Ready(Ok(value)) => {
                        done[*place] = Some(value);
                        running.remove(at);
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => at += 1,
                }
            }
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await?;
    Ok(done.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::at_once;

    /// Runs on the spot: the futures below wake themselves.
    async fn run(
        most: usize,
        count: usize,
        fail_at: Option<usize>,
    ) -> (Result<Vec<usize>, usize>, usize) {
        let (running, peak) = (Cell::new(0), Cell::new(0));
        let one = |place: usize| {
            let (running, peak) = (&running, &peak);
            async move {
                running.set(running.get() + 1);
                peak.set(peak.get().max(running.get()));
                // The later ones are quicker.
                for _ in 0..(count - place) {
                    tokio::task::yield_now().await;
                }
                running.set(running.get() - 1);
                if fail_at == Some(place) { Err(place) } else { Ok(place) }
            }
        };
        let result = at_once(most, (0..count).map(one)).await;
        (result, peak.get())
    }

    #[tokio::test]
    async fn order_is_kept_and_no_more_run_than_wanted() {
        for (most, count) in [(1, 0), (1, 1), (1, 5), (3, 3), (3, 10), (8, 5)] {
            let (result, peak) = run(most, count, None).await;
            assert_eq!(result, Ok((0..count).collect()));
            assert_eq!(peak, most.min(count), "{most} {count}");
        }
    }

    #[tokio::test]
    async fn the_first_error_ends_it() {
        assert_eq!(run(2, 9, Some(4)).await.0, Err(4));
    }
}
