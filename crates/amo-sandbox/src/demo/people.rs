//! Invented people and companies.

use super::dice::Dice;

const MEN: &[&str] = &[
    "Олег",
    "Иван",
    "Пётр",
    "Тимур",
    "Александр",
    "Дмитрий",
    "Сергей",
    "Андрей",
    "Михаил",
    "Алексей",
    "Никита",
    "Роман",
    "Павел",
    "Артём",
    "Руслан",
    "Владимир",
    "Егор",
    "Фёдор",
    "Марат",
    "Глеб",
];
const WOMEN: &[&str] = &[
    "Вера",
    "Анна",
    "Софья",
    "Лейла",
    "Мария",
    "Екатерина",
    "Ольга",
    "Наталья",
    "Ирина",
    "Юлия",
    "Дарья",
    "Полина",
    "Светлана",
    "Алина",
    "Татьяна",
    "Ксения",
    "Надежда",
    "Диана",
    "Марина",
    "Елена",
];
/// Surnames with the form that a woman has.
const SURNAMES: &[(&str, &str)] = &[
    ("Петров", "Петрова"),
    ("Соколов", "Соколова"),
    ("Белый", "Белая"),
    ("Ким", "Ким"),
    ("Журавлёв", "Журавлёва"),
    ("Лесной", "Лесная"),
    ("Шевченко", "Шевченко"),
    ("Иванов", "Иванова"),
    ("Кузнецов", "Кузнецова"),
    ("Васильев", "Васильева"),
    ("Морозов", "Морозова"),
    ("Волков", "Волкова"),
    ("Зайцев", "Зайцева"),
    ("Никитин", "Никитина"),
    ("Орлов", "Орлова"),
    ("Мельник", "Мельник"),
    ("Горский", "Горская"),
    ("Ахметов", "Ахметова"),
    ("Седых", "Седых"),
    ("Крылов", "Крылова"),
    ("Тихонов", "Тихонова"),
    ("Бондаренко", "Бондаренко"),
    ("Лебедев", "Лебедева"),
    ("Сафин", "Сафина"),
];
const ENGLISH_MEN: &[&str] = &[
    "James", "Daniel", "Oliver", "Thomas", "Henry", "Samuel", "Arthur", "George", "Martin",
    "Victor", "Edward", "Peter", "Simon", "Robert", "Lucas", "Adam",
];
const ENGLISH_WOMEN: &[&str] = &[
    "Emma", "Alice", "Nina", "Grace", "Sophie", "Helen", "Clara", "Laura", "Julia", "Martha",
    "Rachel", "Diana", "Irene", "Olivia", "Kate", "Amelia",
];
const ENGLISH_SURNAMES: &[&str] = &[
    "Berg",
    "Novak",
    "Silva",
    "Keller",
    "Moreau",
    "Lind",
    "Castro",
    "Clark",
    "Turner",
    "Hughes",
    "Bennett",
    "Foster",
    "Murray",
    "Walsh",
    "Fraser",
    "Harper",
    "Doyle",
    "Reid",
    "Lawson",
    "Barnes",
    "Osborne",
    "Mason",
    "Whitfield",
    "Lowe",
];
const POSITIONS: &[&str] = &[
    "Директор",
    "Менеджер по закупкам",
    "Бухгалтер",
    "Инженер",
    "Офис-менеджер",
    "Дизайнер",
    "Руководитель отдела",
];
const ENGLISH_POSITIONS: &[&str] = &[
    "Director",
    "Buyer",
    "Accountant",
    "Engineer",
    "Office manager",
    "Designer",
    "Head of department",
];

/// Words of one gender, so that any two fit together.
const KINDS: &[&str] = &[
    "Северный",
    "Новый",
    "Зелёный",
    "Светлый",
    "Большой",
    "Тихий",
    "Речной",
    "Старый",
    "Южный",
    "Первый",
    "Городской",
    "Медный",
];
const THINGS: &[&str] = &[
    "маяк",
    "берег",
    "остров",
    "дом",
    "мост",
    "парк",
    "причал",
    "полюс",
    "квартал",
    "стиль",
    "сад",
    "ветер",
];
const FORMS: &[&str] = &["ООО", "ООО", "АО", "ТД"];
const ENGLISH_KINDS: &[&str] = &[
    "Blue", "Copper", "Quiet", "North", "Silver", "Green", "Old", "Bright", "Stone", "River",
    "Golden", "West",
];
const ENGLISH_THINGS: &[&str] = &[
    "Fern", "Lane", "Harbor", "Wind", "Bridge", "Garden", "Mill", "Field", "Gate", "Orchard",
    "Point", "Forge",
];
const ENGLISH_FORMS: &[&str] = &["Ltd", "LLC", "Inc.", "& Co"];

const STREETS: &[&str] =
    &["ул. Садовая", "ул. Лесная", "пр. Мира", "ул. Заречная", "Речной пер.", "ул. Новая"];
const ENGLISH_STREETS: &[&str] =
    &["Mill Road", "Station Street", "Harbor Lane", "Park Avenue", "Bridge Street", "High Street"];
const CITIES: &[&str] = &["Москва", "Казань", "Пермь", "Тверь", "Самара", "Псков", "Омск"];
const ENGLISH_CITIES: &[&str] = &["London", "Leeds", "Bristol", "Dublin", "Boston", "Toronto"];

pub(super) struct Person {
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) position: &'static str,
}

pub(super) fn person(dice: &mut Dice) -> Person {
    let is_woman = dice.one_in(2);
    let first_name =
        if is_woman { dice.word(WOMEN, ENGLISH_WOMEN) } else { dice.word(MEN, ENGLISH_MEN) };
    let (man, woman) = dice.pick(SURNAMES);
    let last_name = match (dice.is_russian, is_woman) {
        (false, _) => dice.pick(ENGLISH_SURNAMES),
        (true, false) => man,
        (true, true) => woman,
    };
    Person { first_name, last_name, position: dice.word(POSITIONS, ENGLISH_POSITIONS) }
}

pub(super) fn full_name(dice: &mut Dice) -> String {
    let person = person(dice);
    format!("{} {}", person.first_name, person.last_name)
}

pub(super) fn company(dice: &mut Dice) -> String {
    let (kind, thing) = (dice.word(KINDS, ENGLISH_KINDS), dice.word(THINGS, ENGLISH_THINGS));
    let form = dice.word(FORMS, ENGLISH_FORMS);
    if dice.is_russian {
        format!("{form} «{kind} {thing}»")
    } else {
        format!("{kind} {thing} {form}")
    }
}

pub(super) fn city(dice: &mut Dice) -> &'static str {
    dice.word(CITIES, ENGLISH_CITIES)
}

/// A street and a house.
pub(super) fn street(dice: &mut Dice) -> String {
    let (street, house) = (dice.word(STREETS, ENGLISH_STREETS), dice.between(1, 120));
    if dice.is_russian { format!("{street}, {house}") } else { format!("{house} {street}") }
}

/// Numbers of an area that nobody has.
pub(super) fn phone(number: usize) -> String {
    format!("+7000{:07}", number + 1)
}
