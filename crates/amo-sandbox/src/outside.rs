//! What clients and users do outside of the API: the box is told of it through its handle.

use crate::sandbox::Sandbox;
use crate::{record, special, webhooks};

impl Sandbox {
    /// A user answers in a talk that is open, as in the web interface. False when there is no such
    /// talk or user.
    pub fn user_writes(&self, talk: i64, user: i64, text: &str) -> bool {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let done = record::user_writes(&mut account, talk, user, text, now);
        webhooks::post_noted(&self.inner, &mut account);
        done
    }

    /// The client gives a mark from 0 to 10 for a talk that is open, which ends by it. False when
    /// there is no such talk, or for another mark.
    pub fn client_rates(&self, talk: i64, rate: u8) -> bool {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let done = record::client_rates(&mut account, talk, rate, now);
        webhooks::post_noted(&self.inner, &mut account);
        done
    }

    /// Nobody has answered in a talk in the time that the account allows, which no part of the API
    /// says: its `missed_at` is now. False when there is no such open talk.
    pub fn miss_talk(&self, talk: i64) -> bool {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let done = record::talk_missed(&mut account, talk, now);
        webhooks::post_noted(&self.inner, &mut account);
        done
    }

    /// Somebody opens a short link, as the clients do to whom it was sent: its contact gets a note.
    /// Gives the address that it leads to; `None` when there is no such link.
    pub fn open_short_link(&self, url: &str) -> Option<String> {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let target = special::open_short_link(&mut account, url, now);
        self.inner.remember(&mut account, 0, now);
        target
    }

    /// Pays for the account to a moment of the calendar, in Unix seconds, or for ever. See
    /// [`SandboxBuilder::paid_until`](crate::SandboxBuilder::paid_until).
    pub fn set_paid_until(&self, end: Option<i64>) {
        self.inner.account.write().paid_until = end;
    }
}
