//! What creates a custom field: a constructor for each type, with what the type needs.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::writable::setters;
use crate::{
    CategoryNode, ChainedList, CustomFieldGroupId, EnumOption, FieldType, PipelineId, Remind,
    SearchIn, StatusId, StatusReference,
};

/// What creates a custom field.
///
/// ```
/// use amo_core::{EnumOption, NewCustomField, PipelineId, StatusId};
///
/// let channel = NewCustomField::select("Channel", ["Site", "Phone"])
///     .code("MY_CHANNEL")
///     .required_in(PipelineId::new(10), StatusId::new(20));
/// # let _ = channel;
/// let rated = NewCustomField::radiobutton("Rating", [EnumOption::new("Good").code("good")]);
/// # let _ = rated;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewCustomField {
    name: String,
    #[serde(rename = "type")]
    field_type: FieldType,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<CustomFieldGroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_api_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_deletable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_visible: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required_statuses: Vec<StatusReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hidden_statuses: Vec<StatusReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enums: Vec<EnumOption>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nested: Vec<CategoryNode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remind: Option<Remind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chained_lists: Vec<ChainedList>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_callback: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_in: Option<SearchIn>,
}

/// Constructors of types that need nothing but a name.
macro_rules! plain {
    ($($(#[$meta:meta])* $name:ident = $field_type:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name(name: impl Into<String>) -> Self {
            Self::of_type(FieldType::$field_type, name)
        }
    )*};
}

/// Constructors of types that need options, which are placed in their order unless they say a place.
macro_rules! with_options {
    ($($(#[$meta:meta])* $name:ident = $field_type:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name(
            name: impl Into<String>,
            options: impl IntoIterator<Item = impl Into<EnumOption>>,
        ) -> Self {
            let options = options.into_iter().zip(1..).map(|(option, place)| {
                let option: EnumOption = option.into();
                let sort = option.sort.or(Some(place));
                EnumOption { sort, ..option }
            });
            Self { enums: options.collect(), ..Self::of_type(FieldType::$field_type, name) }
        }
    )*};
}

impl NewCustomField {
    /// A field of any type, also one that this library does not know. Types that need more than a
    /// name have constructors of their own.
    pub fn of_type(field_type: FieldType, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            field_type,
            code: None,
            sort: None,
            group_id: None,
            is_api_only: None,
            is_deletable: None,
            is_visible: None,
            is_required: None,
            settings: None,
            required_statuses: Vec::new(),
            hidden_statuses: Vec::new(),
            enums: Vec::new(),
            nested: Vec::new(),
            remind: None,
            currency: None,
            chained_lists: Vec::new(),
            tracking_callback: None,
            search_in: None,
        }
    }

    plain! {
        /// One line of text.
        text = Text;
        /// Several lines of text.
        textarea = Textarea;
        /// A number.
        numeric = Numeric;
        /// A price, in catalogs.
        price = Price;
        /// Yes or no.
        checkbox = Checkbox;
        /// A link.
        url = Url;
        /// An address as plain text.
        street_address = StreetAddress;
        /// An address in parts.
        smart_address = SmartAddress;
        /// A date.
        date = Date;
        /// A date with a time.
        date_time = DateTime;
        /// Several texts, each of a sort.
        multitext = Multitext;
        /// The data of a legal entity.
        legal_entity = LegalEntity;
        /// A file.
        file = File;
        /// The lines of an invoice.
        items = Items;
        /// Who pays an invoice.
        payer = Payer;
        /// Who is paid by an invoice.
        supplier = Supplier;
    }

    with_options! {
        /// One option of a list.
        select = Select;
        /// One option of a few.
        radiobutton = Radiobutton;
        /// Several options of a list.
        multiselect = Multiselect;
    }

    /// A birthday, and when to remind of it.
    pub fn birthday(name: impl Into<String>, remind: Remind) -> Self {
        Self { remind: Some(remind), ..Self::of_type(FieldType::Birthday, name) }
    }

    /// An amount of money in a currency, `EUR`. An option of some tariffs.
    pub fn monetary(name: impl Into<String>, currency: impl Into<String>) -> Self {
        Self { currency: Some(currency.into()), ..Self::of_type(FieldType::Monetary, name) }
    }

    /// A tree of categories, in catalogs.
    pub fn category(
        name: impl Into<String>,
        nodes: impl IntoIterator<Item = CategoryNode>,
    ) -> Self {
        let nested = nodes.into_iter().collect();
        Self { nested, ..Self::of_type(FieldType::Category, name) }
    }

    /// Elements of catalogs, each a part of the one before: at most 5. Of leads and customers, an
    /// option of some tariffs.
    pub fn chained_list(
        name: impl Into<String>,
        lists: impl IntoIterator<Item = ChainedList>,
    ) -> Self {
        let chained_lists = lists.into_iter().collect();
        Self { chained_lists, ..Self::of_type(FieldType::ChainedList, name) }
    }

    /// A link to another entity, in catalogs.
    pub fn linked_entity(name: impl Into<String>, search_in: impl Into<SearchIn>) -> Self {
        Self { search_in: Some(search_in.into()), ..Self::of_type(FieldType::LinkedEntity, name) }
    }

    /// Where a lead came from. The callback is a JavaScript function that runs on a page with the
    /// CRM plugin when a form is sent.
    pub fn tracking_data(name: impl Into<String>, callback: impl Into<String>) -> Self {
        let tracking_callback = Some(callback.into());
        Self { tracking_callback, ..Self::of_type(FieldType::TrackingData, name) }
    }

    setters! {
        /// The code, by which values can name the field instead of the id.
        code: String,
        /// The place in its group.
        sort: i64,
        /// The group that it stands in; not in catalogs.
        group_id: CustomFieldGroupId,
        /// Whether only the API can change its values; not in catalogs.
        is_api_only: bool,
        /// Whether it can be deleted; in catalogs only.
        is_deletable: bool,
        /// Whether the list shows it; in catalogs only.
        is_visible: bool,
        /// Whether a new element must have it; in catalogs only.
        is_required: bool,
        /// More settings, in catalogs; amoCRM does not say what they are.
        settings: Map<String, Value>,
    }

    /// A status in which it must be filled; not in catalogs.
    pub fn required_in(mut self, pipeline: PipelineId, status: StatusId) -> Self {
        self.required_statuses.push(StatusReference::new(pipeline, status));
        self
    }

    /// A status in which it is hidden; of leads only, an option of some tariffs.
    pub fn hidden_in(mut self, pipeline: PipelineId, status: StatusId) -> Self {
        self.hidden_statuses.push(StatusReference::new(pipeline, status));
        self
    }
}
