//! The hook that tells of an integration that was switched off in an account.

use amo_core::AccountId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use crate::redirect::{Parameters, not_genuine};
use crate::{Error, OAuth};

impl OAuth {
    /// Reads the query of the hook "access revoked" and checks its signature: which account has switched
    /// the integration off, or withdrawn its access.
    ///
    /// The signature has no date: who has seen the hook of an account once can send it again, also after
    /// the integration was installed anew. So keep the hook's address to yourself.
    ///
    /// ```
    /// use amo_auth::OAuth;
    ///
    /// # fn main() -> Result<(), amo_auth::Error> {
    /// let id = "01d01160-d7a0-4087-b4af-6a1bb83fcd1d";
    /// let oauth = OAuth::new(id, "secret-key", "https://example.test/oauth");
    /// let query = format!(
    ///     "client_uuid={id}&account_id=32720107&signature=67833f33dd909c823d738b26b7d421b38f088da0e6a71f168c1c75b1cd198236"
    /// );
    /// assert_eq!(oauth.uninstalled(&query)?.get(), 32_720_107);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: the OAuth pages, hook of a withdrawn access. Its text names the parameter `client_id`, its
    /// code `client_uuid`: both are read.
    ///
    /// # Errors
    /// [`ErrorKind::NotGenuine`](crate::ErrorKind::NotGenuine) if a part is missing, it is another
    /// integration's, or the signature is wrong.
    pub fn uninstalled(&self, query: &str) -> Result<AccountId, Error> {
        let query = Parameters::of(query);
        let client_id = match query.one("client_uuid")? {
            Some(client_id) => client_id,
            None => query.needed("client_id")?,
        };
        if client_id != self.client_id {
            return Err(not_genuine("the hook is another integration's"));
        }
        let account_id = query.needed("account_id")?;
        let account_id: i64 =
            account_id.parse().map_err(|_| not_genuine("`account_id` is no number"))?;
        let signature = from_hex(&query.needed("signature")?)
            .ok_or_else(|| not_genuine("`signature` is not written in hexadecimal digits"))?;
        let key = self.client_secret.expose_secret().as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(key)
            .map_err(|_| Error::configuration("the client secret cannot be a key"))?;
        mac.update(format!("{client_id}|{account_id}").as_bytes());
        mac.verify_slice(&signature).map_err(|_| not_genuine("the hook's signature is wrong"))?;
        Ok(AccountId::new(account_id))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut pairs = text.as_bytes().chunks_exact(2);
    let bytes = pairs.by_ref().map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    if pairs.remainder().is_empty() { bytes } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const ID: &str = "01d01160-d7a0-4087-b4af-6a1bb83fcd1d";
    const SIGNATURE: &str = "67833f33dd909c823d738b26b7d421b38f088da0e6a71f168c1c75b1cd198236";

    #[test]
    fn takes_only_what_is_signed_for_this_integration_and_account() {
        let oauth = OAuth::new(ID, "secret-key", "https://example.test/oauth");
        let read = |query: String| oauth.uninstalled(&query).map_err(|error| error.kind());
        let account = AccountId::new(32_720_107);
        for name in ["client_uuid", "client_id"] {
            let query = format!("/hook?{name}={ID}&account_id=32720107&signature={SIGNATURE}");
            assert_eq!(read(query), Ok(account));
        }
        for query in [
            format!("client_uuid={ID}&account_id=32720108&signature={SIGNATURE}"),
            format!("client_uuid=other&account_id=32720107&signature={SIGNATURE}"),
            format!("client_uuid={ID}&account_id=x&signature={SIGNATURE}"),
            format!("client_uuid={ID}&account_id=32720107&signature={}", &SIGNATURE[1..]),
            format!("client_uuid={ID}&account_id=32720107&signature=+f"),
            format!("client_uuid={ID}&account_id=32720107"),
            format!("account_id=32720107&signature={SIGNATURE}"),
        ] {
            assert_eq!(read(query.clone()), Err(ErrorKind::NotGenuine), "{query}");
        }
    }
}
