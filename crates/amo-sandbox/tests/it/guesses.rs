//! What the box had to decide is listed in its docs, file by file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The files below `src`, by their paths from there, whose comments say that something is a guess.
fn guessing(directory: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            guessing(&path, root, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // The list itself is no guess.
        let text = text.replace("[`guesses`]", "");
        let comments = text.lines().map(str::trim_start).filter(|line| line.starts_with("//"));
        // The crate's own docs point to the list.
        let comments = comments.filter(|line| !line.contains("[`guesses`]"));
        if comments.map(str::to_lowercase).any(|line| line.contains("guess")) {
            let path = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.insert(path.replace('\\', "/"));
        }
    }
}

#[test]
fn the_docs_list_them_all_and_no_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut guessed = BTreeSet::new();
    guessing(&root, &root, &mut guessed);
    let docs = include_str!("../../docs/guesses.md");
    let quoted = docs.split('`').skip(1).step_by(2);
    let listed: BTreeSet<_> = quoted.filter(|text| Path::new(text).extension().is_some()).collect();
    let guessed: BTreeSet<_> = guessed.iter().map(String::as_str).collect();
    let lacking: Vec<_> = guessed.symmetric_difference(&listed).collect();
    assert!(lacking.is_empty(), "docs/guesses.md and the comments in src differ about {lacking:?}");
}
