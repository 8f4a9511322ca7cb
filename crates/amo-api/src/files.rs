//! The drive: files, their versions, what comes down and what goes up.

mod attach;
mod download;
mod source;
mod upload;

pub use attach::{AttachUpload, AttachedFile};
pub use download::{Download, DownloadLink, FileDownload};
pub use source::UploadSource;
pub use upload::{UploadError, UploadFile, UploadState};

use amo_core::{File, FileChange, FileEntities, FileRef, FileStats, FileUuid, FileVersion};

use crate::one::{One, entities, entity, object};
use crate::place::Place;
use crate::{ApiCall, Entities, ListPage, SendMany};

impl Entities<File> {
    /// Renames a file, or puts another version of it in use.
    pub fn edit(&self, file: &FileUuid, change: &FileChange) -> ApiCall<One<File>> {
        self.call(One::new(self.place().on(file, File::EDIT), entity).json(change))
    }

    /// The versions of a file.
    pub fn versions(&self, file: FileUuid) -> ApiCall<ListPage<FileVersion>> {
        self.call(ListPage::new(&Place(file)))
    }

    /// Moves files to the recycle bin, from where they can be restored for 30 days. Needs the scope for
    /// deleting files.
    pub fn delete_many(
        &self,
        files: impl IntoIterator<Item = FileUuid>,
    ) -> ApiCall<SendMany<FileRef>> {
        // No bound is documented: it is the one that amoCRM advises elsewhere.
        let files = files.into_iter().map(FileRef::from);
        self.call(SendMany::of(self.place().of(File::DELETE_MANY), files, 50))
    }

    /// Takes files out of the recycle bin, and gives them.
    pub fn restore(&self, files: impl IntoIterator<Item = FileUuid>) -> ApiCall<One<Vec<File>>> {
        let files: Vec<FileRef> = files.into_iter().map(FileRef::from).collect();
        self.call(One::new(self.place().of(File::RESTORE), entities).json(&files))
    }

    /// How full the drive is. Not documented.
    pub fn stats(&self) -> ApiCall<One<FileStats>> {
        self.call(One::new(self.place().of(File::STATS), object))
    }

    /// The entities that a file is attached to.
    pub fn entities_of(&self, file: &FileUuid) -> ApiCall<One<FileEntities>> {
        self.call(One::new(self.place().on(file, File::ENTITIES), object))
    }

    /// Downloads a file, a version of it, a smaller picture, or whatever a link of theirs leads to.
    ///
    /// The bytes come as a stream and are not collected. Once the first one is here nothing is repeated:
    /// a broken connection is an error, and so is an end before the file's size.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use std::io::Write as _;
    ///
    /// let file = client.files().upload("hello.txt", "Hello!").await?;
    ///
    /// let mut copy = Vec::new(); // or a file
    /// let mut download = client.files().download(&file).await?;
    /// while let Some(chunk) = download.next().await {
    ///     copy.write_all(&chunk?)?;
    /// }
    /// assert_eq!(copy, b"Hello!");
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, link: impl Into<DownloadLink>) -> ApiCall<Download> {
        self.call(Download::new(link.into()))
    }

    /// Uploads a file, part by part: one part is read ahead while another one is on its way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(1).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::LeadId;
    ///
    /// let scan: Vec<u8> = vec![7; 300_000];
    /// let attached = client
    ///     .files()
    ///     .upload("scan.png", scan)
    ///     .content_type("image/png")
    ///     .on_progress(|state| println!("{} of {} bytes", state.sent(), state.size()))
    ///     .attach_to(LeadId::new(3_000_001))
    ///     .note("The signed contract")
    ///     .await?;
    /// assert_eq!(attached.file.size, Some(300_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload(
        &self,
        name: impl Into<String>,
        source: impl Into<UploadSource>,
    ) -> ApiCall<UploadFile> {
        self.call(UploadFile::new(name.into(), source.into()))
    }

    /// Goes on with an upload that was broken off, maybe by another run of the program. `source` is the
    /// whole file again: what the server has of it is skipped. A session ends after 24 hours.
    pub fn resume_upload(
        &self,
        state: UploadState,
        source: impl Into<UploadSource>,
    ) -> ApiCall<UploadFile> {
        self.call(UploadFile::resumed(state, source.into()))
    }
}
