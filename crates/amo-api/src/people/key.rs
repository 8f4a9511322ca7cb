//! By what people are found: phone numbers and e-mail addresses, however they are written.

use std::fmt;

use amo_core::CustomFields;

/// By what people are found: a phone number or an e-mail address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonKey(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Phone(Phone),
    Email(Email),
    /// Neither, and why.
    Wrong(&'static str),
}

impl PersonKey {
    /// A phone number, written in any way: `+7 (916) 123-45-67`, `89161234567`, `tel:+14155552671`. What
    /// follows it, such as an extension, does not count.
    ///
    /// It needs at least seven digits, and has fifteen at most; what is none is an error when it is
    /// looked for.
    pub fn phone(number: impl AsRef<str>) -> Self {
        Self(Phone::parse(number.as_ref()).map_or_else(Kind::Wrong, Kind::Phone))
    }

    /// An e-mail address; upper and lower case are alike.
    pub fn email(address: impl AsRef<str>) -> Self {
        Self(Email::parse(address.as_ref()).map_or_else(Kind::Wrong, Kind::Email))
    }

    /// The number as digits alone, with the country's code where it was said, if it is a number.
    pub fn as_phone(&self) -> Option<&str> {
        match &self.0 {
            Kind::Phone(phone) => Some(&phone.digits),
            Kind::Email(_) | Kind::Wrong(_) => None,
        }
    }

    /// The address, if it is one.
    pub fn as_email(&self) -> Option<&str> {
        match &self.0 {
            Kind::Email(email) => Some(&email.text),
            Kind::Phone(_) | Kind::Wrong(_) => None,
        }
    }

    /// The number as it is written into a field: with a plus, if the country's code was said so.
    pub(super) fn to_field(&self) -> Option<String> {
        match &self.0 {
            Kind::Phone(phone) if phone.is_international => Some(format!("+{}", phone.digits)),
            Kind::Phone(phone) => Some(phone.digits.clone()),
            Kind::Email(_) | Kind::Wrong(_) => None,
        }
    }

    pub(super) fn flaw(&self) -> Option<&'static str> {
        match self.0 {
            Kind::Wrong(why) => Some(why),
            Kind::Phone(_) | Kind::Email(_) => None,
        }
    }

    /// What is put into the search: of a number the last ten digits, by which amoCRM itself finds whose
    /// call it is, so that it does not matter how its beginning is written.
    pub(super) fn to_search(&self) -> &str {
        match &self.0 {
            Kind::Phone(phone) => last_ten(&phone.digits),
            Kind::Email(email) => &email.text,
            Kind::Wrong(_) => "",
        }
    }

    /// What is locked: the same for everything that might be the same person.
    pub(super) fn to_lock(&self) -> String {
        match &self.0 {
            Kind::Phone(_) => self.to_search().to_owned(),
            Kind::Email(email) => email.folded(),
            Kind::Wrong(_) => String::new(),
        }
    }

    /// Whether the fields of somebody have it.
    pub(super) fn is_of(&self, fields: &CustomFields) -> bool {
        match &self.0 {
            Kind::Phone(_) => fields.phones().any(|phone| self.is(&phone.value)),
            Kind::Email(_) => fields.emails().any(|email| self.is(&email.value)),
            Kind::Wrong(_) => false,
        }
    }

    /// Whether a text says the same.
    pub(super) fn is(&self, text: &str) -> bool {
        match &self.0 {
            Kind::Phone(phone) => Phone::parse(text).is_ok_and(|other| phone.is(&other)),
            Kind::Email(email) => {
                Email::parse(text).is_ok_and(|other| email.folded() == other.folded())
            }
            Kind::Wrong(_) => false,
        }
    }
}

/// It is somebody's, so that it is not printed.
impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Phone(_) => "PersonKey(a phone)",
            Kind::Email(_) => "PersonKey(an e-mail address)",
            Kind::Wrong(_) => "PersonKey(nothing)",
        })
    }
}

fn last_ten(digits: &str) -> &str {
    digits.get(digits.len().saturating_sub(10)..).unwrap_or(digits)
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Email {
    text: String,
}

impl Email {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let text = text.strip_prefix("mailto:").unwrap_or(text);
        match text.split_once('@') {
            Some((name, host))
                if !name.is_empty()
                    && !host.is_empty()
                    && !host.contains('@')
                    && !text.contains(char::is_whitespace) =>
            {
                Ok(Self { text: text.to_owned() })
            }
            _ => Err("it is no e-mail address, such as o.petrov@example.test"),
        }
    }

    fn folded(&self) -> String {
        self.text.to_lowercase()
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Phone {
    digits: String,
    /// It began with `+` or `00`, so that a country's code stands first.
    is_international: bool,
}

impl Phone {
    fn parse(text: &str) -> Result<Self, &'static str> {
        /// Fewer are those of many people; the shortest numbers without an area have seven.
        const FEWEST: usize = 7;
        /// No country has longer ones (E.164).
        const MOST: usize = 15;

        let text = text.trim();
        let text = text.strip_prefix("tel:").unwrap_or(text);
        let mut is_international = false;
        let mut digits = String::new();
        for character in text.chars() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if digits.is_empty() => is_international = true,
                _ if character.is_whitespace() => {}
                '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
                // An extension, or another number.
                _ if digits.len() >= FEWEST => break,
                _ => return Err("it is no phone number, such as +7 916 123-45-67"),
            }
        }
        if !is_international && digits.len() > 10 && digits.starts_with("00") {
            digits.drain(..2);
            is_international = true;
        }
        match digits.len() {
            0..FEWEST => Err("a phone number with fewer than seven digits may be anybody's"),
            FEWEST..=MOST => Ok(Self { digits, is_international }),
            _ => Err("a phone number has fifteen digits at most"),
        }
    }

    /// With the code of the country where 8 was dialled in its place, as in Russia and Kazakhstan. `+8 9`
    /// is a slip for that: no country has such a code.
    fn canonical(&self) -> String {
        match self.digits.strip_prefix('8') {
            Some(rest)
                if self.digits.len() == 11 && (!self.is_international || rest.starts_with('9')) =>
            {
                format!("7{rest}")
            }
            _ => self.digits.clone(),
        }
    }

    /// Whether both are the same number. One that says its country is not the same as one of another
    /// country, however their ends agree; one that does not is the same as any that ends with it.
    fn is(&self, other: &Self) -> bool {
        let (own, others) = (self.canonical(), other.canonical());
        if self.digits == other.digits || own == others {
            return true;
        }
        let (short, short_digits, long_digits) =
            if own.len() < others.len() { (self, own, others) } else { (other, others, own) };
        // The 0 that stands for the country in most others goes where its code stands.
        let national = short_digits.strip_prefix('0').unwrap_or(&short_digits);
        let code = long_digits.strip_suffix(national);
        !short.is_international && short_digits.len() >= 10 && code.is_some_and(is_country)
    }
}

/// Whether it may be the code of a country: those that begin with 1 and 7 have one digit, the others two or
/// three.
fn is_country(code: &str) -> bool {
    match code.as_bytes() {
        [b'1' | b'7'] => true,
        [first, ..] => {
            (b'2'..=b'9').contains(first) && *first != b'7' && (2..=3).contains(&code.len())
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (one, other) in [
            ("+79161234567", "8 (916) 123-45-67"),
            ("+79161234567", "7 916 123 45 67 доб. 12"),
            ("+7 916 123‑45‑67", "9161234567"),
            ("+8 916 123-45-67", "+79161234567"),
            ("tel:+14155552671", "(415) 555-2671"),
            ("0044 7911 123456", "07911 123456"),
            ("+380671234567", "067 123 45 67"),
            ("+49 151 23456789", "0151/23456789"),
            ("+85291234567", "85291234567"),
            ("555-12-34", "5551234"),
            ("+5511987654321", "11 98765-4321, 11 3333-4444"),
        ] {
            assert!(PersonKey::phone(one).is(other), "{one} {other}");
            assert!(PersonKey::phone(other).is(one), "{other} {one}");
            assert_eq!(PersonKey::phone(one).flaw(), None);
        }
    }

    #[test]
    fn numbers_of_different_people_are_different() {
        for (one, other) in [
            ("+79161234567", "+19161234567"),
            ("+79161234567", "+79161234568"),
            ("+79161234567", "1234567"),
            ("+85291234567", "+75291234567"),
            ("5551234", "+14155551234"),
            ("+79729469992", "0729469992"),
            ("+79161234567", "ICQ 79161234567"),
            ("+79161234567", ""),
        ] {
            assert!(!PersonKey::phone(one).is(other), "{one} {other}");
            assert!(!PersonKey::phone(other).is(one), "{other} {one}");
        }
    }

    /// A number in any dress is the same, and with any digit changed it is not.
    #[test]
    fn dresses_do_not_matter_and_digits_do() {
        let mut state = 7_u64;
        let mut below = |bound: u64| {
            // The constants of a linear congruential generator by Knuth.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % bound
        };
        for _ in 0..500 {
            let national = format!("9{:09}", below(1_000_000_000));
            let mut dressed = ["+7", "8", "7", ""][below(4) as usize].to_owned();
            for digit in national.chars() {
                dressed.push_str(["", "", " ", "-", " (", ") "][below(6) as usize]);
                dressed.push(digit);
            }
            let key = PersonKey::phone(format!("+7{national}"));
            assert!(key.is(&dressed) && PersonKey::phone(&dressed).is(&key.to_field().unwrap()));
            assert_eq!(key.to_search(), PersonKey::phone(&dressed).to_search());
            assert_eq!(key.to_lock(), PersonKey::phone(&dressed).to_lock());
            let place = below(10) as usize;
            let digit = national.as_bytes()[place] - b'0';
            let other = (digit + 1 + below(9) as u8) % 10;
            let mut changed = national.clone();
            changed.replace_range(place..=place, &other.to_string());
            assert!(!key.is(&format!("+7{changed}")) && !key.is(&changed), "{dressed} {changed}");
        }
    }

    #[test]
    fn the_end_of_a_number_is_searched() {
        for (number, text) in [
            ("+7 (916) 123-45-67", "9161234567"),
            ("8 916 1234567", "9161234567"),
            ("+5511987654321", "1987654321"),
            ("555-12-34", "5551234"),
        ] {
            assert_eq!(PersonKey::phone(number).to_search(), text);
        }
    }

    #[test]
    fn what_is_no_number_or_address_is_told() {
        for wrong in ["", "123456", "Vera", "+7 916 123 45 67 89 01 23", "+++"] {
            assert!(PersonKey::phone(wrong).flaw().is_some(), "{wrong}");
        }
        for wrong in ["", "vera", "@a.test", "vera@", "a@b@c", "a b@c.test"] {
            assert!(PersonKey::email(wrong).flaw().is_some(), "{wrong}");
        }
        assert!(PersonKey::email(" Vera@Example.test ").is("vera@example.TEST"));
        assert!(!PersonKey::email("vera@example.test").is("overa@example.test"));
        let key = PersonKey::phone("+79161234567");
        assert!(!format!("{key:?}").contains("916"));
    }
}
