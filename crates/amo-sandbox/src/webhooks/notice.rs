//! What a change is told as: one entity of one body.

use super::form::Form;

/// One thing that happened, for whoever subscribed to it.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// What is subscribed to, `add_lead`.
    pub(super) setting: String,
    /// What the keys begin with, `leads`; nothing where the action does.
    pub(super) top: &'static str,
    /// What stands behind, `add`.
    pub(super) action: &'static str,
    pub(super) form: Form,
}

impl Notice {
    pub(super) fn new(
        (top, of): (&'static str, &'static str),
        action: &'static str,
        form: Form,
    ) -> Self {
        Notice { setting: format!("{action}_{of}"), top, action, form }
    }
}

/// The bodies that tell an address of what it subscribed to. What one request did in one way to
/// entities of one kind is told together, each under an index of its own: a guess.
pub(super) fn bodies(notices: &[Notice], settings: &[String], account: &Form) -> Vec<String> {
    let mut groups: Vec<Vec<&Notice>> = Vec::new();
    for notice in notices.iter().filter(|notice| settings.contains(&notice.setting)) {
        let same = |group: &&mut Vec<&Notice>| {
            group
                .first()
                .is_some_and(|first| (first.top, first.action) == (notice.top, notice.action))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(notice),
            None => groups.push(vec![notice]),
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|group| {
            let items =
                group.into_iter().enumerate().map(|(index, Notice { top, action, form, .. })| {
                    let root = if top.is_empty() {
                        (*action).to_owned()
                    } else {
                        format!("{top}[{action}]")
                    };
                    (format!("{root}[{index}]"), form)
                });
            let parts: Vec<_> = items.chain([("account".to_owned(), account)]).collect();
            Form::body(&parts)
        })
        .collect()
}
