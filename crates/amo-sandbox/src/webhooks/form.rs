//! Form bodies with brackets as PHP prints them: `leads[add][0][id]=1`.

use serde_json::Value;

/// The keys and values of a part of a body, in the order in which they are put.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    /// Puts a value under a key without brackets. What PHP does with it: null is left out, true is
    /// 1 and false 0, what is inside of lists and objects stands in brackets behind the key; so
    /// nothing is left of empty ones.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.put(format!("[{key}]"), &value.into());
    }

    /// Puts a value that stands at the first word itself.
    pub(crate) fn set_bare(&mut self, value: impl Into<Value>) {
        self.put(String::new(), &value.into());
    }

    fn put(&mut self, key: String, value: &Value) {
        let text = match value {
            Value::Null => return,
            Value::Bool(flag) => i32::from(*flag).to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.put(format!("{key}[{index}]"), item);
                }
                return;
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.put(format!("{key}[{name}]"), member);
                }
                return;
            }
        };
        self.pairs.push((key, text));
    }

    /// Puts everything of another one under a key.
    pub(crate) fn nest(&mut self, key: &str, inner: Form) {
        self.pairs
            .extend(inner.pairs.into_iter().map(|(name, text)| (format!("[{key}]{name}"), text)));
    }

    /// The body, in which what was put stands below these first words.
    pub(crate) fn body(parts: &[(String, &Form)]) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (root, form) in parts {
            for (key, text) in &form.pairs {
                body.append_pair(&format!("{root}{key}"), text);
            }
        }
        body.finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_printed_as_php_does() {
        let mut form = Form::default();
        form.set("id", 5);
        form.set("none", Value::Null);
        form.set("name", "a b&c");
        form.set("flag", true);
        form.set("tags", json!([{"id": 1, "name": ""}, [], {}]));
        let mut outer = Form::default();
        outer.nest("note", form);
        assert_eq!(
            Form::body(&[("leads[note][0]".to_owned(), &outer)]),
            "leads%5Bnote%5D%5B0%5D%5Bnote%5D%5Bid%5D=5\
             &leads%5Bnote%5D%5B0%5D%5Bnote%5D%5Bname%5D=a+b%26c\
             &leads%5Bnote%5D%5B0%5D%5Bnote%5D%5Bflag%5D=1\
             &leads%5Bnote%5D%5B0%5D%5Bnote%5D%5Btags%5D%5B0%5D%5Bid%5D=1\
             &leads%5Bnote%5D%5B0%5D%5Bnote%5D%5Btags%5D%5B0%5D%5Bname%5D="
        );
    }
}
