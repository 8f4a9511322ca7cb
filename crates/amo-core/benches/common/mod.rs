//! A page of leads as amoCRM sends it.

use std::fmt::Write as _;

/// How the server writes what is not ASCII.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    /// As it is.
    Raw,
    /// As `\uXXXX`, which is what PHP does.
    Escaped,
}

/// 250 leads with 10 custom fields, 2 tags and 1 contact each.
pub(crate) fn page(text: Text) -> String {
    let mut page = String::from(
        r#"{"_page":1,"_links":{"self":{"href":"https:\/\/demo.amocrm.ru\/api\/v4\/leads?page=1&limit=250"},"next":{"href":"https:\/\/demo.amocrm.ru\/api\/v4\/leads?page=2&limit=250"}},"_embedded":{"leads":["#,
    );
    for index in 0..250 {
        if index > 0 {
            page.push(',');
        }
        lead(&mut page, 4_000_000 + index);
    }
    page.push_str("]}}");
    match text {
        Text::Raw => page,
        Text::Escaped => escaped(&page),
    }
}

fn lead(page: &mut String, id: i64) {
    let _ = write!(
        page,
        r#"{{"id":{id},"name":"Сделка по заявке с сайта","price":{price},"responsible_user_id":504141,"group_id":0,"status_id":142,"pipeline_id":3177727,"loss_reason_id":null,"created_by":504141,"updated_by":0,"created_at":1608905348,"updated_at":1608905355,"closed_at":null,"closest_task_at":null,"is_deleted":false,"custom_fields_values":["#,
        price = id % 977 * 100,
    );
    let fields = [
        r#"{"field_id":70001,"field_name":"Комментарий клиента","field_code":null,"field_type":"text","values":[{"value":"Перезвонить после обеда"}]}"#,
        r#"{"field_id":70002,"field_name":"Описание заказа","field_code":null,"field_type":"textarea","values":[{"value":"Стулья офисные, 12 штук\nДоставка до двери"}]}"#,
        r#"{"field_id":70003,"field_name":"Количество","field_code":null,"field_type":"numeric","values":[{"value":"12"}]}"#,
        r#"{"field_id":70004,"field_name":"Способ доставки","field_code":null,"field_type":"select","values":[{"value":"Курьер","enum_id":9001,"enum_code":null}]}"#,
        r#"{"field_id":70005,"field_name":"Интересы","field_code":null,"field_type":"multiselect","values":[{"value":"Мебель","enum_id":9101,"enum_code":null},{"value":"Свет","enum_id":9102,"enum_code":null}]}"#,
        r#"{"field_id":70006,"field_name":"Оплачено","field_code":null,"field_type":"checkbox","values":[{"value":true}]}"#,
        r#"{"field_id":70007,"field_name":"Дата доставки","field_code":null,"field_type":"date","values":[{"value":1608905400}]}"#,
        r#"{"field_id":70008,"field_name":"Сайт","field_code":null,"field_type":"url","values":[{"value":"https:\/\/shop.example\/chairs"}]}"#,
        r#"{"field_id":70009,"field_name":"utm_source","field_code":"UTM_SOURCE","field_type":"tracking_data","values":[{"value":"yandex"}]}"#,
        r#"{"field_id":70010,"field_name":"utm_campaign","field_code":"UTM_CAMPAIGN","field_type":"tracking_data","values":[{"value":"Осень"}]}"#,
    ];
    page.push_str(&fields.join(","));
    let _ = write!(
        page,
        r##"],"score":null,"account_id":28805383,"labor_cost":null,"_links":{{"self":{{"href":"https:\/\/demo.amocrm.ru\/api\/v4\/leads\/{id}?with=contacts"}}}},"_embedded":{{"tags":[{{"id":100667,"name":"опт","color":null}},{{"id":100669,"name":"сайт","color":"#EBEBEB"}}],"companies":[],"contacts":[{{"id":{contact},"is_main":true,"_links":{{"self":{{"href":"https:\/\/demo.amocrm.ru\/api\/v4\/contacts\/{contact}"}}}}}}]}}}}"##,
        contact = id * 3,
    );
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}
