//! All models of the library, by their names.

use std::fmt::Debug;

use amo_core as a;
use amo_core::DecodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads an answer and prints it back.
pub(crate) type Reprint = fn(&str) -> Result<Value, DecodeError>;

fn reprint<T>(text: &str) -> Result<Value, DecodeError>
where
    T: DeserializeOwned + Serialize + Clone + PartialEq + Debug,
{
    let read: T = amo_core::from_slice(text.as_bytes())?;
    let printed = serde_json::to_value(&read).unwrap();
    // What was printed is the law itself: it is read and printed as it is, also out of a JSON value,
    // which is another deserializer than a text.
    let again: T = serde_json::from_value(printed.clone()).unwrap_or_else(|error| {
        panic!("what was printed cannot be read: {error}\n{printed}");
    });
    assert_eq!(serde_json::to_value(&again).unwrap(), printed);
    assert_eq!(read.clone(), read);
    Ok(printed)
}

macro_rules! registry {
    ($($name:ident $(<$param:ty>)?),* $(,)?) => {
        pub(crate) const REGISTRY: &[(&str, Reprint)] =
            &[$((stringify!($name), reprint::<a::$name $(<$param>)?>)),*];
    };
}

registry! {
    Account,
    AccountDomain,
    AccountEmbedded,
    ActionRights,
    Agent,
    AgentMcp,
    AiResultParams,
    AmojoRights,
    AmomailMessageParams,
    AttachmentParams,
    BonusBalance,
    Bot,
    BotSettings,
    Call,
    CallEmbedded,
    CallEntity,
    CallParams,
    CallPopUp,
    CallsAnswer,
    CallsEmbedded,
    Catalog,
    CatalogRights,
    CategoryNode,
    CategoryTotal,
    ChainedElement,
    ChainedList,
    ChatLink,
    ChatTemplate,
    ChatTemplateEmbedded,
    ChatsClient,
    ChatsMetadata,
    ChatsOrigin,
    CommonParams,
    Company,
    CompanyEmbedded,
    ComplexLead,
    Contact,
    ContactEmbedded,
    ContactReference,
    CreatedUnsorted,
    Currency,
    CustomField,
    CustomFieldGroup,
    Customer,
    CustomerEmbedded,
    CustomerStatus,
    CustomersModeSettings,
    DatetimeSettings,
    Discount,
    DropboxAttachmentParams,
    Element,
    ElementEmbedded,
    ElementMetadata,
    ElementReference,
    ElementWarning,
    EntityFile,
    EntityName,
    EnumOption,
    Event,
    EventCatalog,
    EventCustomerStatus,
    EventEmbedded,
    EventEntity,
    EventFieldValue,
    EventHelpbot,
    EventLeadStatus,
    EventLink,
    EventLinkedEntity,
    EventLtv,
    EventMessage,
    EventName,
    EventNote,
    EventNps,
    EventResponsibleUser,
    EventSale,
    EventTag,
    EventTask,
    EventTaskDeadline,
    EventTaskType,
    EventTransaction,
    EventTypeInfo,
    File,
    FileAuthor,
    FileEntities,
    FileEntity,
    FileLinks,
    FileMetadata,
    FilePreview,
    FileStats,
    FileValue,
    FileVersion,
    FormsMetadata,
    GeolocationParams,
    Group,
    Href,
    InvoiceItem,
    InvoicesSettings,
    Lead,
    LeadEmbedded,
    LeadSource,
    LegalEntityValue,
    Link,
    LinkFollowedParams,
    LinkMetadata,
    LinkedEntityValue,
    Links,
    LossReason,
    MailMetadata,
    MailPerson,
    MessageAuthor,
    MessageCashierParams,
    NextPart,
    Note,
    NoteReceipt,
    PaidParams,
    PayerValue,
    Pipeline,
    PipelineEmbedded,
    ProductsSettings,
    Reference<a::Lead>,
    Rights,
    Role,
    RoleEmbedded,
    RoleReference,
    Segment,
    ServiceMessageParams,
    ShortLink,
    ShortLinkMetadata,
    SipMetadata,
    SiteVisitParams,
    SmsParams,
    SortedUnsorted,
    Source,
    SourcePage,
    SourceParams,
    SourceService,
    Status,
    StatusDescription,
    StatusReference,
    StatusRights,
    Subscription,
    SupplierValue,
    Tag,
    Talk,
    TalkEmbedded,
    TalkMessage,
    TargetingParams,
    Task,
    TaskResult,
    TaskType,
    TemplateAttachment,
    TemplateButton,
    TemplateReview,
    Transaction,
    TransactionEmbedded,
    TransactionParams,
    Unsorted,
    UnsortedCategories,
    UnsortedEmbedded,
    UnsortedSummary,
    UploadSession,
    User,
    UserEmbedded,
    Webhook,
    WebsiteButton,
    Widget,
    WidgetSettingTemplate,
    ZoomMeetingParams,
}

/// Reads an answer as the model with this name and prints it back.
pub(crate) fn reprinted(model: &str, text: &str) -> Result<Value, DecodeError> {
    let (_, reprint) = REGISTRY.iter().find(|(name, _)| *name == model).unwrap();
    reprint(text)
}
