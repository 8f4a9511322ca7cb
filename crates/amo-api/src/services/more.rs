//! What single services can do besides: notes, files of entities, sources, buttons, short links, pop-ups.

use amo_core::{
    ById, CallPopUp, EntityFile, EntityFileRef, NewCallPopUp, NewCallPopUps, NewShortLink,
    NewWebsiteButton, Note, NoteId, ShortLink, Source, SourceId, Task, TaskId, TaskPatch,
    WebsiteButton,
};

use crate::one::{One, entities, entity, nothing};
use crate::place::Place;
use crate::{ApiCall, Entities, SendMany, UpdateOne};

impl Entities<Note> {
    /// The same notes as those of their whole kind: pinning knows no other path.
    fn of_kind(&self) -> Place<Note> {
        Place(self.place().0.kind())
    }

    /// Pins a note: it stands above the others of its card.
    pub fn pin(&self, note: NoteId) -> ApiCall<One<()>> {
        self.call(One::new(self.of_kind().on(&note, Note::PIN), nothing))
    }

    /// Unpins a note.
    pub fn unpin(&self, note: NoteId) -> ApiCall<One<()>> {
        self.call(One::new(self.of_kind().on(&note, Note::UNPIN), nothing))
    }
}

impl Entities<Task> {
    /// Says that a task is done, and what came of it.
    pub fn complete(&self, task: TaskId, result: impl Into<String>) -> ApiCall<UpdateOne<Task>> {
        self.update(task, TaskPatch::new().complete(result))
    }
}

impl Entities<EntityFile> {
    /// Attaches files of the drive. One that is attached already stays.
    pub fn attach<F: Into<EntityFileRef>>(
        &self,
        files: impl IntoIterator<Item = F>,
    ) -> ApiCall<One<()>> {
        let files: Vec<EntityFileRef> = files.into_iter().map(Into::into).collect();
        self.call(One::new(self.place().of(EntityFile::ATTACH), nothing).json(&files))
    }

    /// Takes files away from the entity; they stay on the drive.
    pub fn detach<F: Into<EntityFileRef>>(
        &self,
        files: impl IntoIterator<Item = F>,
    ) -> ApiCall<One<()>> {
        let files: Vec<EntityFileRef> = files.into_iter().map(Into::into).collect();
        self.call(One::new(self.place().of(EntityFile::DETACH), nothing).json(&files))
    }
}

impl Entities<Source> {
    /// Deletes sources.
    pub fn delete_many(
        &self,
        sources: impl IntoIterator<Item = SourceId>,
    ) -> ApiCall<SendMany<ById<SourceId>>> {
        let sources = sources.into_iter().map(ById::new);
        self.call(SendMany::of(self.place().of(Source::DELETE_MANY), sources, 250))
    }
}

impl Entities<WebsiteButton> {
    /// Creates a button. The answer has its source; the button itself is made a little later.
    pub fn create_button(&self, button: &NewWebsiteButton) -> ApiCall<One<WebsiteButton>> {
        self.call(One::new(self.place().of(WebsiteButton::CREATE_ONE), entity).json(button))
    }

    /// Adds the online chat to a button. A pipeline has one, which is used again.
    pub fn add_online_chat(&self, button: SourceId) -> ApiCall<One<()>> {
        self.call(One::new(self.place().on(&button, WebsiteButton::ADD_ONLINE_CHAT), nothing))
    }
}

impl Entities<ShortLink> {
    /// Creates short links, at most 250. Links for contacts that the user may not see are left out without
    /// a word: find the link of a contact by its metadata.
    pub fn create_links(
        &self,
        links: impl IntoIterator<Item = NewShortLink>,
    ) -> ApiCall<One<Vec<ShortLink>>> {
        let links: Vec<_> = links.into_iter().collect();
        self.call(One::new(self.place().of(ShortLink::CREATE), entities).json(&links))
    }
}

impl Entities<CallPopUp> {
    /// Shows pop-ups about calls, and says whose the numbers are.
    pub fn show(
        &self,
        pop_ups: impl IntoIterator<Item = NewCallPopUp>,
    ) -> ApiCall<One<Vec<CallPopUp>>> {
        let body = NewCallPopUps::new(pop_ups);
        self.call(One::new(self.place().of(CallPopUp::ADD), entities).json(&body))
    }
}
