//! Talks and templates of messages.

use amo_core::{
    ById, ChatTemplate, ChatTemplateId, CloseTalk, ReviewDecision, Talk, TalkId, TemplateReview,
    TemplateReviewId,
};

use crate::one::{One, entities, entity, nothing};
use crate::{ApiCall, Entities, SendMany};

impl Entities<Talk> {
    /// Closes a talk. One that is closed already is refused with 422.
    pub fn close(&self, talk: TalkId, how: CloseTalk) -> ApiCall<One<()>> {
        self.call(One::new(self.place().on(&talk, Talk::CLOSE), nothing).json(&how))
    }
}

impl Entities<ChatTemplate> {
    /// Deletes templates.
    pub fn delete_many(
        &self,
        templates: impl IntoIterator<Item = ChatTemplateId>,
    ) -> ApiCall<SendMany<ById<ChatTemplateId>>> {
        let templates = templates.into_iter().map(ById::new);
        self.call(SendMany::of(self.place().of(ChatTemplate::DELETE_MANY), templates, 250))
    }
}

impl Entities<TemplateReview> {
    /// Sends the template to review: a review for each source that can have it. Needs an administrator.
    pub fn request(&self) -> ApiCall<One<Vec<TemplateReview>>> {
        self.call(One::new(self.place().of(TemplateReview::REQUEST), entities))
    }

    /// Says what became of a review. Needs an administrator.
    pub fn decide(
        &self,
        review: TemplateReviewId,
        decision: &ReviewDecision,
    ) -> ApiCall<One<TemplateReview>> {
        let request = self.place().on(&review, TemplateReview::DECIDE);
        self.call(One::new(request, entity).json(decision))
    }
}
