//! How comments, names and lists of names are printed.

use std::fmt::Write as _;

/// Generated files are as wide as the others.
pub(super) const WIDTH: usize = 100;

/// A doc comment, wrapped; what stands between fences stays as it is.
pub(super) fn doc(text: &mut String, indent: &str, words: &str) {
    let mut fenced = false;
    for line in words.trim_end().lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.starts_with("```") || line.is_empty() {
            let _ = writeln!(text, "{indent}/// {line}");
            continue;
        }
        let mut present = String::new();
        for word in line.split_whitespace() {
            if !present.is_empty() && indent.len() + 5 + present.len() + word.len() > WIDTH {
                let _ = writeln!(text, "{indent}/// {present}");
                present.clear();
            }
            if !present.is_empty() {
                present.push(' ');
            }
            present.push_str(word);
        }
        let _ = writeln!(text, "{indent}/// {present}");
    }
    // An empty line of a comment has nothing behind its slashes.
    *text = text.replace("/// \n", "///\n");
}

/// `only_deleted` → `OnlyDeleted`.
pub(in crate::codegen) fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let lower = if word.chars().any(char::is_lowercase) {
                word.to_owned()
            } else {
                word.to_lowercase()
            };
            let mut chars = lower.chars();
            let first = chars.next().map(char::to_uppercase).into_iter().flatten();
            first.chain(chars).collect::<String>()
        })
        .collect()
}

/// A wrapped list of names in braces.
pub(super) fn names(text: &mut String, label: &str, names: impl Iterator<Item = String>) {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        let _ = writeln!(text, "        {label} {{}}");
        return;
    }
    let _ = writeln!(text, "        {label} {{");
    let mut line = String::new();
    for name in names {
        if 13 + line.len() + name.len() > WIDTH {
            let _ = writeln!(text, "           {line}");
            line.clear();
        }
        let _ = write!(line, " {name},");
    }
    let _ = writeln!(text, "           {line}\n        }}");
}
