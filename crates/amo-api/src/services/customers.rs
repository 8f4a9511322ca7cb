//! Customers: the mode of the account, bonus points, the purchases of all of them.

use amo_core::{
    BonusBalance, BonusChange, Customer, CustomerId, CustomersModeSettings, Transaction,
    TransactionId, fill_first,
};

use crate::one::{One, entity, nothing, object};
use crate::prepared::Prepared;
use crate::{ApiCall, Entities, ListPage};

impl Entities<Customer> {
    /// Says how the account works with customers. For administrators; 402 if the tariff has no customers.
    pub fn set_mode(&self, mode: &CustomersModeSettings) -> ApiCall<One<CustomersModeSettings>> {
        self.call(One::new(self.place().of(Customer::SET_MODE), object).json(mode))
    }

    /// Adds bonus points to a customer, or takes some away.
    pub fn change_bonus_points(
        &self,
        customer: CustomerId,
        change: BonusChange,
    ) -> ApiCall<One<BonusBalance>> {
        let request = self.place().on(&customer, Customer::CHANGE_BONUS_POINTS);
        self.call(One::new(request, object).json(&change))
    }

    /// Lists the purchases of all customers.
    pub fn transactions(&self) -> ApiCall<ListPage<Transaction>> {
        self.call(ListPage::of(Prepared::new(Transaction::LIST_ALL)))
    }

    /// Reads a purchase without knowing whose it is.
    pub fn transaction(&self, id: TransactionId) -> ApiCall<One<Option<Transaction>>> {
        let request = transaction(Transaction::GET_ANY, id);
        let read = |answer: &crate::answer::Answer| {
            if answer.body.trim_ascii().is_empty() { Ok(None) } else { entity(answer).map(Some) }
        };
        self.call(One::new(request, read))
    }

    /// Deletes a purchase without knowing whose it is.
    pub fn delete_transaction(&self, id: TransactionId) -> ApiCall<One<()>> {
        self.call(One::new(transaction(Transaction::DELETE_ANY, id), nothing))
    }
}

fn transaction(operation: amo_core::Operation, id: TransactionId) -> Prepared {
    let path = fill_first(&operation.path, id);
    Prepared::new(operation).path(path)
}
