//! Reviews of templates for `WhatsApp` as webhooks tell of them.

use serde_json::{Value, json};

use super::form::Form;
use super::notice::Notice;
use crate::account::Account;
use crate::entity::Entity;

/// A template that was sent to review: once, although each source reviews it. No entity stands
/// before the action.
pub(super) fn asked_for(
    template: &str,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
) -> Option<Notice> {
    let is_asked = |review: &Entity| review.text("status") == "review";
    let review = now.filter(|now| is_asked(now) && !before.is_some_and(is_asked))?;
    let reviews = account.records.of("template_reviews", template);
    if reviews.iter().next_back().is_some_and(|last| last.id != review.id) {
        return None;
    }
    let template = account.records.get("chat_templates", "", template.parse().ok()?)?;
    let mut form = Form::default();
    form.set("id", template.id);
    form.set("type", template.get("type").clone());
    form.set("account_id", account.id);
    for name in ["name", "content", "created_at", "updated_at"] {
        form.set(name, template.get(name).clone());
    }
    form.set("is_editable", template.get("is_editable") == true);
    let reviews: Value = reviews
        .iter()
        .map(|review| {
            json!({
                "id": review.id,
                "source_id": review.get("source_id"),
                "status": review.get("status"),
                "reject_reason": review.get("reject_reason"),
            })
        })
        .collect();
    form.set("reviews", reviews);
    form.set("is_on_review", true);
    for name in ["external_id", "waba_header", "waba_footer", "waba_category", "waba_language"] {
        form.set(name, template.get(name).clone());
    }
    Some(Notice::new(("", "chat_template_review"), "add", form))
}
