//! Steps that only read: the account, and walks over all contacts.

use amocrm::{AccountWith, Client, ContactWith};
use examples::Report;

use super::Outcome;

/// The account with its groups of users and kinds of tasks.
pub(crate) async fn account(report: &mut Report, client: &Client) -> Outcome {
    report.step("The account");
    let account =
        client.account().with(AccountWith::UsersGroups).with(AccountWith::TaskTypes).await?;
    report.line("id", account.id);
    report.line("name", account.name.unwrap_or_default());
    let embedded = account.embedded;
    for group in embedded.users_groups.unwrap_or_default() {
        report.line("group of users", group.name.unwrap_or_default());
    }
    for task_type in embedded.task_types.unwrap_or_default() {
        report.line("kind of task", task_type.name.unwrap_or_default());
    }
    Ok(())
}

/// All contacts, as a stream and page by page.
pub(crate) async fn walk(report: &mut Report, client: &Client) -> Outcome {
    report.step("Walk all contacts");
    let (mut count, mut with_phone) = (0_u32, 0_u32);
    let mut contacts = client.contacts().list().with(ContactWith::Leads).items();
    while let Some(contact) = contacts.next().await.transpose()? {
        count += 1;
        with_phone += u32::from(contact.custom_fields_values.phones().next().is_some());
    }
    report.line("as a stream", format_args!("{count}, {with_phone} of them with a phone"));

    let mut found = client.contacts().list().search("Quickstart 1").items();
    let mut names = Vec::new();
    while let Some(contact) = found.next().await.transpose()? {
        names.extend(contact.name);
    }
    let ends = [names.first(), names.last()].map(|name| name.map_or("", String::as_str));
    report.line(
        "those that a search finds",
        format_args!("{}, {} to {}", names.len(), ends[0], ends[1]),
    );

    let mut pages = client.contacts().list().limit(100).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.transpose()? {
        sizes.push(page.items.len().to_string());
    }
    report.line("by pages of 100", sizes.join(" + "));
    Ok(())
}
