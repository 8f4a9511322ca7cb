//! Steps that write: one contact, its change, many contacts, links.

use amocrm::field::{EMAIL, PHONE, Select, Text};
use amocrm::{
    Choice, Client, Contact, ContactId, EnumText, Field, FieldKey, FieldType, NewContact, NewLead,
    NewLink, Outcome as Item,
};
use examples::Report;
use serde::Deserialize;

use super::Outcome;

/// The fields of this account's contacts that the quickstart writes.
struct Fields {
    text: Field<Text>,
    select: Field<Select>,
    option: Choice,
}

/// Custom fields differ from account to account: takes the first text and the first select field.
async fn fields(client: &Client) -> Outcome<Fields> {
    #[derive(Deserialize)]
    struct Definitions {
        #[serde(rename = "_embedded")]
        embedded: Embedded,
    }
    #[derive(Deserialize)]
    struct Embedded {
        custom_fields: Vec<Definition>,
    }
    #[derive(Deserialize)]
    struct Definition {
        id: i64,
        #[serde(rename = "type")]
        kind: String,
        enums: Option<Vec<Option_>>,
    }
    #[derive(Deserialize)]
    struct Option_ {
        value: String,
    }

    // The raw request is the way to whatever the client has no method for yet.
    let answer =
        client.raw(http::Method::GET, "/api/v4/contacts/custom_fields").query("limit", 250).await?;
    let fields = answer.json::<Definitions>()?.embedded.custom_fields;
    let text = fields.iter().find(|field| field.kind == "text");
    let select = fields.iter().find(|field| field.kind == "select");
    let option = select.and_then(|field| field.enums.as_deref()?.first());
    match (text, select, option) {
        (Some(text), Some(select), Some(option)) => Ok(Fields {
            text: Field::id(text.id),
            select: Field::id(select.id),
            option: Choice::text(&option.value),
        }),
        _ => Err("the account's contacts need a text field and a select field with an option: add them in its settings".into()),
    }
}

async fn read(client: &Client, id: ContactId) -> Outcome<Contact> {
    Ok(client.contacts().get(id).await?.ok_or_else(|| format!("contact {id} is gone"))?)
}

/// Creates a contact and reads it back.
pub(crate) async fn create(report: &mut Report, client: &Client) -> Outcome<ContactId> {
    report.step("Create a contact");
    let Fields { text, select, option } = fields(client).await?;
    let responsible = client
        .account()
        .await?
        .current_user_id
        .ok_or("the account does not say whose token it is")?;
    let new = NewContact::new()
        .name("Quickstart Vera Orlova")
        .responsible_user_id(responsible)
        .add(PHONE, EnumText::new("+7 000 000-00-01", "MOB"))
        .add(EMAIL, EnumText::new("vera@example.test", "WORK"))
        .set(text, "came by the quickstart")
        .set(select, option)
        .tag("quickstart")
        .tag("new");
    let id = client.contacts().create(new).await?.id;
    report.line("created, id", id);

    let contact = read(client, id).await?;
    report.line("name", contact.name.as_deref().unwrap_or_default());
    for field in &contact.custom_fields_values {
        let name = field.field_name.as_deref().unwrap_or_default();
        let kind = field.field_type.as_ref().map_or("", FieldType::as_str);
        report.line("custom field", format_args!("{name} ({kind})"));
    }
    let fields = &contact.custom_fields_values;
    report.line("the text field by its id", fields.get(text).unwrap_or_default());
    if let FieldKey::Code(code) = PHONE.key() {
        let name = fields.by_code(code).and_then(|field| field.field_name.as_deref());
        report.line("a field by its code", format_args!("{code}: {}", name.unwrap_or_default()));
    }
    for phone in fields.phones() {
        report.line("phone", described(phone));
    }
    for email in fields.emails() {
        report.line("e-mail", described(email));
    }
    Ok(id)
}

fn described(text: &EnumText) -> String {
    let code = text.enum_code.as_deref().unwrap_or("no code");
    format!("{} ({code})", text.value)
}

/// Changes the contact. Only what changed is sent.
pub(crate) async fn change(report: &mut Report, client: &Client, id: ContactId) -> Outcome {
    report.step("Change it");
    let Fields { text, .. } = fields(client).await?;
    let before = read(client, id).await?;
    let mut after = before.clone();
    after.name = Some("Quickstart Vera Belova".to_owned());
    after.custom_fields_values.clear(text);
    let tags = after.embedded.tags.get_or_insert_default();
    tags.retain(|tag| tag.name.as_deref() != Some("new"));
    tags.push(amocrm::Tag::new("regular"));

    let update = client.contacts().update(id, Contact::diff(&before, &after)?);
    let request = update.to_request()?;
    report.line("sends", String::from_utf8_lossy(request.body()));
    update.await?;

    let now = read(client, id).await?;
    report.line("name", now.name.as_deref().unwrap_or_default());
    let cleared = now.custom_fields_values.get(text).is_none();
    report.line("the text field is empty", if cleared { "yes" } else { "no" });
    let tags = now.embedded.tags.unwrap_or_default();
    let tags: Vec<_> = tags.iter().filter_map(|tag| tag.name.as_deref()).collect();
    report.line("tags", tags.join(", "));
    Ok(())
}

/// Creates 600 contacts in one call; one of them is wrong.
pub(crate) async fn create_many(report: &mut Report, client: &Client) -> Outcome {
    report.step("Create 600 contacts in one call");
    let Fields { select, .. } = fields(client).await?;
    let contacts = (0..600).map(move |number| {
        let contact = NewContact::new().name(format!("Quickstart {number:03}"));
        // The server refuses an option that the field does not have.
        if number == 321 { contact.set(select, Choice::text("no such option")) } else { contact }
    });
    let batch = client.contacts().create_many(contacts).await;
    let ids: Vec<_> = batch.done().map(|(_, receipt)| receipt.id).collect();
    report.line("created", ids.len());
    for (index, outcome) in batch.failures() {
        report.line(&format!("item {index}"), outcome);
    }
    for index in [0, 1, 599] {
        if let Item::Done(receipt) = &batch.outcomes()[index] {
            report.line(&format!("item {index} has id"), receipt.id);
        }
    }
    Ok(())
}

/// Links a lead to all contacts that a search finds.
pub(crate) async fn link(report: &mut Report, client: &Client) -> Outcome {
    report.step("Link a lead");
    let lead =
        client.leads().create(NewLead::new().name("Quickstart lead").price(48_000)).await?.id;
    let mut found = client.contacts().list().search("Quickstart 00").items();
    let mut links = Vec::new();
    while let Some(contact) = found.next().await.transpose()? {
        links.push(NewLink::contact(contact.id));
    }
    let linked = client.leads().link(lead, links).await?;
    report.line("lead", lead);
    report.line("contacts linked", linked.len());
    report.line("links of the lead now", client.leads().links(lead).await?.len());
    Ok(())
}
