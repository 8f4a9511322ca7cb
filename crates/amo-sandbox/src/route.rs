//! Which handler answers which path below `/api/v4`.

use crate::account::{info, pipelines, users};
use crate::call::Call;
use crate::entity::{self, Kind};
use crate::record;
use crate::reply::Reply;

/// Answers an API request. A handler that cannot do what was asked gives the refusal as its error.
pub(crate) fn answer(call: &mut Call<'_>, path: &[&str]) -> Result<Reply, Reply> {
    if let Some(answered) = record::answer(call) {
        return answered;
    }
    match path {
        ["account"] => {
            call.only_get()?;
            Ok(info::show(call))
        }
        ["users", rest @ ..] => users::answer(call, rest),
        ["leads", "pipelines", rest @ ..] => pipelines::answer(call, rest),
        ["leads", "loss_reasons", rest @ ..] => pipelines::loss_reasons(call, rest),
        [first, rest @ ..] => match Kind::named(first) {
            Some(kind) => entity::answer(call, kind, rest),
            None => Err(call.no_route()),
        },
        [] => Err(call.no_route()),
    }
}
