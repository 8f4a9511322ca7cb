//! The seeds, which the fuzzer starts from too.

use std::path::Path;

use amo_fuzz::Property;

/// Those of a property, by the names of their files.
pub(crate) fn of(property: Property) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let files = std::fs::read_dir(directory.join(property.name)).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no seeds for {}", property.name);
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}
