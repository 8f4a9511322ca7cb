//! Elements of catalogs as ends of links. All else of them is in `record/elements.rs`.

use super::contacts::nothing_more;
use super::{Kind, Table};
use crate::generated::catalogs;

pub(super) static TABLE: Table = Table {
    resource: &catalogs::ELEMENT,
    ignored: &[],
    coloured_tags: false,
    links_to: &[Kind::Leads, Kind::Customers],
    check: nothing_more,
    settle: |_, _, _, _| {},
    show: |_, _, _| {},
};
