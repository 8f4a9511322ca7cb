//! What can be asked of amoCRM / Kommo: a client and one handle per kind of entity.
