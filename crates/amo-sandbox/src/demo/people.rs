//! Invented people and companies, in Cyrillic and in Latin letters; the same one for the same
//! number every time.

const MEN: [&str; 8] = ["Олег", "Иван", "Пётр", "Тимур", "Artem", "Daniel", "Maxim", "Viktor"];
const WOMEN: [&str; 8] = ["Вера", "Анна", "Софья", "Лейла", "Alina", "Marta", "Nina", "Olga"];
/// Surnames with the ending of a woman's where it differs.
const CYRILLIC: [(&str, &str); 7] = [
    ("Петров", "Петрова"),
    ("Соколов", "Соколова"),
    ("Белый", "Белая"),
    ("Ким", "Ким"),
    ("Журавлёв", "Журавлёва"),
    ("Лесной", "Лесная"),
    ("Шевченко", "Шевченко"),
];
const LATIN: [&str; 7] = ["Berg", "Novak", "Silva", "Keller", "Moreau", "Lind", "Castro"];
const POSITIONS: [&str; 5] = ["Director", "Buyer", "Accountant", "Инженер", "Офис-менеджер"];
const COMPANIES: [&str; 9] = [
    "Лотос",
    "Northwind",
    "Вертикаль",
    "Blue Fern",
    "Маяк",
    "Copper Lane",
    "Заря",
    "Quiet Harbor",
    "Полюс",
];
const FORMS: [&str; 4] = ["ООО", "LLC", "АО", "Ltd"];
const GOODS: [&str; 7] = [
    "Office chairs",
    "Столы для переговорной",
    "Lamps",
    "Ремонт",
    "Delivery",
    "Монтаж мебели",
    "Consulting",
];

pub(super) struct Person {
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) position: &'static str,
}

fn pick<T: Copy, const N: usize>(list: [T; N], number: usize) -> T {
    list[number % N]
}

pub(super) fn person(number: usize) -> Person {
    // First names and surnames go round at different speeds, so that pairs repeat late.
    let is_woman = number % 2 == 1;
    let turn = number / 2;
    let first_name = pick(if is_woman { WOMEN } else { MEN }, turn);
    let (man, woman) = pick(CYRILLIC, turn + number / 16);
    let last_name = match (first_name.is_ascii(), is_woman) {
        (true, _) => pick(LATIN, turn + number / 16),
        (false, false) => man,
        (false, true) => woman,
    };
    Person { first_name, last_name, position: pick(POSITIONS, number) }
}

pub(super) fn company(number: usize) -> String {
    format!("{} {} {}", pick(FORMS, number), pick(COMPANIES, number), number + 1)
}

pub(super) fn lead(number: usize) -> String {
    format!("{} {}", pick(GOODS, number), number + 1)
}

/// Numbers of an area that nobody has.
pub(super) fn phone(number: usize) -> String {
    format!("+7000{:07}", number + 1)
}
