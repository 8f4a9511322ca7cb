//! Catalogs: whether products are switched on.

use amo_core::{Catalog, ProductsSettings};

use crate::one::{One, object};
use crate::{ApiCall, Entities};

impl Entities<Catalog> {
    /// Whether products are switched on.
    pub fn products_settings(&self) -> ApiCall<One<ProductsSettings>> {
        self.call(One::new(self.place().of(Catalog::PRODUCTS_SETTINGS), object))
    }

    /// Switches products on or off.
    pub fn set_products_settings(
        &self,
        settings: &ProductsSettings,
    ) -> ApiCall<One<ProductsSettings>> {
        let request = self.place().of(Catalog::SET_PRODUCTS_SETTINGS);
        self.call(One::new(request, object).json(settings))
    }
}
