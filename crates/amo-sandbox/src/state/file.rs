//! A state in a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::error::StateError;
use super::parts::Part;
use super::source::{Piece, Wanted, walk_reader};

/// Writes JSON with a line for each member of the state, and for each thing of its lists.
pub(super) fn write(state: &impl Serialize, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut json = Serializer::with_formatter(&mut out, Lines::default());
    state.serialize(&mut json)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Replaces a file, which only its owner can read: after a crash at any moment either the old or
/// the new one is there, whole.
pub(super) fn replace(path: &Path, state: &impl Serialize) -> Result<(), StateError> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{number}.tmp", std::process::id()));
    let beside = PathBuf::from(name);
    let written = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&beside)?;
        write(state, &file)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if let Err(error) = written {
        // What is left behind has a name of its own and is never read.
        let _ = fs::remove_file(&beside);
        return Err(StateError::of_file(path, error));
    }
    // The new name must survive a power failure too. Only Unix can say so of a directory, and the
    // file is there already.
    #[cfg(unix)]
    {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = File::open(parent.unwrap_or(Path::new(".")));
        let _ = directory.and_then(|directory| directory.sync_all());
    }
    Ok(())
}

/// Walks over the state in a file.
pub(super) fn walk(
    path: &Path,
    wanted: &Wanted<'_>,
    take: &mut dyn FnMut(&'static Part, Piece<'_>) -> Result<(), StateError>,
) -> Result<(), StateError> {
    let file = File::open(path).map_err(|error| StateError::of_file(path, error))?;
    match walk_reader(BufReader::new(file), wanted, take) {
        Ok(taken) => taken.map_err(|error| error.in_file(path)),
        Err(error) if error.is_io() => Err(StateError::of_file(path, error.into())),
        Err(error) => Err(StateError::of_json(path, &error)),
    }
}

/// New lines between the members of the outermost object and the things of the lists in it.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Lines {
    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        if self.depth <= 2 { writer.write_all(b"\n") } else { Ok(()) }
    }

    fn separate<W: ?Sized + Write>(&self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.separate(writer, is_first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let is_outermost = self.depth == 1;
        self.depth -= 1;
        writer.write_all(if is_outermost { b"\n}" } else { b"}" })
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.separate(writer, is_first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.depth <= 1 { b": " } else { b":" })
    }
}
