//! What a refusal of the server's is about, with names in the place of ids.

use amo_core::{CustomFieldId, ItemErrors, ValidationCode};
use serde_json::Value;

use super::Fields;

/// Says of each thing that the server does not know (`NotSupportedChoice`) what it was to be: what is wrong
/// with it by the schema as it is now (`flawed`), else which field it is about.
pub(super) fn explain(
    refused: &[ItemErrors],
    flawed: &[ItemErrors],
    items: &[Value],
    fields: Option<&Fields>,
) -> String {
    let mut said: Vec<String> = Vec::new();
    for item in refused {
        let id = item.request_id.as_deref().unwrap_or("0");
        let own = flawed.iter().find(|own| own.request_id.as_deref() == Some(id));
        let sent = items.iter().enumerate().find(|(place, sent)| match sent.get("request_id") {
            Some(own) => own.as_str() == Some(id),
            None => *place == 0,
        });
        let unknown = |code: &ValidationCode| *code == ValidationCode::NotSupportedChoice;
        for error in item.errors.iter().filter(|one| one.code.as_ref().is_some_and(unknown)) {
            let Some(path) = error.path.as_deref() else { continue };
            let mut own = own.into_iter().flat_map(|own| &own.errors);
            let own = own.find(|own| own.path.as_deref() == Some(path));
            let own = own.and_then(|own| own.detail.clone());
            let one = own.or_else(|| about(path, sent?.1, fields?));
            said.extend(one.map(|one| format!("item {id}: {one}")));
        }
    }
    said.dedup();
    said.join("; ")
}

/// The custom field that a path leads to.
fn about(path: &str, sent: &Value, fields: &Fields) -> Option<String> {
    let place = path.strip_prefix("custom_fields_values.")?.split('.').next()?;
    let entry = sent.get("custom_fields_values")?.get(place.parse::<usize>().ok()?)?;
    let by_id = entry.get("field_id").and_then(Value::as_i64).map(CustomFieldId::new);
    let by_code = || fields.by_code(entry.get("field_code")?.as_str()?);
    let field = by_id.and_then(|id| fields.by_id(id)).or_else(by_code)?;
    Some(format!("it is the {}", fields.describe(field)))
}
