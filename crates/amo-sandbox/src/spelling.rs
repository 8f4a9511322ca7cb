//! One spelling for what people write in many ways: telephone numbers and e-mail addresses.

/// What counts of a value when it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// The digits of a telephone number.
    Digits,
    /// The last ten of them: then +7 and 8 are alike.
    LastDigits,
    /// An e-mail address, upper and lower case alike.
    Address,
}

impl Spelling {
    /// A value in this spelling; `None` when nothing is left of it.
    pub(crate) fn of(self, value: &str) -> Option<String> {
        let digits = || value.chars().filter(char::is_ascii_digit);
        let text: String = match self {
            Spelling::Digits => digits().collect(),
            Spelling::LastDigits => digits().skip(digits().count().saturating_sub(10)).collect(),
            Spelling::Address => value.trim().to_lowercase(),
        };
        (!text.is_empty()).then_some(text)
    }
}
