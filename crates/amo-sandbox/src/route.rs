//! Which handler answers which path below `/api/v4`.

use crate::account::{currencies, customers, info, paid};
use crate::call::Call;
use crate::complex;
use crate::drive;
use crate::entity::{self, Kind};
use crate::fields;
use crate::record;
use crate::reply::Reply;
use crate::rights;
use crate::special;
use crate::unsorted;
use crate::webhooks;

/// Answers an API request. A handler that cannot do what was asked gives the refusal as its error.
pub(crate) fn answer(call: &mut Call<'_>, path: &[&str]) -> Result<Reply, Reply> {
    paid::refuse(call.account, call.method, call.now)?;
    rights::gate(call)?;
    customers::refuse(call, path)?;
    if let Some(answered) = record::answer(call) {
        return answered;
    }
    if let Some(answered) = special::answer(call) {
        return answered;
    }
    if let Some(answered) = drive::answer(call) {
        return answered;
    }
    match (call.resource.service, call.operation.action) {
        ("customers", "set_mode") => return customers::set_mode(call),
        ("customers", "change_bonus_points") => return customers::change_bonus_points(call),
        ("leads", "add_complex") => return complex::add(call),
        ("currencies", _) => return currencies::list(call),
        _ => {}
    }
    if let Some(answered) = fields::answer(call).or_else(|| unsorted::answer(call)) {
        return answered;
    }
    match path {
        ["webhooks"] => webhooks::answer(call),
        ["account"] => {
            call.only_get()?;
            Ok(info::show(call))
        }
        [first, rest @ ..] => match Kind::named(first) {
            Some(kind) => entity::answer(call, kind, rest),
            None => Err(call.no_route()),
        },
        [] => Err(call.no_route()),
    }
}
