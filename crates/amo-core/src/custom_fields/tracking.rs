//! Where a lead came from: the fields of the type `tracking_data`.

use percent_encoding::percent_decode_str;

use super::kinds::TrackingData;
use super::{CustomFields, Field, FieldKey, NewCustomFields};

/// Declares the fields with their names in the query of a landing page's address.
macro_rules! fields {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $parameter:literal;)*) => {
        $($(#[$meta])* pub const $name: Field<TrackingData> = Field::code($code);)*

        const ALL: &[(Field<TrackingData>, &str)] = &[$(($name, $parameter),)*];
    };
}

fields! {
    /// The site or service that the visitor came from.
    UTM_SOURCE = "UTM_SOURCE", "utm_source";
    /// How the visitor came, such as by a paid click.
    UTM_MEDIUM = "UTM_MEDIUM", "utm_medium";
    /// The campaign.
    UTM_CAMPAIGN = "UTM_CAMPAIGN", "utm_campaign";
    /// The advertisement.
    UTM_CONTENT = "UTM_CONTENT", "utm_content";
    /// The search words.
    UTM_TERM = "UTM_TERM", "utm_term";
    /// The page that the visitor came from, as the link says.
    UTM_REFERRER = "UTM_REFERRER", "utm_referrer";
    /// The page that the visitor came from.
    REFERRER = "REFERRER", "referrer";
    /// Where the visitor came from, in words of the site.
    FROM = "FROM", "from";
    /// The number of the visit in Roistat.
    ROISTAT = "ROISTAT", "roistat";
    /// The service, as Openstat says it.
    OPENSTAT_SERVICE = "OPENSTAT_SERVICE", "openstat_service";
    /// The campaign, as Openstat says it.
    OPENSTAT_CAMPAIGN = "OPENSTAT_CAMPAIGN", "openstat_campaign";
    /// The advertisement, as Openstat says it.
    OPENSTAT_AD = "OPENSTAT_AD", "openstat_ad";
    /// The site, as Openstat says it.
    OPENSTAT_SOURCE = "OPENSTAT_SOURCE", "openstat_source";
    /// The visitor in Google Analytics.
    GCLIENTID = "GCLIENTID", "gclientid";
    /// The visitor in Yandex Metrica.
    YM_UID = "_YM_UID", "_ym_uid";
    /// The counter of Yandex Metrica.
    YM_COUNTER = "_YM_COUNTER", "_ym_counter";
    /// The click in Google Ads.
    GCLID = "GCLID", "gclid";
    /// The click in Yandex Direct.
    YCLID = "YCLID", "yclid";
    /// The click in Facebook.
    FBCLID = "FBCLID", "fbclid";
}

/// Where a visitor of a site came from: the UTM tags and the like of a lead.
///
/// ```
/// use amo_core::{NewLead, Utm};
/// use amo_core::field::tracking::YCLID;
///
/// let utm = Utm::new().source("newsletter").medium("email").set(YCLID, "77");
/// let lead = NewLead::new().name("Office chairs").tracking(utm);
///
/// // Or out of the address by which the visitor came.
/// let address = "https://shop.example/chairs?utm_source=search&utm_term=office+chairs&page=2";
/// let lead = NewLead::new().tracking(Utm::from_address(address));
/// # let _ = lead;
/// ```
///
/// An account has a field for each of them, of the codes that [`field::tracking`] lists
/// (`UTM_SOURCE`, ...); a field that somebody has deleted makes amoCRM refuse the lead.
///
/// [`field::tracking`]: crate::field::tracking
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it is not sent until it is given to a lead"]
pub struct Utm {
    /// The fields in the order in which they were named first.
    values: Vec<(FieldKey, String)>,
}

impl Utm {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// What the query of an address says, or a query alone. Parameters that are empty or mean
    /// something else are left out; of one that stands twice the first counts.
    pub fn from_address(address: &str) -> Self {
        let address = address.split_once('#').map_or(address, |(before, _)| before);
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let mut utm = Self::new();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let name = decoded(name).to_ascii_lowercase();
            let Some((field, _)) = ALL.iter().find(|(_, known)| *known == name) else { continue };
            let value = decoded(value);
            if !value.is_empty() && utm.get(*field).is_none() {
                utm = utm.set(*field, value);
            }
        }
        utm
    }

    /// What a lead says.
    pub(super) fn of(fields: &CustomFields) -> Self {
        let held = ALL.iter().filter_map(|(field, _)| Some((field.key(), fields.get(*field)?)));
        Self { values: held.collect() }
    }

    /// `utm_source`: the site or service that the visitor came from.
    pub fn source(self, value: impl Into<String>) -> Self {
        self.set(UTM_SOURCE, value)
    }

    /// `utm_medium`: how the visitor came, such as by a paid click.
    pub fn medium(self, value: impl Into<String>) -> Self {
        self.set(UTM_MEDIUM, value)
    }

    /// `utm_campaign`: the campaign.
    pub fn campaign(self, value: impl Into<String>) -> Self {
        self.set(UTM_CAMPAIGN, value)
    }

    /// `utm_content`: the advertisement.
    pub fn content(self, value: impl Into<String>) -> Self {
        self.set(UTM_CONTENT, value)
    }

    /// `utm_term`: the search words.
    pub fn term(self, value: impl Into<String>) -> Self {
        self.set(UTM_TERM, value)
    }

    /// `utm_referrer`: the page that the visitor came from.
    pub fn referrer(self, value: impl Into<String>) -> Self {
        self.set(UTM_REFERRER, value)
    }

    /// Any field of the type `tracking_data`, such as those of
    /// [`field::tracking`](crate::field::tracking).
    pub fn set(mut self, field: Field<TrackingData>, value: impl Into<String>) -> Self {
        let (key, value) = (field.key(), value.into());
        match self.values.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.values.push((key, value)),
        }
        self
    }

    /// What one of them says.
    pub fn get(&self, field: Field<TrackingData>) -> Option<&str> {
        let known = self.values.iter().find(|(key, _)| *key == field.key());
        known.map(|(_, value)| value.as_str())
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Puts them among other fields. One that says nothing is left as it is.
    pub(crate) fn put(self, mut fields: NewCustomFields) -> NewCustomFields {
        for (key, value) in self.values.into_iter().filter(|(_, value)| !value.is_empty()) {
            fields = fields.set(Field::<TrackingData>::of(key), value);
        }
        fields
    }
}

/// A name or a value of a query as a browser meant it.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
