//! What a file is by its name and its media type.

/// Text documents, tables, presentations.
const DOCUMENTS: &[&str] =
    &["csv", "doc", "docx", "odp", "ods", "odt", "pdf", "ppt", "pptx", "rtf", "txt", "xls", "xlsx"];
const IMAGES: &[&str] = &["bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"];
const AUDIO: &[&str] = &["flac", "m4a", "mp3", "ogg", "wav"];
const VIDEO: &[&str] = &["avi", "mkv", "mov", "mp4", "webm"];

/// A file name without its extension, and the extension.
pub(super) fn parts(file_name: &str) -> (&str, &str) {
    match file_name.rsplit_once('.') {
        Some((name, extension)) if !name.is_empty() => (name, extension),
        _ => (file_name, ""),
    }
}

/// The name in ASCII. The real service spells foreign letters out; the form of that is not known,
/// so that each becomes `_` is a guess.
pub(super) fn sanitized(name: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    name.chars().map(|c| if is_plain(&c) { c } else { '_' }).collect()
}

/// The `type` of a file: by its media type, and where that says nothing by its extension. Which
/// files are documents is a guess.
pub(super) fn kind(mime_type: &str, extension: &str) -> &'static str {
    let extension = extension.to_ascii_lowercase();
    let is_one = |known: &[&str]| known.contains(&extension.as_str());
    match mime_type.split_once('/').map(|(main, _)| main) {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        Some("text") => "document",
        _ if is_one(DOCUMENTS) => "document",
        _ if is_one(IMAGES) => "image",
        _ if is_one(AUDIO) => "audio",
        _ if is_one(VIDEO) => "video",
        _ => "file",
    }
}
