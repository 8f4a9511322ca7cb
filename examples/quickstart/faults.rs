//! Step 8: the server refuses, and the client goes on.

use std::time::Duration;

use amo_sandbox::{Fault, Sandbox};
use amocrm::Client;
use amocrm::auth::clock::ShiftedClock;
use examples::Report;

use super::Outcome;

/// A 401, a 429 and a 503, once each.
pub(crate) async fn go_on(
    report: &mut Report,
    client: &Client,
    sandbox: &Sandbox,
    clock: &ShiftedClock,
) -> Outcome {
    report.step("Be refused and go on");
    // A token that is only just made is not refreshed because of a 401.
    let while_ago = Duration::from_secs(600);
    sandbox.calendar().advance(while_ago);
    clock.advance(while_ago);
    for (status, meaning) in
        [(401, "token refused"), (429, "too many requests"), (503, "service unavailable")]
    {
        sandbox.faults().add(Fault::status(status).method("GET").path("/api/v4/account"));
        let before = client.counts();
        let account = client.account().await?;
        let after = client.counts();
        report.line(
            &format!("{status}, {meaning}"),
            format_args!(
                "{}: {} requests, {} of them for a token",
                account.name.as_deref().unwrap_or_default(),
                after.requests - before.requests,
                after.token_requests - before.token_requests,
            ),
        );
    }
    Ok(())
}
