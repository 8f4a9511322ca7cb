//! Customers: what their tables do not say.

use serde::Serialize;

use crate::{
    ById, CustomerPatch, CustomersMode, CustomersModeSettings, Extra, NewCustomer, SegmentId,
};

/// What stands in `_embedded` of a new customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NewCustomerEmbedded {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    segments: Vec<ById<SegmentId>>,
}

impl NewCustomer {
    /// Puts it into a segment, besides those that were named; accounts that work by segments.
    pub fn segment(mut self, id: SegmentId) -> Self {
        self.embedded.segments.push(ById::new(id));
        self
    }
}

impl CustomerPatch {
    /// Replaces the segments of the customer; accounts that work by segments. The API's page does
    /// not name this, though amoCRM's own library sends it.
    pub fn segments(mut self, ids: impl IntoIterator<Item = SegmentId>) -> Self {
        self.tags.replace_segments(ids.into_iter().map(ById::new).collect());
        self
    }
}

impl CustomersModeSettings {
    /// By segments, switched on or off.
    pub fn segments(is_enabled: bool) -> Self {
        Self::new(CustomersMode::Segments, is_enabled)
    }

    /// By periods between purchases, switched on or off.
    pub fn periodicity(is_enabled: bool) -> Self {
        Self::new(CustomersMode::Periodicity, is_enabled)
    }

    // Private: the server takes no other modes than those above.
    fn new(mode: CustomersMode, is_enabled: bool) -> Self {
        Self { mode: Some(mode), is_enabled: Some(is_enabled), extra: Extra::default() }
    }
}

/// A change of the bonus points of a customer.
///
/// ```
/// use amo_core::BonusChange;
///
/// assert_eq!(serde_json::to_string(&BonusChange::Earn(150))?, r#"{"earn":150}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[must_use = "nothing is changed until this is sent"]
pub enum BonusChange {
    /// Adds points.
    Earn(u32),
    /// Takes points away.
    Redeem(u32),
}
