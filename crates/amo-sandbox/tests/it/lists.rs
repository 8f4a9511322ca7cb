//! Pages, order, search, filters, and what else can only be read.

use crate::common::{Client, ids, quiet};
use amo_sandbox::{ApiFilter, demo};
use serde_json::{Value, json};

const FIRST: i64 = demo::FIRST_LEAD;

#[tokio::test]
async fn following_next_walks_over_everything_once() {
    let client = Client::of(&quiet().leads(7).build());
    let first = client.read("/api/v4/leads?limit=3&with=contacts").await;
    assert_eq!(first["_page"], 1);
    assert!(first["_links"].get("prev").is_none() && first["_links"].get("first").is_none());
    let mut seen = ids(&first, "leads");
    let mut page = first;
    while let Some(next) = page["_links"]["next"]["href"].as_str() {
        assert!(next.contains("with=contacts") && next.contains("limit=3"), "{next}");
        page = client.read(next.strip_prefix("http://box.test").unwrap()).await;
        seen.extend(ids(&page, "leads"));
    }
    assert_eq!(seen, (FIRST..FIRST + 7).collect::<Vec<_>>());
    assert_eq!(page["_page"], 3);
    assert!(page["_links"]["prev"]["href"].as_str().unwrap().ends_with("limit=3&page=2"));
    assert!(page["_links"]["first"]["href"].as_str().unwrap().ends_with("page=1"));
    assert_eq!(client.get("/api/v4/leads?limit=3&page=4").await.status, 204);
    assert_eq!(client.get("/api/v4/leads?page=18446744073709551615&limit=250").await.status, 204);
    let exact = client.read("/api/v4/leads?limit=7").await;
    assert!(exact["_links"].get("next").is_none(), "a full last page has no next");
}

#[tokio::test]
async fn lists_are_ordered_as_asked() {
    let client = Client::of(&quiet().leads(3).build());
    client.patch(&format!("/api/v4/leads/{FIRST}"), json!({"name": "changed last"})).await;
    let leads = client.read("/api/v4/leads").await;
    let by = |member: &str| {
        let mut leads = leads["_embedded"]["leads"].as_array().unwrap().clone();
        leads.sort_by_key(|lead| lead[member].as_i64().unwrap());
        leads.iter().map(|lead| lead["id"].as_i64().unwrap() - FIRST).collect::<Vec<_>>()
    };
    let last_changed: Vec<i64> = by("updated_at").into_iter().rev().collect();
    assert_eq!(last_changed[0], 0, "it was changed just now");
    let wanted = [
        ("order[id]=desc", vec![2, 1, 0]),
        ("order[id]=asc", vec![0, 1, 2]),
        ("order[updated_at]=desc", last_changed),
        ("order%5Bcreated_at%5D=asc", vec![0, 2, 1]),
    ];
    assert_eq!(by("created_at"), wanted[3].1);
    for (order, wanted) in wanted {
        let list = client.read(&format!("/api/v4/leads?{order}")).await;
        let wanted: Vec<i64> = wanted.into_iter().map(|place| FIRST + place).collect();
        assert_eq!(ids(&list, "leads"), wanted, "{order}");
    }
    for order in ["order[price]=asc", "order[id]=up", "order[id]=asc&order[created_at]=asc"] {
        assert_eq!(client.get(&format!("/api/v4/leads?{order}")).await.status, 400, "{order}");
    }
    assert_eq!(client.get("/api/v4/contacts?order[created_at]=asc").await.status, 400);
}

#[tokio::test]
async fn search_looks_into_names_phones_and_mails() {
    let client = Client::of(&quiet().contacts(4).build());
    let mine = json!({"name": "Жанна Search", "custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": "+7 (000) 555-12-34"}]},
        {"field_code": "EMAIL", "values": [{"value": "Zh@Example.test"}]}]});
    let id = client.add("contacts", mine).await;
    for query in ["жанна", "search", "zh@example", "0005551234", "%2B7%20000%20555", "555-12"]
    {
        let list = client.read(&format!("/api/v4/contacts?query={query}")).await;
        assert_eq!(ids(&list, "contacts"), [id], "{query}");
    }
    assert_eq!(client.get("/api/v4/contacts?query=nobody").await.status, 204);
}

#[tokio::test]
async fn filters_work_where_the_account_has_them() {
    let client = Client::of(&quiet().leads(10).contacts(3).api_filter(ApiFilter::On).build());
    client
        .patch(
            &format!("/api/v4/leads/{FIRST}"),
            json!({"name": "One", "price": 777, "custom_fields_values": [
                {"field_id": demo::LEAD_CHANNEL, "values": [{"value": "Site"}]},
                {"field_id": demo::LEAD_DELIVERY_DAY, "values": [{"value": "2025-01-01T00:00:00Z"}]}]}),
        )
        .await;
    let third = client.read(&format!("/api/v4/leads/{}", FIRST + 2)).await["created_at"].clone();
    let channel =
        format!("filter[custom_fields_values][{}][]={}", demo::LEAD_CHANNEL, demo::CHANNEL_SITE);
    let day = format!("filter[custom_fields_values][{}][from]=1735689600", demo::LEAD_DELIVERY_DAY);
    let won = format!(
        "filter[statuses][0][pipeline_id]={}&filter[statuses][0][status_id]=142",
        demo::PIPELINE
    );
    for (filter, wanted) in [
        (format!("filter[id][]={FIRST}&filter[id][]={}", FIRST + 4), vec![0, 4]),
        ("filter[name]=One".to_owned(), vec![0]),
        ("filter[price][from]=777&filter[price][to]=777".to_owned(), vec![0]),
        (won.clone(), vec![3, 8]),
        (format!("{won}&filter[id]={}", FIRST + 8), vec![8]),
        (channel, vec![0]),
        (day, vec![0]),
        (format!("filter[created_at][to]={third}"), vec![0, 2, 5]),
        (format!("filter[responsible_user_id][0]={}", demo::MANAGER), vec![0, 3, 6, 9]),
    ] {
        let list = client.read(&format!("/api/v4/leads?{filter}")).await;
        assert_eq!(
            ids(&list, "leads"),
            wanted.iter().map(|place| FIRST + place).collect::<Vec<_>>(),
            "{filter}"
        );
    }
    let phone = format!("filter[custom_fields_values][{}]=1", demo::CONTACT_PHONE);
    assert_eq!(client.get(&format!("/api/v4/contacts?{phone}")).await.status, 400);
    for filter in [
        "filter[created_at]=5",
        "filter[colour]=red",
        "filter[id]=x",
        "filter[statuses][0][status_id]=142",
    ] {
        assert_eq!(client.get(&format!("/api/v4/leads?{filter}")).await.status, 400, "{filter}");
    }
    let filtered_page = client.read(&format!("/api/v4/leads?{won}&limit=1")).await;
    assert!(filtered_page["_links"].get("next").is_some());
    assert_eq!(
        client.read("/api/v4/account?with=is_api_filter_enabled").await["is_api_filter_enabled"],
        true
    );
}

#[tokio::test]
async fn filters_are_ignored_or_refused_elsewhere() {
    let path = format!("/api/v4/leads?filter[id]={FIRST}");
    let ignoring = Client::of(&quiet().leads(2).build());
    assert_eq!(ids(&ignoring.read(&path).await, "leads").len(), 2);
    let refusing = Client::of(&quiet().leads(2).api_filter(ApiFilter::Refused).build());
    let answer = refusing.get(&path).await;
    assert_eq!(
        (answer.status, &answer.json()["detail"]),
        (400, &json!("Invalid filter for current account"))
    );
    assert_eq!(refusing.get("/api/v4/leads").await.status, 200);
}

#[tokio::test]
async fn the_account_shows_what_with_asks_for() {
    let client = Client::quiet();
    let account = client.read("/api/v4/account").await;
    assert_eq!(account["id"], demo::ACCOUNT);
    assert_eq!(account["subdomain"], "demo");
    assert_eq!(account["current_user_id"], demo::ADMIN);
    assert!(account.get("_embedded").is_none() && account.get("version").is_none());
    let top = [
        "amojo_id",
        "version",
        "is_api_filter_enabled",
        "drive_url",
        "invoices_settings",
        "entity_names",
        "uuid",
    ];
    let embedded = ["amojo_rights", "users_groups", "task_types", "datetime_settings"];
    let account = client
        .read(&format!("/api/v4/account?with={},{}", top.join(","), embedded.join(",")))
        .await;
    for key in top {
        assert!(account.get(key).is_some(), "{key}");
    }
    for key in embedded {
        assert!(account["_embedded"].get(key).is_some(), "{key}");
    }
    assert_eq!(account["_embedded"]["users_groups"][0]["id"], 0);
}

#[tokio::test]
async fn users_pipelines_and_reasons_can_be_read() {
    let mut client = Client::quiet();
    let users = client.read("/api/v4/users?with=group,role,uuid&limit=2").await;
    assert_eq!((&users["_total_items"], &users["_page_count"]), (&json!(3), &json!(2)));
    assert_eq!(users["_embedded"]["users"][0]["rights"]["is_admin"], true);
    assert_eq!(users["_embedded"]["users"][0]["_embedded"]["groups"][0]["name"], "Sales");
    assert_eq!(client.read("/api/v4/users/9002").await["rights"]["leads"]["edit"], "M");
    assert_eq!(client.get("/api/v4/users/1").await.status, 404);

    let pipelines = client.read("/api/v4/leads/pipelines").await;
    let statuses = &pipelines["_embedded"]["pipelines"][0]["_embedded"];
    let wanted = [
        demo::STATUS_INCOMING,
        demo::STATUS_FIRST,
        demo::STATUS_TALKS,
        demo::STATUS_CONTRACT,
        demo::STATUS_WON,
        demo::STATUS_LOST,
    ];
    assert_eq!(ids(&pipelines["_embedded"]["pipelines"][0], "statuses"), wanted);
    assert_eq!(statuses["statuses"][0]["type"], 1);
    let path = format!("/api/v4/leads/pipelines/{}", demo::PIPELINE);
    assert_eq!(client.read(&path).await["name"], "Sales");
    let list = client.read(&format!("{path}/statuses?with=descriptions")).await;
    assert!(list.get("_links").is_none());
    assert_eq!(list["_embedded"]["statuses"][0]["descriptions"], json!([]));
    assert_eq!(client.read(&format!("{path}/statuses/142")).await["is_editable"], false);
    assert_eq!(client.get(&format!("{path}/statuses/7")).await.status, 404);
    assert_eq!(ids(&client.read("/api/v4/leads/loss_reasons").await, "loss_reasons").len(), 2);
    assert_eq!(client.get("/api/v4/leads/loss_reasons/1").await.status, 404);

    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.get("/api/v4/users").await.status, 403, "only for administrators");
    assert_eq!(client.get("/api/v4/leads/pipelines").await.status, 200);
}

#[tokio::test]
async fn field_definitions_can_be_read() {
    let client = Client::quiet();
    let fields = client.read("/api/v4/contacts/custom_fields?limit=4").await;
    assert_eq!((&fields["_total_items"], &fields["_page_count"]), (&json!(9), &json!(3)));
    assert!(fields["_links"].get("next").is_some());
    let phone = &fields["_embedded"]["custom_fields"][0];
    assert_eq!((&phone["code"], &phone["type"]), (&json!("PHONE"), &json!("multitext")));
    assert_eq!(phone["enums"][2], json!({"id": demo::PHONE_MOB, "value": "MOB", "sort": 3}));
    let level =
        client.read(&format!("/api/v4/contacts/custom_fields/{}", demo::CONTACT_LEVEL)).await;
    assert_eq!(
        level["enums"][2],
        json!({"id": demo::LEVEL_BRONZE, "value": "Bronze", "sort": 3, "code": null})
    );
    let utm = client
        .read("/api/v4/leads/custom_fields?filter[type][]=tracking_data&order[id]=desc")
        .await;
    assert_eq!(
        ids(&utm, "custom_fields"),
        [demo::LEAD_UTM_CAMPAIGN, demo::LEAD_UTM_MEDIUM, demo::LEAD_UTM_SOURCE]
    );
    assert_eq!(client.get("/api/v4/leads/custom_fields/7001").await.status, 404);
}

#[tokio::test]
async fn the_demo_data_is_the_same_every_time() {
    let read = || async {
        let client = Client::of(&quiet().contacts(30).companies(3).leads(30).build());
        client.read("/api/v4/contacts?with=leads").await
    };
    let (first, second): (Value, Value) = (read().await, read().await);
    assert_eq!(first, second);
    let first = &first["_embedded"]["contacts"][0];
    assert_eq!(ids(first, "companies"), [demo::FIRST_COMPANY]);
    assert_eq!(ids(first, "leads"), [demo::FIRST_LEAD]);
    let phone = first["custom_fields_values"][0]["values"][0]["value"].as_str().unwrap();
    assert!(phone.starts_with("+7000") && phone.len() == 12, "{phone}");
}
