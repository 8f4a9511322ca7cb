//! Leads: deals on their way through a pipeline.

mod create;

use crate::entity::entity;
use crate::filter::filter;
use crate::model::model;
use crate::open_enum::{open_enum, query_names};
use crate::reference::{ContactReference, ElementReference, Links, Reference};
use crate::writable::writable;
use crate::{
    AccountId, Amount, Author, Company, CustomFields, GroupId, LeadId, LossReasonId, PipelineId,
    SourceId, StatusId, Tag, Timestamp, UserId,
};

model! {
    /// A lead as amoCRM returns it: <https://www.amocrm.ru/developers/content/crm_platform/leads-api>.
    ///
    /// Of a deleted lead ([`LeadWith::OnlyDeleted`]) the server says only `id`, `updated_at`,
    /// `updated_by` and `is_deleted`.
    pub struct Lead {
        /// The id.
        pub id: LeadId,
        /// The name.
        pub name: Option<String>,
        /// The budget in the account's currency, in whole units.
        pub price: Option<Amount>,
        /// The budget with its fraction, where the account counts in minor units.
        pub price_with_minor_units: Option<Amount>,
        /// Who is responsible for the lead. In the incoming stage there may be nobody: null or 0.
        pub responsible_user_id: Option<UserId>,
        /// The group of the responsible user.
        pub group_id: Option<GroupId>,
        /// The status.
        pub status_id: Option<StatusId>,
        /// The pipeline.
        pub pipeline_id: Option<PipelineId>,
        /// Why the lead was lost.
        pub loss_reason_id: Option<LossReasonId>,
        /// Where the lead came from; only with [`LeadWith::SourceId`].
        pub source_id: Option<SourceId>,
        /// Who created the lead.
        pub created_by: Option<Author>,
        /// Who changed it last.
        pub updated_by: Option<Author>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it was changed last.
        pub updated_at: Option<Timestamp>,
        /// When it was won or lost.
        pub closed_at: Option<Timestamp>,
        /// When the next task for it is due.
        pub closest_task_at: Option<Timestamp>,
        /// Whether it is in the recycle bin.
        pub is_deleted: Option<bool>,
        /// The custom fields.
        pub custom_fields_values: CustomFields,
        /// The score.
        pub score: Option<i64>,
        /// The account.
        pub account_id: Option<AccountId>,
        /// The seconds that were spent on it.
        pub labor_cost: Option<i64>,
        /// Whether a robot set the budget; only with [`LeadWith::IsPriceModifiedByRobot`].
        pub is_price_modified_by_robot: Option<bool>,
        /// The visitor of the site who became this lead.
        pub visitor_uid: Option<String>,
        /// The addresses of the lead.
        pub links: Links = "_links",
        /// What comes with the lead, by what was asked for.
        pub embedded: LeadEmbedded = "_embedded",
    }
}

model! {
    /// What comes with a lead.
    pub struct LeadEmbedded {
        /// The tags.
        pub tags: Option<Vec<Tag>>,
        /// The company; a lead has at most one.
        pub companies: Option<Vec<Reference<Company>>>,
        /// The contacts; only with [`LeadWith::Contacts`].
        pub contacts: Option<Vec<ContactReference>>,
        /// The elements of catalogs; only with [`LeadWith::CatalogElements`].
        pub catalog_elements: Option<Vec<ElementReference>>,
        /// The loss reason, at most one; only with [`LeadWith::LossReason`].
        pub loss_reason: Option<Vec<LossReason>>,
        /// Where the lead came from; only with [`LeadWith::Source`].
        pub source: Option<LeadSource>,
    }
}

model! {
    /// A reason why leads are lost.
    pub struct LossReason {
        /// The id.
        pub id: LossReasonId,
        /// The name.
        pub name: Option<String>,
        /// The place among the reasons.
        pub sort: Option<i64>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it was changed last.
        pub updated_at: Option<Timestamp>,
        /// The addresses of the reason.
        pub links: Links = "_links",
    }
}

model! {
    /// Where a lead came from.
    pub struct LeadSource {
        /// The id of the source.
        pub id: Option<SourceId>,
        /// The name of the source.
        pub name: Option<String>,
    }
}

impl Lead {
    /// The budget as exactly as the server says it: with its fraction, if it says that.
    pub fn exact_price(&self) -> Option<Amount> {
        self.price_with_minor_units.or(self.price)
    }

    /// The main contact; only with [`LeadWith::Contacts`].
    pub fn main_contact(&self) -> Option<&ContactReference> {
        let mut contacts = self.embedded.contacts.iter().flatten();
        contacts.find(|contact| contact.is_main == Some(true))
    }
}

open_enum! {
    /// What can be asked for besides leads.
    pub enum LeadWith {
        /// The contacts of the lead.
        Contacts = "contacts",
        /// The elements of catalogs that the lead is linked with.
        CatalogElements = "catalog_elements",
        /// Why the lead was lost.
        LossReason = "loss_reason",
        /// The id of the source.
        SourceId = "source_id",
        /// The source with its name.
        Source = "source",
        /// Whether a robot set the budget.
        IsPriceModifiedByRobot = "is_price_modified_by_robot",
        /// Only leads in the recycle bin, and little of them.
        OnlyDeleted = "only_deleted",
    }
}

open_enum! {
    /// What leads can be ordered by.
    pub enum LeadOrder {
        /// When they were created.
        CreatedAt = "created_at",
        /// When they were changed last.
        UpdatedAt = "updated_at",
        /// Their ids.
        Id = "id",
    }
}

query_names!(LeadWith, LeadOrder);

filter! {
    /// Which leads are wanted.
    ///
    /// ```
    /// use amo_core::{LeadFilter, LeadId, PipelineId, Query, QueryPart, StatusId, Timestamp};
    ///
    /// let filter = LeadFilter::new()
    ///     .id([LeadId::new(5), LeadId::new(9)])
    ///     .status(PipelineId::new(3), StatusId::WON)
    ///     .created_at(Timestamp::from_unix_seconds(1_700_000_000)..);
    /// let mut query = Query::new();
    /// filter.write(&mut query);
    /// let pairs: Vec<_> = query.pairs().collect();
    /// assert_eq!(pairs, [
    ///     ("filter[id][0]", "5"),
    ///     ("filter[id][1]", "9"),
    ///     ("filter[statuses][0][pipeline_id]", "3"),
    ///     ("filter[statuses][0][status_id]", "142"),
    ///     ("filter[created_at][from]", "1700000000"),
    /// ]);
    /// ```
    pub struct LeadFilter {
        /// With one of these ids.
        list id: LeadId,
        /// With one of these names.
        list name: String,
        /// With a budget from one amount to another.
        range price: Amount,
        /// In one of these pipelines.
        list pipeline_id: PipelineId,
        /// Created by one of these.
        list created_by: Author,
        /// Changed last by one of these.
        list updated_by: Author,
        /// One of these users is responsible.
        list responsible_user_id: UserId,
        /// Created in this time.
        range created_at: Timestamp,
        /// Changed last in this time.
        range updated_at: Timestamp,
        /// Won or lost in this time.
        range closed_at: Timestamp,
        /// With the next task due in this time.
        range closest_task_at: Timestamp,
    }
}

impl LeadFilter {
    /// In this status of this pipeline; said several times, in any of them.
    pub fn status(mut self, pipeline: PipelineId, status: StatusId) -> Self {
        let query = &mut self.pairs.query;
        let known = query.pairs().filter(|(name, _)| name.starts_with("filter[statuses]"));
        // Each status is a pair of pairs.
        let index = known.count() / 2;
        query.push(format!("filter[statuses][{index}][pipeline_id]"), pipeline);
        query.push(format!("filter[statuses][{index}][status_id]"), status);
        self
    }
}

writable! {
    /// What creates a lead.
    ///
    /// ```
    /// use amo_core::{ContactId, NewLead, PipelineId, StatusId};
    ///
    /// let lead = NewLead::new()
    ///     .name("Office chairs")
    ///     .price(48_000)
    ///     .pipeline_id(PipelineId::new(31))
    ///     .status_id(StatusId::new(3102))
    ///     .main_contact(ContactId::new(555))
    ///     .tag("b2b");
    /// # let _ = lead;
    /// ```
    new NewLead with create::NewLeadEmbedded;
    /// What changes a lead.
    patch LeadPatch;
    of Lead;
    members {
        /// The name.
        name: String,
        /// The budget in the account's currency.
        price: Amount,
        /// The status. To move to another pipeline set both.
        status_id: StatusId,
        /// The pipeline. To move to another one set the status too.
        pipeline_id: PipelineId,
        /// Who is responsible for the lead.
        responsible_user_id: UserId,
        /// Who is said to have created the lead.
        created_by: Author,
        /// Who is said to have changed it last.
        updated_by: Author,
        /// When it is said to have been created.
        created_at: Timestamp,
        /// When it is said to have been changed last.
        updated_at: Timestamp,
        /// When it is said to have been won or lost.
        closed_at: Timestamp,
        /// The visitor of the site who became this lead: a UUID from the pixel of the site.
        visitor_uid: String,
    }
    clearable {
        /// Why the lead was lost; it means something only with [`StatusId::LOST`].
        loss_reason_id: LossReasonId,
    }
    together { pipeline_id, status_id, }
    read_only {
        id, group_id, source_id, closest_task_at, is_deleted, score, account_id, labor_cost,
        price_with_minor_units, is_price_modified_by_robot,
    }
    linked { companies, contacts, catalog_elements, loss_reason, source, }
}

entity! {
    Lead: "lead", "leads", Leads;
    with LeadWith, filter LeadFilter, order LeadOrder;
    new NewLead, patch LeadPatch;
}
