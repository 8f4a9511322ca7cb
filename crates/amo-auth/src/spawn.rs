//! Where work runs that must outlive its caller.

use std::fmt::Debug;
use std::io;
use std::pin::Pin;

/// A piece of work for [`Spawn`].
pub type Task = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// Runs a refresh where neither its caller nor the caller's runtime can end it.
///
/// A refresh token can be used once: a refresh that is stopped between the server's answer and the
/// store's write costs the authorisation. So it does not run inside the call that needed it.
pub trait Spawn: Debug + Send + Sync + 'static {
    /// Starts `task`. It must be run to its end even if everything else of the program stops, as far as
    /// that can be had.
    ///
    /// # Errors
    /// If the task could not be started; it was dropped then and has done nothing.
    fn spawn(&self, task: Task) -> io::Result<()>;
}

/// The default: a thread for each task, with a tokio runtime of its own that ends with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThreadSpawn;

impl Spawn for ThreadSpawn {
    fn spawn(&self, task: Task) -> io::Result<()> {
        // The runtime is made on the thread: it could not be dropped on the caller's if there is none.
        let run = || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(task),
            Err(error) => tracing::error!(%error, "no runtime for a refresh"),
        };
        std::thread::Builder::new().name("amo-refresh".to_owned()).spawn(run).map(drop)
    }
}
