//! What is kept of each service, and what stands in for what a state does not say.

use serde_json::json;

use super::Service;
use crate::account::Account;
use crate::account::pipelines::{is_incoming, is_system};
use crate::demo;
use crate::entity::{Entity, Kind};
use crate::flaws::Flaws;
use crate::generated::{
    bots, catalogs, chat_links, chat_templates, customer_statuses, loss_reasons, notes, pipelines,
    segments, short_links, sources, talks, tasks, transactions, unsorted, users, website_buttons,
};
use crate::record::{catalogs as catalog, message_uuid, pipelines as stages};
use crate::rights;
use crate::state::item::Kept;
use crate::table::Type::{Author, Bool, Int, Json, List, Text, Time};
use crate::table::both;

pub(crate) static ROLES: Service = Service {
    complete: |role, _, account| {
        let rights = rights::filled(role.get("rights"), account);
        role.set("rights", rights);
    },
    ..Service::of(Kept { lasting: &["rights"], needs: &["name"], ..Kept::of(&users::ROLE) })
};

pub(crate) static LOSS_REASONS: Service = Service {
    complete: |reason, _, account| {
        let all = account.records.of("loss_reasons", "").iter();
        let last = all.filter_map(|known| known.int("sort")).max().unwrap_or(0);
        reason.set_default("sort", last.saturating_add(10));
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&loss_reasons::LOSS_REASON) })
};

/// Statuses stand in their pipelines.
static STATUSES: Service = Service {
    complete: |status, scope, account| {
        let last = account.records.of("statuses", scope).iter();
        let last = last.filter(|known| !is_system(known)).filter_map(|known| known.int("sort"));
        let next = last.max().unwrap_or(10).saturating_add(10);
        let system = stages::SYSTEM.iter().find(|(id, ..)| *id == Some(status.id));
        let (sort, color) = system.map_or((next, "#fffeb2"), |(_, _, sort, color)| (*sort, *color));
        status.set_default("type", 0);
        status.set_default("sort", if is_incoming(status) { 10 } else { sort });
        status.set_default("color", color);
        status.set_default("is_editable", !is_system(status));
        status.set("pipeline_id", scope.parse::<i64>().ok());
    },
    ..Service::of(Kept {
        // Of the statuses that every pipeline has the colours are none of the palette.
        more: &[both("color", Text), both("descriptions", List(&Json))],
        not: &["pipeline_id"],
        needs: &["name"],
        ..Kept::of(&pipelines::STATUS)
    })
};

pub(crate) static PIPELINES: Service = Service {
    below: Some(("statuses", &STATUSES)),
    complete: |pipeline, _, account| {
        let all = account.records.of("pipelines", "");
        pipeline.set_default("is_main", all.is_empty());
        pipeline.set_default("sort", all.len().saturating_add(1));
        pipeline.set_default("is_unsorted_on", true);
        pipeline.set_default("is_archive", false);
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&pipelines::PIPELINE) })
};

/// Gives each pipeline the statuses that every one has and that were left out.
pub(crate) fn complete_pipelines(account: &mut Account, flaws: &mut Flaws) {
    let all = account.records.of("pipelines", "");
    if all.iter().filter(|pipeline| pipeline.get("is_main") == true).count() != 1 {
        flaws.add("InvalidValue", "pipelines", "one of the pipelines must be the main one");
    }
    let ids: Vec<i64> = all.iter().map(|pipeline| pipeline.id).collect();
    for id in ids {
        let place = id.to_string();
        let known = account.records.of("statuses", &place);
        let lacks = |wanted: &Option<i64>| match wanted {
            Some(id) => known.iter().all(|status| status.id != *id),
            None => !known.iter().any(is_incoming),
        };
        let lacking: Vec<_> = stages::SYSTEM.iter().filter(|(id, ..)| lacks(id)).collect();
        for (own, name, sort, color) in lacking {
            let new = || account.records.draft("statuses");
            let status = own.map_or_else(new, Entity::new);
            let status = stages::system_status(status, name, *sort, color, id);
            account.records.keep("statuses", &place, status);
        }
    }
}

pub(crate) static SOURCES: Service = Service {
    complete: |source, _, account| {
        let main = account.pipelines().find(|pipeline| pipeline.is_main);
        source.set_default("pipeline_id", main.map(|main| main.id));
        source.set_default("default", false);
        source.set_default("services", json!([]));
    },
    ..Service::of(Kept {
        more: &[both("services", List(&Json))],
        lasting: &["pipeline_id"],
        needs: &["name", "external_id"],
        ..Kept::of(&sources::SOURCE)
    })
};

pub(crate) static SEGMENTS: Service = Service {
    fields: Some(|_| "customer_segments".to_owned()),
    complete: |segment, _, _| segment.set_default("color", "10599d"),
    ..Service::of(Kept {
        not: &["customers_count"],
        lasting: &["available_products_price_types"],
        needs: &["name"],
        ..Kept::of(&segments::SEGMENT)
    })
};

pub(crate) static CUSTOMER_STATUSES: Service = Service {
    complete: |status, _, account| {
        let all = account.records.of("customer_statuses", "").len();
        status.set_default("sort", all.saturating_add(1).saturating_mul(10));
        status.set_default("color", "#fffeb2");
        status.set_default("is_default", false);
        status.set_default("type", 0);
        status.set_default("conditions", json!([]));
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&customer_statuses::CUSTOMER_STATUS) })
};

/// Elements stand in their catalogs.
static ELEMENTS: Service = Service {
    fields: Some(|catalog| format!("catalogs/{catalog}")),
    complete: |element, scope, _| element.set("catalog_id", scope.parse::<i64>().ok()),
    ..Service::of(Kept {
        not: &["catalog_id", "invoice_link"],
        needs: &["name"],
        ..Kept::of(&catalogs::ELEMENT)
    })
};

pub(crate) static CATALOGS: Service = Service {
    below: Some(("elements", &ELEMENTS)),
    complete: |record, _, account| {
        let place = account.records.of("catalogs", "").len();
        catalog::furnish(account, record, place);
    },
    check: |record, _, account, flaws| {
        let kind = record.text("type");
        let is_single = ["invoices", "products", "suppliers"].contains(&kind);
        if is_single && catalog::of_type(account, kind).is_some() {
            flaws.add("NotUnique", "type", "an account has one catalog of this type");
        }
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&catalogs::CATALOG) })
};

/// Is there the card that a record names? It may be in the recycle bin; an element may be gone.
fn card(record: &Entity, kind: Option<Kind>, member: &str, account: &Account, flaws: &mut Flaws) {
    let Some(id) = record.int(member) else { return };
    let is_known = kind.is_some_and(|kind| kind == Kind::Elements || account.is_card((kind, id)));
    if !is_known {
        flaws.not_a_choice(member);
    }
}

pub(crate) static TASKS: Service = Service {
    complete: |task, _, _| {
        task.set_default("task_type_id", 1);
        task.set_default("duration", 0);
        task.set_default("is_completed", false);
    },
    check: |task, _, account, flaws| {
        card(task, Kind::named(task.text("entity_type")), "entity_id", account, flaws);
    },
    ..Service::of(Kept { needs: &["text", "complete_till"], ..Kept::of(&tasks::TASK) })
};

pub(crate) static NOTES: Service = Service {
    scope: Some("entity_type"),
    check: |note, scope, account, flaws| {
        let kind = Kind::named(scope).filter(|kind| *kind != Kind::Elements);
        if kind.is_none() {
            return flaws.not_a_choice("entity_type");
        }
        card(note, kind, "entity_id", account, flaws);
    },
    complete: |note, _, _| note.set_default("params", json!({})),
    ..Service::of(Kept { needs: &["entity_id", "note_type"], ..Kept::of(&notes::NOTE) })
};

pub(crate) static TRANSACTIONS: Service = Service {
    check: |one, _, account, flaws| {
        card(one, Some(Kind::Customers), "customer_id", account, flaws);
    },
    complete: |one, _, _| {
        one.set_default("completed_at", demo::EPOCH);
        one.set_default("is_deleted", false);
    },
    ..Service::of(Kept {
        more: &[both("is_deleted", Bool), both("catalog_elements", List(&Json))],
        lasting: &["customer_id"],
        needs: &["price", "customer_id"],
        ..Kept::of(&transactions::TRANSACTION)
    })
};

pub(crate) static UNSORTED: Service = Service {
    check: |one, _, account, flaws| {
        for (kind, member) in
            [(Kind::Leads, "lead"), (Kind::Contacts, "contact"), (Kind::Companies, "company")]
        {
            card(one, Some(kind), member, account, flaws);
        }
        if !["waiting", "accepted", "declined", ""].contains(&one.text("state")) {
            flaws.not_a_choice("state");
        }
        let known = account.records.of("unsorted", "");
        if !known.with_text("uid", one.text("uid")).is_empty() {
            flaws.add("NotUnique", "uid", "this is there twice");
        }
    },
    complete: |one, _, account| {
        let main = account.pipelines().find(|pipeline| pipeline.is_main);
        one.set_default("pipeline_id", main.map(|main| main.id));
        one.set_default("state", "waiting");
        one.set_default("metadata", json!({}));
    },
    ..Service::of(Kept {
        more: &[
            both("lead", Int),
            both("contact", Int),
            both("company", Int),
            both("state", Text),
            both("sorted_at", Time),
            both("updated_at", Time),
            both("created_by", Author),
            both("sorted_by", Author),
            both("known", List(&Text)),
            both("result", Json),
        ],
        lasting: &["pipeline_id"],
        needs: &["uid", "category", "lead"],
        ..Kept::of(&unsorted::UNSORTED)
    })
};

/// Messages stand in their talks.
static MESSAGES: Service = Service {
    complete: |message, _, _| {
        for (name, usual) in
            [("type", "incoming"), ("message_type", "text"), ("delivery_status", "delivered")]
        {
            message.set_default(name, usual);
        }
    },
    ..Service::of(Kept::of(&talks::TALK_MESSAGE))
};

pub(crate) static TALKS: Service = Service {
    below: Some(("messages", &MESSAGES)),
    check: |talk, _, account, flaws| {
        card(talk, Some(Kind::Contacts), "contact_id", account, flaws);
        if let one @ ("lead" | "customer") = talk.text("entity_type") {
            let kind = if one == "lead" { Kind::Leads } else { Kind::Customers };
            card(talk, Some(kind), "entity_id", account, flaws);
        }
    },
    complete: |talk, _, _| {
        talk.set("talk_id", talk.id);
        talk.set_default("rate", 0);
        talk.set_default("chat_id", message_uuid(talk.id));
        talk.set_default("is_in_work", true);
        talk.set_default("is_read", false);
        talk.set_default("origin", "telegram");
        let is_open = talk.get("is_in_work") == true;
        talk.set_default("status", if is_open { "in_work" } else { "closed" });
    },
    ..Service::of(Kept {
        not: &["talk_id"],
        lasting: &["contact_id"],
        needs: &["contact_id"],
        ..Kept::of(&talks::TALK)
    })
};

/// Reviews stand in their templates.
static REVIEWS: Service = Service::of(Kept {
    lasting: &["source_id"],
    needs: &["status"],
    ..Kept::of(&chat_templates::TEMPLATE_REVIEW)
});

pub(crate) static CHAT_TEMPLATES: Service = Service {
    below: Some(("reviews", &REVIEWS)),
    complete: |template, _, _| {
        template.set_default("type", "amocrm");
        template.set_default("is_editable", false);
    },
    ..Service::of(Kept {
        more: &[both("attachment", Json)],
        not: &["review_status", "is_on_review"],
        needs: &["name", "content"],
        ..Kept::of(&chat_templates::CHAT_TEMPLATE)
    })
};

pub(crate) static WEBSITE_BUTTONS: Service = Service {
    complete: |button, _, account| {
        let main = account.pipelines().find(|pipeline| pipeline.is_main);
        button.set_default("pipeline_id", main.map(|main| main.id));
        button.set_default("name", "CRM plugin");
        button.set_default("sites", json!([]));
        button.set_default("made_at", demo::EPOCH);
    },
    ..Service::of(Kept {
        more: &[
            both("sites", List(&Text)),
            both("made_at", Time),
            both("has_online_chat", Bool),
            both("is_deleted", Bool),
        ],
        not: &[
            "source_id",
            "button_id",
            "is_duplication_control_enabled",
            "creation_status",
            "script",
            "trusted_websites",
        ],
        lasting: &["pipeline_id"],
        ..Kept::of(&website_buttons::WEBSITE_BUTTON)
    })
};

pub(crate) static BOTS: Service = Service {
    complete: |bot, _, _| {
        bot.set_default("type_functionality", "regular");
        bot.set_default("is_visual_editor", true);
        bot.set_default("settings", json!({"active": true}));
        bot.set_default("is_favorite", false);
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&bots::BOT) })
};

pub(crate) static AGENTS: Service = Service {
    complete: |agent, _, _| {
        agent.set_default("is_active", true);
        agent.set_default("model_size", "M");
        agent.set_default("client_uuid", demo::CLIENT_ID);
    },
    ..Service::of(Kept { needs: &["name"], ..Kept::of(&bots::AGENT) })
};

pub(crate) static CHAT_LINKS: Service = Service {
    check: |link, _, account, flaws| {
        card(link, Some(Kind::Contacts), "contact_id", account, flaws);
    },
    ..Service::of(Kept {
        lasting: &["contact_id"],
        needs: &["contact_id", "chat_id"],
        ..Kept::of(&chat_links::CHAT_LINK)
    })
};

pub(crate) static SHORT_LINKS: Service = Service {
    check: |link, _, account, flaws| {
        card(link, Some(Kind::Contacts), "contact_id", account, flaws);
    },
    ..Service::of(Kept {
        more: &[both("target", Text), both("contact_id", Int)],
        not: &["url", "metadata"],
        needs: &["target", "contact_id"],
        ..Kept::of(&short_links::SHORT_LINK)
    })
};
