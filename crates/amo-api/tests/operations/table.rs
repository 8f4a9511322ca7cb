//! The table: a call for each operation.

use amo_core::{
    AcceptUnsorted, AgentPatch, BonusChange, BotAnswer, BotId, BotRun, BotTarget, CallDirection,
    CatalogPatch, ChatId, ChatLinkFilter, ChatTemplatePatch, CloseTalk, CompanyId, CompanyPatch,
    ContactPatch, CustomFieldGroupPatch, CustomFieldGroupsOf, CustomFieldPatch, CustomFieldsOf,
    CustomerPatch, CustomerStatusPatch, CustomersModeSettings, DeclineUnsorted, ElementPatch,
    EntityType, FileChange, FormsMetadata, LeadPatch, LinkUnsorted, LossReasonPatch, NewAgent,
    NewCall, NewCallPopUp, NewCatalog, NewChatLink, NewChatTemplate, NewCompany, NewComplexLead,
    NewContact, NewCustomField, NewCustomFieldGroup, NewCustomer, NewCustomerStatus, NewElement,
    NewLead, NewLink, NewLossReason, NewNote, NewPipeline, NewRights, NewRole, NewSegment,
    NewShortLink, NewSource, NewStatus, NewTag, NewTask, NewTransaction, NewUnsortedForm, NewUser,
    NewWebhook, NewWebsiteButton, NoteContent, NotePatch, PipelineId, PipelinePatch,
    ProductsSettings, ReviewDecision, RolePatch, SegmentPatch, SourcePatch, StatusPatch, TagPatch,
    TagsOf, TaskPatch, Timestamp, UnsortedSummaryFilter, UserId, WebhookAddress, WebhookEvent,
    WebsiteButtonPatch, WidgetCode, WidgetSettings,
};
use amo_sandbox::demo;

use crate::entry::Entry;
use crate::prepared::{CATALOG, CONTACT, CUSTOMER, LEAD, Prepared};

const COMPANY: CompanyId = CompanyId::new(demo::FIRST_COMPANY);

macro_rules! entries {
    ($all:ident; $($name:literal $kind:ident $call:expr;)*) => {$(
        let written = ($name, stringify!($call));
        $all.push(Entry::new(written, &entries!($kind $call), $call.into_future()));
    )*};
    (one $call:expr) => { [$call.to_request().unwrap()] };
    (many $call:expr) => { $call.to_requests().unwrap() };
}

/// A call for each operation, all of which can be sent to the prepared sandbox.
pub fn all(prepared: &Prepared) -> Vec<Entry> {
    let mut all = Vec::new();
    cards(prepared, &mut all);
    around_cards(prepared, &mut all);
    customers(prepared, &mut all);
    catalogs(prepared, &mut all);
    pipelines(prepared, &mut all);
    incoming(prepared, &mut all);
    fields(prepared, &mut all);
    chats(prepared, &mut all);
    files(prepared, &mut all);
    account(prepared, &mut all);
    all
}

fn cards(Prepared { client, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (leads, contacts, companies) = (client.leads(), client.contacts(), client.companies());
    let to_contact = || [NewLink::contact(CONTACT)];
    let to_company = || [NewLink::company(COMPANY)];
    let to_lead = || [NewLink::lead(LEAD)];
    entries! { all;
        "leads.get" one leads.get(LEAD);
        "leads.list" one leads.list();
        "leads.create" one leads.create(NewLead::new().name("Chairs"));
        "leads.update" one leads.update(LEAD, LeadPatch::new().price(500));
        "leads.update_many" many leads.update_many([(LEAD, LeadPatch::new().price(500))]);
        "leads.links" many leads.links(LEAD);
        "leads.link" many leads.link(LEAD, to_contact());
        "leads.unlink" many leads.unlink(LEAD, to_contact());
        "leads.links_many" many leads.links_of([LEAD]);
        "leads.link_many" many leads.link_many(to_contact().map(|link| (LEAD, link)));
        "leads.unlink_many" many leads.unlink_many(to_contact().map(|link| (LEAD, link)));
        "leads.add_complex" one leads.create_complex(&NewComplexLead::new(NewLead::new().name("Chairs")));
        "contacts.get" one contacts.get(CONTACT);
        "contacts.list" one contacts.list();
        "contacts.create" one contacts.create(NewContact::new().name("Vera"));
        "contacts.update" one contacts.update(CONTACT, ContactPatch::new().name("Vera"));
        "contacts.update_many" many contacts.update_many([(CONTACT, ContactPatch::new().name("Vera"))]);
        "contacts.links" many contacts.links(CONTACT);
        "contacts.link" many contacts.link(CONTACT, to_company());
        "contacts.unlink" many contacts.unlink(CONTACT, to_company());
        "contacts.links_many" many contacts.links_of([CONTACT]);
        "contacts.link_many" many contacts.link_many(to_company().map(|link| (CONTACT, link)));
        "contacts.unlink_many" many contacts.unlink_many(to_company().map(|link| (CONTACT, link)));
        "companies.get" one companies.get(COMPANY);
        "companies.list" one companies.list();
        "companies.create" one companies.create(NewCompany::new().name("Oak"));
        "companies.update" one companies.update(COMPANY, CompanyPatch::new().name("Oak"));
        "companies.update_many" many companies.update_many([(COMPANY, CompanyPatch::new().name("Oak"))]);
        "companies.links" many companies.links(COMPANY);
        "companies.link" many companies.link(COMPANY, to_lead());
        "companies.unlink" many companies.unlink(COMPANY, to_lead());
        "companies.links_many" many companies.links_of([COMPANY]);
        "companies.link_many" many companies.link_many(to_lead().map(|link| (COMPANY, link)));
        "companies.unlink_many" many companies.unlink_many(to_lead().map(|link| (COMPANY, link)));
    }
}

fn around_cards(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (tasks, notes, tags) = (client.tasks(), client.notes(LEAD), client.tags(TagsOf::Leads));
    let tomorrow = Timestamp::from_unix_seconds(2_000_000_000);
    let text = || NotePatch::new().content(NoteContent::common("Bye"));
    let call = NewCall::new(CallDirection::Inbound, 61, "pbx", "+79990000001");
    let link = || [NewShortLink::new("https://a.test/", CONTACT)];
    entries! { all;
        "tasks.get" one tasks.get(ids.task);
        "tasks.list" one tasks.list();
        "tasks.create" one tasks.create(NewTask::new("Call", tomorrow));
        "tasks.update" one tasks.complete(ids.task, "done");
        "tasks.update_many" many tasks.update_many([(ids.task, TaskPatch::new().text("Write"))]);
        "notes.get" one notes.get(ids.note);
        "notes.list" one notes.list();
        "notes.create" one notes.create(NewNote::new(NoteContent::common("Hello")));
        "notes.update" one notes.update(ids.note, text());
        "notes.update_many" many notes.update_many([(ids.note, text())]);
        "notes.pin" one notes.pin(ids.note);
        "notes.unpin" one notes.unpin(ids.note);
        "calls.create" one client.calls().create(call.clone());
        "tags.list" one tags.list();
        "tags.create" one tags.create(NewTag::new("shop"));
        "tags.update" one tags.update(ids.tag, TagPatch::new().name("web"));
        "tags.update_many" many tags.update_many([(ids.tag, TagPatch::new().name("web"))]);
        "subscriptions.list" one client.subscriptions(LEAD).list();
        "short_links.create" one client.short_links().create_links(link());
        "call_pop_ups.add" one client.call_pop_ups().show([NewCallPopUp::new("+79990000001")]);
        "events.get" one client.events().get(ids.event.clone());
        "events.list" one client.events().list();
        "event_types.list" one client.event_types().list();
    }
}

fn customers(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (customers, statuses) = (client.customers(), client.customer_statuses());
    let (segments, purchases) = (client.segments(), client.transactions(CUSTOMER));
    let tomorrow = Timestamp::from_unix_seconds(2_000_000_000);
    let mode = CustomersModeSettings::segments(true);
    let link = || [NewLink::contact(CONTACT)];
    entries! { all;
        "customers.get" one customers.get(CUSTOMER);
        "customers.list" one customers.list();
        "customers.create" one customers.create(NewCustomer::new("Oleg").next_date(tomorrow));
        "customers.update" one customers.update(CUSTOMER, CustomerPatch::new().name("Oleg"));
        "customers.update_many" many customers.update_many([(CUSTOMER, CustomerPatch::new().name("Oleg"))]);
        "customers.links" many customers.links(CUSTOMER);
        "customers.link" many customers.link(CUSTOMER, link());
        "customers.unlink" many customers.unlink(CUSTOMER, link());
        "customers.links_many" many customers.links_of([CUSTOMER]);
        "customers.link_many" many customers.link_many(link().map(|link| (CUSTOMER, link)));
        "customers.unlink_many" many customers.unlink_many(link().map(|link| (CUSTOMER, link)));
        "customers.set_mode" one customers.set_mode(&mode);
        "customers.change_bonus_points" one customers.change_bonus_points(CUSTOMER, BonusChange::Earn(10));
        "customer_statuses.get" one statuses.get(ids.customer_status);
        "customer_statuses.list" one statuses.list();
        "customer_statuses.create" one statuses.create(NewCustomerStatus::new("New", 50));
        "customer_statuses.update" one statuses.update(ids.customer_status, CustomerStatusPatch::new().name("Away"));
        "customer_statuses.delete" one statuses.delete(ids.customer_status);
        "customer_segments.get" one segments.get(ids.segment);
        "customer_segments.list" one segments.list();
        "customer_segments.create" one segments.create(NewSegment::new("New ones"));
        "customer_segments.update" one segments.update(ids.segment, SegmentPatch::new().name("Old ones"));
        "customer_segments.delete" one segments.delete(ids.segment);
        "transactions.get" one purchases.get(ids.transaction);
        "transactions.list" one purchases.list();
        "transactions.create" one purchases.create(NewTransaction::new(700));
        "transactions.delete" one purchases.delete(ids.transaction);
        "transactions.get_any" one customers.transaction(ids.transaction);
        "transactions.list_all" one customers.transactions();
        "transactions.delete_any" one customers.delete_transaction(ids.transaction);
    }
}

fn catalogs(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (catalogs, elements) = (client.catalogs(), client.elements(CATALOG));
    let settings = serde_json::from_str::<ProductsSettings>(r#"{"is_enabled":true}"#).unwrap();
    let link = || [NewLink::lead(LEAD)];
    entries! { all;
        "catalogs.get" one catalogs.get(CATALOG);
        "catalogs.list" one catalogs.list();
        "catalogs.create" one catalogs.create(NewCatalog::new("Parts"));
        "catalogs.update" one catalogs.update(CATALOG, CatalogPatch::new().name("Goods"));
        "catalogs.update_many" many catalogs.update_many([(CATALOG, CatalogPatch::new().name("Goods"))]);
        "catalogs.products_settings" one catalogs.products_settings();
        "catalogs.set_products_settings" one catalogs.set_products_settings(&settings);
        "elements.get" one elements.get(ids.element);
        "elements.list" one elements.list();
        "elements.create" one elements.create(NewElement::new("Table"));
        "elements.update" one elements.update(ids.element, ElementPatch::new().name("Table"));
        "elements.update_many" many elements.update_many([(ids.element, ElementPatch::new().name("Table"))]);
        "elements.links" many elements.links(ids.element);
        "elements.link" many elements.link(ids.element, link());
        "elements.unlink" many elements.unlink(ids.element, link());
    }
}

fn pipelines(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (pipelines, statuses) = (client.pipelines(), client.statuses(ids.pipeline));
    let reasons = client.loss_reasons();
    entries! { all;
        "pipelines.get" one pipelines.get(ids.pipeline);
        "pipelines.list" one pipelines.list();
        "pipelines.create" one pipelines.create(NewPipeline::new("Service", 200, false, true));
        "pipelines.update" one pipelines.update(ids.pipeline, PipelinePatch::new().name("Service"));
        "pipelines.delete" one pipelines.delete(ids.pipeline);
        "statuses.get" one statuses.get(ids.status);
        "statuses.list" one statuses.list();
        "statuses.create" one statuses.create(NewStatus::new("Paid", 50));
        "statuses.update" one statuses.update(ids.status, StatusPatch::new().name("Paid"));
        "statuses.delete" one statuses.delete(ids.status);
        "loss_reasons.get" one reasons.get(ids.loss_reason);
        "loss_reasons.list" one reasons.list();
        "loss_reasons.create" one reasons.create(NewLossReason::new("Too late"));
        "loss_reasons.update" one reasons.update(ids.loss_reason, LossReasonPatch::new().name("Too far away"));
        "loss_reasons.delete" one reasons.delete(ids.loss_reason);
    }
}

fn incoming(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (unsorted, sources) = (client.unsorted(), client.sources());
    let buttons = client.website_buttons();
    let at = Timestamp::from_unix_seconds(1_700_000_000);
    let form = FormsMetadata::new("f1", "Ask us", "https://a.test/ask", at);
    let call = amo_core::SipMetadata::new("+79990000001", at, 61, "https://a.test/1.mp3", "pbx");
    let call = amo_core::NewUnsortedCall::new("u2", "PBX", call);
    let button = NewWebsiteButton::in_app(PipelineId::new(demo::PIPELINE));
    entries! { all;
        "unsorted.get" one unsorted.get(ids.unsorted.clone());
        "unsorted.list" one unsorted.list();
        "unsorted.accept" one unsorted.accept(&ids.unsorted, &AcceptUnsorted::new());
        "unsorted.decline" one unsorted.decline(&ids.unsorted, &DeclineUnsorted::new());
        "unsorted.link_entity" one unsorted.link_to(&ids.unsorted, &LinkUnsorted::lead(LEAD));
        "unsorted.summary" one unsorted.summary(&UnsortedSummaryFilter::new());
        "unsorted_form.create" one client.unsorted_forms().create(NewUnsortedForm::new("u1", "Site", form.clone()));
        "unsorted_call.create" one client.unsorted_calls().create(call.clone());
        "sources.get" one sources.get(ids.source);
        "sources.list" one sources.list();
        "sources.create" one sources.create(NewSource::new("Shop", "s2"));
        "sources.update" one sources.update(ids.source, SourcePatch::new().name("Shop"));
        "sources.update_many" many sources.update_many([(ids.source, SourcePatch::new().name("Shop"))]);
        "sources.delete" one sources.delete(ids.source);
        "sources.delete_many" many sources.delete_many([ids.source]);
        "website_buttons.get" one buttons.get(ids.button);
        "website_buttons.list" one buttons.list();
        "website_buttons.create_one" one buttons.create_button(&button);
        "website_buttons.update" one buttons.update(ids.button, WebsiteButtonPatch::new().add_site("b.test"));
        "website_buttons.add_online_chat" one buttons.add_online_chat(ids.button);
    }
}

fn fields(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let fields = client.custom_fields(CustomFieldsOf::Leads);
    let groups = client.custom_field_groups(CustomFieldGroupsOf::Leads);
    let name = || CustomFieldPatch::new().name("Level");
    entries! { all;
        "custom_fields.get" one fields.get(ids.field);
        "custom_fields.list" one fields.list();
        "custom_fields.create" one fields.create(NewCustomField::text("Door"));
        "custom_fields.update" one fields.update(ids.field, name());
        "custom_fields.update_many" many fields.update_many([(ids.field, name())]);
        "custom_fields.delete" one fields.delete(ids.field);
        "custom_field_groups.get" one groups.get(ids.group.clone());
        "custom_field_groups.list" one groups.list();
        "custom_field_groups.create" one groups.create(NewCustomFieldGroup::new("Bills", 700));
        "custom_field_groups.update" one groups.update(ids.group.clone(), CustomFieldGroupPatch::new().name("Way"));
        "custom_field_groups.delete" one groups.delete(ids.group.clone());
        "currencies.list" one client.currencies().list();
    }
}

fn chats(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (templates, agents) = (client.chat_templates(), client.agents());
    let reviews = client.template_reviews(ids.template);
    let chat = NewChatLink::new(CONTACT, ChatId::new("c-1"));
    let bots = client.bots();
    let (bot, target) =
        (BotId::new(demo::BOT), BotTarget::new(EntityType::Leads, demo::FIRST_LEAD));
    entries! { all;
        "talks.get" one client.talks().get(ids.talk);
        "talks.list" one client.talks().list();
        "talks.close" one client.talks().close(ids.talk, CloseTalk::new().force());
        "talk_messages.list" one client.messages(ids.talk).list();
        "contact_chats.list" one client.chat_links().list().filter(ChatLinkFilter::Contacts(vec![CONTACT]));
        "contact_chats.create" one client.chat_links().create(chat.clone());
        "chat_templates.get" one templates.get(ids.template);
        "chat_templates.list" one templates.list();
        "chat_templates.create" one templates.create(NewChatTemplate::new("Bye", "Bye!"));
        "chat_templates.update" one templates.update(ids.plain_template, ChatTemplatePatch::new().name("Hi"));
        "chat_templates.update_many" many templates.update_many([(ids.plain_template, ChatTemplatePatch::new().name("Hi"))]);
        "chat_templates.delete" one templates.delete(ids.template);
        "chat_templates.delete_many" many templates.delete_many([ids.template]);
        "template_reviews.request" one reviews.request();
        "template_reviews.decide" one reviews.decide(ids.review, &ReviewDecision::approved());
        "bots.get" one bots.get(bot);
        "bots.list" one bots.list();
        "bots.run" one bots.run(bot, &target);
        "bots.run_many" many bots.run_many([BotRun::new(bot, target.clone())]);
        "bots.stop" one bots.stop(bot, &target);
        "bots.continue" one client.continue_bot(&ids.waiting, &BotAnswer::new());
        "agents.get" one agents.get(ids.agent.clone());
        "agents.list" one agents.list();
        "agents.create" one agents.create(NewAgent::new("Ivan", "Sells", "You sell"));
        "agents.update" one agents.update(ids.agent.clone(), AgentPatch::new().name("Olga"));
        "agents.delete" one agents.delete(ids.agent.clone());
    }
}

fn files(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (files, attached) = (client.files(), client.entity_files(LEAD));
    let file = || [ids.file.clone()];
    entries! { all;
        "files.get" one files.get(ids.file.clone());
        "files.list" one files.list();
        "files.edit" one files.edit(&ids.file, &FileChange::Name("b".to_owned()));
        "files.delete_many" many files.delete_many(file());
        "files.restore" one files.restore(file());
        "files.stats" one files.stats();
        "files.entities" one files.entities_of(&ids.file);
        "file_versions.list" one files.versions(ids.file.clone());
        "entity_files.list" one attached.list();
        "entity_files.attach" one attached.attach(file());
        "entity_files.detach" one attached.detach(file());
    }
}

fn account(Prepared { client, ids, .. }: &Prepared, all: &mut Vec<Entry>) {
    let (users, roles, widgets) = (client.users(), client.roles(), client.widgets());
    let widget = WidgetCode::new(demo::WIDGET_FORMS);
    let manager = UserId::new(demo::MANAGER);
    let new_user = || NewUser::new("Olga", "olga@a.test", "a Long passw0rd");
    let hook = NewWebhook::new("http://hook.test/2", [WebhookEvent::AddLead]);
    let address = WebhookAddress::new("http://hook.test/");
    entries! { all;
        "account.get" one client.account();
        "account_domain.by_token" one client.account_domain_by_token();
        "users.get" one users.get(manager);
        "users.list" one users.list();
        "users.create" one users.create(new_user());
        "users.activate" many users.activate([manager]);
        "users.deactivate" many users.deactivate([manager]);
        "roles.get" one roles.get(ids.role);
        "roles.list" one roles.list();
        "roles.create" one roles.create(NewRole::new("Guest", NewRights::new()));
        "roles.update" one roles.update(ids.role, RolePatch::new().name("Intern"));
        "roles.delete" one roles.delete(ids.role);
        "webhooks.list" one client.webhooks().list();
        "webhooks.subscribe" one client.webhooks().subscribe(&hook);
        "webhooks.unsubscribe" one client.webhooks().unsubscribe(&address);
        "widgets.get" one widgets.get(widget.clone());
        "widgets.list" one widgets.list();
        "widgets.install" one widgets.install(&widget, &WidgetSettings::new());
        "widgets.delete" one widgets.delete(widget.clone());
    }
}
