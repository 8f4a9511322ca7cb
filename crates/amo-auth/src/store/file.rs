//! Grants in files: one JSON file for each, readable only by its owner, replaced as a whole.
//!
//! The lease of a grant is a lock on a file beside it (`….lock`), never on the file that is replaced. The
//! operating system lets the lock go when its holder dies, so a dead process leaves nothing behind. The
//! lock file holds the fencing number; it is read and written only through the handle that has the lock,
//! since on Windows no other may.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use amo_core::Timestamp;
use async_trait::async_trait;

use super::{
    FindBy, KeyPage, Lease, StoreError, StoreErrorKind, Stored, TokenStore, Version, file_format,
};
use crate::{Clock, Grant, GrantKey, SystemClock};

/// How often a lock that somebody else holds is tried.
const POLL: Duration = Duration::from_millis(20);

/// Keeps each grant in a JSON file of one directory. Several processes of one machine may share it.
///
/// The directory should be on a local disk: locks on network file systems are not to be relied upon.
#[derive(Clone, Debug)]
pub struct FileStore {
    directory: Arc<Path>,
    clock: Arc<dyn Clock>,
}

impl FileStore {
    /// A store in `directory`, which is made, for its owner only, when the first grant is saved.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into().into(), clock: Arc::new(SystemClock) }
    }

    fn path(&self, key: &GrantKey, ending: &str) -> PathBuf {
        use std::fmt::Write as _;

        let mut name = format!("{}.", key.account_id);
        // A client id is a UUID; anything else must still make a harmless file name.
        for byte in key.client_id.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
                name.push(char::from(byte));
            } else {
                let _ = write!(name, "%{byte:02X}");
            }
        }
        if let Some(user_id) = key.user_id {
            let _ = write!(name, ".{user_id}");
        }
        name.push_str(ending);
        self.directory.join(name)
    }

    /// Every grant of the directory. One that is damaged comes as an error in its place.
    fn read_all(&self) -> Result<Vec<Result<Stored, StoreError>>, StoreError> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unavailable(&self.directory, "cannot be read", error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|error| unavailable(&self.directory, "cannot be read", error))?
                .path();
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths.iter().filter_map(|path| read(path).transpose()).collect())
    }
}

fn unavailable(path: &Path, what: &str, error: io::Error) -> StoreError {
    let message = format!("`{}` {what}", path.display());
    StoreError::with_source(StoreErrorKind::Unavailable, message, error)
}

/// Reads one file; `None` if there is none.
fn read(path: &Path) -> Result<Option<Stored>, StoreError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unavailable(path, "cannot be read", error)),
    };
    file_format::read(&bytes).map(Some).map_err(|what| {
        let message = format!("the token file `{}` is damaged: {what}", path.display());
        StoreError::new(StoreErrorKind::Damaged, message)
    })
}

/// Makes the directory, for its owner only.
fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Replaces `path` by a file with `bytes`: after a crash at any moment either the old or the new one is
/// there, whole.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
    let written = (|| {
        let mut file = owner_only().create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // The first error counts; what is left behind has a name of its own and is never read.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    // The new name must survive a power failure too. Only Unix can say so of a directory.
    // It is there already, so that a failure here is no failure of the write.
    #[cfg(unix)]
    if let Some(directory) = path.parent()
        && let Err(error) = File::open(directory).and_then(|directory| directory.sync_all())
    {
        tracing::warn!(%error, path = %path.display(), "the directory could not be synchronised");
    }
    Ok(())
}

/// The fencing number in a lock file; an empty or torn one counts from the start, as its holder never
/// got to use it.
fn read_fence(file: &mut File) -> io::Result<u64> {
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text.trim().parse().unwrap_or(0))
}

/// Takes the lock and counts it; `None` if somebody else holds it.
fn try_lease(path: &Path) -> io::Result<Option<Lease>> {
    let mut file = owner_only().read(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let fence = read_fence(&mut file)? + 1;
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{fence}")?;
    Ok(Some(Lease::new(fence, Held { path: path.to_owned(), _lock: file })))
}

/// What is in a lease: while the file is open nobody else has the lock.
struct Held {
    path: PathBuf,
    _lock: File,
}

/// File operations block: they run where that hurts nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(StoreError::with_source(
            StoreErrorKind::Unavailable,
            "the file operation did not run",
            error,
        ))
    })
}

#[async_trait]
impl TokenStore for FileStore {
    async fn load(&self, key: &GrantKey) -> Result<Option<Stored>, StoreError> {
        let path = self.path(key, ".json");
        blocking(move || read(&path)).await
    }

    async fn find(&self, by: &FindBy) -> Result<Vec<Stored>, StoreError> {
        let (store, by) = (self.clone(), by.clone());
        blocking(move || {
            let (mut found, mut damaged) = (Vec::new(), None);
            for stored in store.read_all()? {
                match stored {
                    Ok(stored) if by.matches(&stored.grant) => found.push(stored),
                    Ok(_) => {}
                    Err(error) => damaged = Some(error),
                }
            }
            // A damaged file may be the one that is looked for: then "there is none" would be a lie.
            match damaged {
                Some(error) if found.is_empty() => Err(error),
                _ => Ok(found),
            }
        })
        .await
    }

    async fn acquire(&self, key: &GrantKey, ttl: Duration) -> Result<Lease, StoreError> {
        // A holder that is stuck keeps its lock: wait a little longer than it ought to take, then say so.
        let give_up = self.clock.monotonic() + ttl * 2;
        loop {
            let (directory, path) = (Arc::clone(&self.directory), self.path(key, ".lock"));
            let lease = blocking(move || {
                make_directory(&directory)
                    .map_err(|error| unavailable(&directory, "cannot be made", error))?;
                try_lease(&path).map_err(|error| unavailable(&path, "cannot be locked", error))
            });
            if let Some(lease) = lease.await? {
                return Ok(lease);
            }
            if self.clock.monotonic() >= give_up {
                let path = self.path(key, ".lock");
                let message = format!("another process keeps the lock `{}`", path.display());
                return Err(StoreError::new(StoreErrorKind::LeaseUnavailable, message));
            }
            self.clock.sleep(POLL).await;
        }
    }

    async fn save(
        &self,
        grant: &Grant,
        expected: Option<Version>,
        lease: &Lease,
    ) -> Result<Version, StoreError> {
        let (path, lock) = (self.path(&grant.key, ".json"), self.path(&grant.key, ".lock"));
        if lease.guard::<Held>().is_none_or(|held| held.path != lock) {
            let message = format!("the lease is not that of {}", grant.key);
            return Err(StoreError::new(StoreErrorKind::LeaseLost, message));
        }
        let (grant, fence) = (grant.clone(), lease.fence());
        blocking(move || {
            let present = read(&path)?.map(|stored| stored.version);
            if present != expected {
                let message = format!("{} was saved by somebody else meanwhile", grant.key);
                return Err(StoreError::new(StoreErrorKind::Conflict, message));
            }
            let next = present.map_or(1, |version| version.get() + 1);
            let version = Version::new(next.max(fence));
            let bytes = file_format::write(&grant, version).map_err(|error| {
                StoreError::with_source(
                    StoreErrorKind::Unavailable,
                    "the grant cannot be written as JSON",
                    error,
                )
            })?;
            replace(&path, &bytes)
                .map_err(|error| unavailable(&path, "cannot be written", error))?;
            Ok(version)
        })
        .await
    }

    async fn list(
        &self,
        older_than: Timestamp,
        cursor: Option<&str>,
    ) -> Result<KeyPage, StoreError> {
        // Everything fits one part.
        if cursor.is_some() {
            return Ok(KeyPage::default());
        }
        let store = self.clone();
        blocking(move || {
            let mut keys = Vec::new();
            for stored in store.read_all()? {
                match stored {
                    Ok(stored) if stored.grant.obtained_at < older_than => {
                        keys.push(stored.grant.key);
                    }
                    Ok(_) => {}
                    // One damaged file must not keep the others from being looked after.
                    Err(error) => tracing::error!(%error, "a token file is left out"),
                }
            }
            Ok(KeyPage { keys, next: None })
        })
        .await
    }

    async fn remove(&self, key: &GrantKey) -> Result<(), StoreError> {
        let path = self.path(key, ".json");
        blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(unavailable(&path, "cannot be removed", error))
            }
            _ => Ok(()),
        })
        .await
    }
}
