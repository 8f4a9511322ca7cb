//! What is sold, said and done in the demo account: a firm that furnishes offices.

use super::dice::Dice;

const GOODS: &[&str] = &[
    "Офисные кресла",
    "Столы для переговорной",
    "Светильники",
    "Ремонт офиса",
    "Доставка мебели",
    "Монтаж перегородок",
    "Стеллажи для архива",
    "Кухня для сотрудников",
    "Проект интерьера",
];
const ENGLISH_GOODS: &[&str] = &[
    "Office chairs",
    "Meeting tables",
    "Lamps",
    "Office renovation",
    "Delivery of furniture",
    "Partition walls",
    "Archive shelves",
    "Staff kitchen",
    "Interior design",
];
const WISHES: &[&str] = &[
    "Доставить до обеда.\nПозвонить за час.",
    "Нужны образцы ткани",
    "Цвет — светлый дуб",
    "Оплата двумя частями",
];
const ENGLISH_WISHES: &[&str] = &[
    "Deliver before noon.\nCall an hour ahead.",
    "Needs samples of the fabric",
    "Light oak, please",
    "Pays in two parts",
];
const COMMENTS: &[&str] =
    &["Просит писать, а не звонить", "Познакомились на выставке", "Решает вместе с директором"];
const ENGLISH_COMMENTS: &[&str] =
    &["Prefers mail to calls", "Met at a trade fair", "Decides together with the director"];
const REMARKS: &[&str] = &[
    "Обсудили сроки, ждут расчёт.",
    "Клиент просит скидку на объём.",
    "Отправил коммерческое предложение.",
    "Договорились вернуться к разговору через неделю.",
    "Замер сделан, размеры в таблице.",
];
const ENGLISH_REMARKS: &[&str] = &[
    "Talked about the dates, they wait for our sum.",
    "Asks for a discount on the quantity.",
    "Sent our offer.",
    "Agreed to talk again in a week.",
    "Measured, the sizes are in the table.",
];
const MESSAGES: &[&str] =
    &["Заказ готов к отгрузке", "Курьер приедет завтра с 10 до 12", "Спасибо, всё получили!"];
const ENGLISH_MESSAGES: &[&str] =
    &["The order is ready", "The courier comes tomorrow, 10 to 12", "Thanks, all is here!"];
const ERRANDS: &[&str] = &[
    "Позвонить и уточнить сроки",
    "Подготовить договор",
    "Выставить счёт",
    "Встреча на объекте",
    "Отправить каталог",
];
const ENGLISH_ERRANDS: &[&str] = &[
    "Call about the dates",
    "Prepare the contract",
    "Write the bill",
    "Meet at the site",
    "Send the catalog",
];
const RESULTS: &[&str] = &["Сделано", "Договорились", "Клиент перезвонит сам"];
const ENGLISH_RESULTS: &[&str] = &["Done", "Agreed", "The client will call back"];
const PRODUCTS: &[&str] = &[
    "Кресло «Консул»",
    "Стол «Диалог»",
    "Лампа «Луч»",
    "Стеллаж «Архив»",
    "Диван «Пауза»",
    "Тумба «Порядок»",
];
const ENGLISH_PRODUCTS: &[&str] = &[
    "Chair Consul",
    "Table Dialogue",
    "Lamp Beam",
    "Shelf Archive",
    "Sofa Pause",
    "Cabinet Order",
];
const SECTIONS: &[&str] = &["Кресла", "Столы", "Освещение", "Хранение", "Мягкая мебель"];
const ENGLISH_SECTIONS: &[&str] = &["Chairs", "Tables", "Lighting", "Storage", "Sofas"];
const SERIES: &[&str] = &["Серия «Классика»", "Серия «Лофт»", "Серия «Север»", "Серия «Линия»"];
const ENGLISH_SERIES: &[&str] = &["Classic series", "Loft series", "North series", "Line series"];

/// What a lead is called: the goods, and how many of them.
pub(super) fn lead(dice: &mut Dice) -> String {
    let (goods, pieces) = (dice.word(GOODS, ENGLISH_GOODS), dice.between(1, 60));
    let unit = if dice.is_russian { "шт." } else { "pcs" };
    format!("{goods}, {pieces} {unit}")
}

pub(super) fn wish(dice: &mut Dice) -> &'static str {
    dice.word(WISHES, ENGLISH_WISHES)
}

pub(super) fn comment(dice: &mut Dice) -> &'static str {
    dice.word(COMMENTS, ENGLISH_COMMENTS)
}

pub(super) fn remark(dice: &mut Dice) -> &'static str {
    dice.word(REMARKS, ENGLISH_REMARKS)
}

pub(super) fn message(dice: &mut Dice) -> &'static str {
    dice.word(MESSAGES, ENGLISH_MESSAGES)
}

pub(super) fn errand(dice: &mut Dice) -> &'static str {
    dice.word(ERRANDS, ENGLISH_ERRANDS)
}

pub(super) fn result(dice: &mut Dice) -> &'static str {
    dice.word(RESULTS, ENGLISH_RESULTS)
}

pub(super) fn product(dice: &mut Dice) -> &'static str {
    dice.word(PRODUCTS, ENGLISH_PRODUCTS)
}

pub(super) fn section(dice: &mut Dice) -> &'static str {
    dice.word(SECTIONS, ENGLISH_SECTIONS)
}

pub(super) fn series(dice: &mut Dice) -> &'static str {
    dice.word(SERIES, ENGLISH_SERIES)
}
