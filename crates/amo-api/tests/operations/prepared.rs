//! A sandbox in which every operation finds what it needs.

use amo_api::Client;
use amo_core::field::PHONE;
use amo_core::{
    AgentId, CatalogId, ChatId, ChatTemplateId, ChatTemplateType, ContactId, CustomFieldGroupsOf,
    CustomFieldsOf, CustomerId, CustomerStatusId, CustomersModeSettings, ElementId, EnumText,
    FileUuid, LeadId, LossReasonId, NewAgent, NewChatLink, NewChatTemplate, NewContact,
    NewCustomField, NewCustomFieldGroup, NewCustomerStatus, NewElement, NewLink, NewLossReason,
    NewNote, NewPipeline, NewRights, NewRole, NewSegment, NewSource, NewStatus, NewTag, NewTask,
    NewTransaction, NewWebhook, NewWebsiteButton, NoteContent, NoteId, PipelineId, RoleId,
    SegmentId, SourceId, SourcePage, SourceService, StatusId, TagId, TagsOf, TalkId, TaskId,
    TemplateReviewId, Timestamp, TransactionId, UnsortedUid, WabaCategory, WaitingBot,
    WebhookEvent, WidgetCode, WidgetSettings,
};
use amo_sandbox::{CustomersMode, Sandbox, Server, demo};
use serde_json::{Value, json};

use crate::common::start;

pub const LEAD: LeadId = LeadId::new(demo::FIRST_LEAD);
pub const CONTACT: ContactId = ContactId::new(demo::FIRST_CONTACT);
pub const CUSTOMER: CustomerId = CustomerId::new(demo::FIRST_CUSTOMER);
pub const CATALOG: CatalogId = CatalogId::new(demo::CATALOG_PRODUCTS);

pub struct Prepared {
    pub client: Client,
    pub sandbox: Sandbox,
    _server: Server,
    state: Value,
    pub ids: Ids,
}

/// What was made for the table, with ids that are not always the same.
pub struct Ids {
    pub task: TaskId,
    pub note: NoteId,
    pub tag: TagId,
    pub field: amo_core::CustomFieldId,
    pub group: amo_core::CustomFieldGroupId,
    pub element: ElementId,
    pub pipeline: PipelineId,
    pub status: StatusId,
    pub loss_reason: LossReasonId,
    pub source: SourceId,
    pub button: SourceId,
    pub role: RoleId,
    pub customer_status: CustomerStatusId,
    pub segment: SegmentId,
    pub transaction: TransactionId,
    pub template: ChatTemplateId,
    pub plain_template: ChatTemplateId,
    pub review: TemplateReviewId,
    pub agent: AgentId,
    pub talk: TalkId,
    pub unsorted: UnsortedUid,
    pub file: FileUuid,
    pub event: amo_core::EventId,
    pub waiting: WaitingBot,
}

impl Prepared {
    pub async fn new() -> Self {
        let builder = Sandbox::builder().leads(3).contacts(3).companies(2).customers(2);
        let builder = builder.catalog_elements(2);
        let builder = builder.customers_mode(CustomersMode::Periodicity);
        let (client, sandbox, server) = start(builder).await;
        let ids = Ids::new(&client, &sandbox).await;
        let state = sandbox.state();
        Self { client, sandbox, _server: server, state, ids }
    }

    /// Everything is as it was.
    pub fn restore(&self, operation: &str) {
        self.sandbox.load_state(&self.state).unwrap();
        // The two modes exclude each other.
        if operation.starts_with("customer_segments") {
            self.mode("segments");
        }
    }

    fn mode(&self, mode: &str) {
        let body = json!({"mode": mode, "is_enabled": true});
        let (status, _) = self.sandbox.act("PATCH", "/api/v4/customers/mode", &body);
        assert_eq!(status, 200);
    }

    /// A line with the names of what chance has named.
    pub fn without_chance(&self, line: &str) -> String {
        let ids = &self.ids;
        line.replace(&ids.file.to_string(), "{file}")
            .replace(&ids.agent.to_string(), "{agent}")
            .replace(&ids.unsorted.to_string(), "{unsorted}")
            .replace(&ids.event.to_string(), "{event}")
    }
}

impl Ids {
    async fn new(client: &Client, sandbox: &Sandbox) -> Self {
        let tomorrow = Timestamp::from_unix_seconds(2_000_000_000);
        let group = NewCustomFieldGroup::new("Delivery", 600);
        let field = NewCustomField::text("Floor");
        let agent = NewAgent::new("Anna", "Answers", "You answer politely");
        let pipeline = client.pipelines().create(NewPipeline::new("Repairs", 100, false, false));
        let pipeline = pipeline.await.unwrap().id;
        let template = NewChatTemplate::new("Hello", "Hello!").kind(ChatTemplateType::Waba);
        let template = template.waba_category(WabaCategory::Utility).waba_language("en");
        let template = client.chat_templates().create(template);
        let template = template.await.unwrap().id;
        let file = client.files().upload("a.txt", "one").await.unwrap().uuid;
        let transaction = client.transactions(CUSTOMER).create(NewTransaction::new(500));
        let transaction = transaction.await.unwrap().id;
        let status = client.customer_statuses().create(NewCustomerStatus::new("Asleep", 30));
        let customer_status = status.await.unwrap().id;
        let button = client.website_buttons();
        let on_site = NewWebsiteButton::on_sites(PipelineId::new(demo::PIPELINE), ["a.test"]);
        let button = button.create_button(&on_site).await.unwrap().source_id;
        let hook = NewWebhook::new("http://hook.test/", [WebhookEvent::AddLead]);
        client.webhooks().subscribe(&hook).await.unwrap();
        client.entity_files(LEAD).attach([file.clone()]).await.unwrap();
        let talk = TalkId::new(sandbox.client_writes(demo::FIRST_CONTACT, "Hello").unwrap());
        sandbox.follow("leads", demo::FIRST_LEAD, demo::MANAGER);
        let target = amo_core::BotTarget::new(amo_core::EntityType::Leads, demo::FIRST_LEAD);
        client.bots().run(amo_core::BotId::new(demo::BOT), &target).await.unwrap();
        let waiting = sandbox.bot_waits("salesbot", demo::BOT).unwrap();
        let segments = CustomersModeSettings::segments(true);
        client.customers().set_mode(&segments).await.unwrap();
        let segment = client.segments().create(NewSegment::new("Regulars")).await.unwrap().id;
        let mode = CustomersModeSettings::periodicity(true);
        client.customers().set_mode(&mode).await.unwrap();
        let plain = client.chat_templates().create(NewChatTemplate::new("Thanks", "Thank you!"));
        let plain_template = plain.await.unwrap().id;
        let caller = NewContact::new().add(PHONE, EnumText::new("+79990000001", "MOB"));
        client.contacts().create(caller).await.unwrap();
        let element = client.elements(CATALOG).create(NewElement::new("Chair")).await.unwrap().id;
        client.elements(CATALOG).link(element, [NewLink::lead(LEAD)]).await.unwrap();
        client.statuses(pipeline).create(NewStatus::new("Paid", 30)).await.unwrap();
        let widget = WidgetCode::new(demo::WIDGET_FORMS);
        client.widgets().install(&widget, &WidgetSettings::new()).await.unwrap();
        let chat = NewChatLink::new(CONTACT, ChatId::new("c-0"));
        client.chat_links().create(chat).await.unwrap();
        let no_pages: [SourcePage; 0] = [];
        let whatsapp = SourceService::whatsapp(no_pages).waba(true);
        let source = NewSource::new("Site", "s1").services([whatsapp]);
        let fields = client.custom_fields(CustomFieldsOf::Leads);
        Self {
            task: client.tasks().create(NewTask::new("Call", tomorrow)).await.unwrap().id,
            note: {
                let note = NewNote::new(NoteContent::common("Hello"));
                client.notes(LEAD).create(note).await.unwrap().id
            },
            tag: client.tags(TagsOf::Leads).create(NewTag::new("site")).await.unwrap().id,
            field: fields.create(field).await.unwrap().id,
            group: {
                let groups = client.custom_field_groups(CustomFieldGroupsOf::Leads);
                groups.create(group).await.unwrap().id
            },
            element,
            status: {
                let statuses = client.statuses(pipeline);
                statuses.create(NewStatus::new("Waiting", 40)).await.unwrap().id
            },
            pipeline,
            loss_reason: {
                let reason = NewLossReason::new("Too far");
                client.loss_reasons().create(reason).await.unwrap().id
            },
            source: client.sources().create(source).await.unwrap().id,
            button,
            role: {
                let rights = NewRights::new();
                client.roles().create(NewRole::new("Trainee", rights)).await.unwrap().id
            },
            customer_status,
            segment,
            transaction,
            template,
            plain_template,
            review: client.template_reviews(template).request().await.unwrap()[0].id,
            agent: client.agents().create(agent).await.unwrap().id,
            talk,
            unsorted: UnsortedUid::new(sandbox.receive_chat("Vera", "Hello")),
            file,
            event: client.events().list().await.unwrap().items[0].id.clone(),
            waiting: WaitingBot::from_return_url(&waiting).unwrap(),
        }
    }
}
