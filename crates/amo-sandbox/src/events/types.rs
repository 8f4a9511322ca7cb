//! The types of events, with the numbers that the API has for them and their names. The names are
//! ours: those of the real service are not known.

/// A language that types are named in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Language {
    English,
    Spanish,
    Portuguese,
    Russian,
}

impl Language {
    pub(super) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "en" => Self::English,
            "es" => Self::Spanish,
            "pt" => Self::Portuguese,
            "ru" => Self::Russian,
            _ => return None,
        })
    }
}

/// A type of events.
pub(super) struct Known {
    pub(super) key: &'static str,
    pub(super) number: i64,
    en: &'static str,
    es: &'static str,
    pt: &'static str,
    ru: &'static str,
}

impl Known {
    pub(super) fn name(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Spanish => self.es,
            Language::Portuguese => self.pt,
            Language::Russian => self.ru,
        }
    }
}

/// The number of the changes of custom fields.
pub(super) const FIELD_CHANGED: i64 = 24;

/// The name of the type of one custom field.
pub(super) fn field_changed(field: &str, language: Language) -> String {
    match language {
        Language::English => format!("Field “{field}” changed"),
        Language::Spanish => format!("Cambio del campo «{field}»"),
        Language::Portuguese => format!("Campo “{field}” alterado"),
        Language::Russian => format!("Изменено поле «{field}»"),
    }
}

const fn known(key: &'static str, number: i64, names: [&'static str; 4]) -> Known {
    let [en, es, pt, ru] = names;
    Known { key, number, en, es, pt, ru }
}

#[rustfmt::skip]
pub(super) const ALL: &[Known] = &[
    known("lead_added", 1, ["Lead added", "Lead añadido", "Lead adicionado", "Новая сделка"]),
    known("contact_added", 2, ["Contact added", "Contacto añadido", "Contato adicionado", "Новый контакт"]),
    known("company_added", 3, ["Company added", "Empresa añadida", "Empresa adicionada", "Новая компания"]),
    known("lead_deleted", 7, ["Lead deleted", "Lead eliminado", "Lead excluído", "Сделка удалена"]),
    known("contact_deleted", 8, ["Contact deleted", "Contacto eliminado", "Contato excluído", "Контакт удалён"]),
    known("company_deleted", 9, ["Company deleted", "Empresa eliminada", "Empresa excluída", "Компания удалена"]),
    known("lead_restored", 10, ["Lead restored", "Lead restaurado", "Lead restaurado", "Сделка восстановлена"]),
    known("contact_restored", 11, ["Contact restored", "Contacto restaurado", "Contato restaurado", "Контакт восстановлен"]),
    known("company_restored", 12, ["Company restored", "Empresa restaurada", "Empresa restaurada", "Компания восстановлена"]),
    known("lead_status_changed", 14, ["Stage of the lead changed", "Cambio de etapa del lead", "Etapa do lead alterada", "Изменён этап сделки"]),
    known("incoming_mail", 16, ["Incoming mail", "Correo entrante", "E-mail recebido", "Входящее письмо"]),
    known("incoming_call", 17, ["Incoming call", "Llamada entrante", "Chamada recebida", "Входящий звонок"]),
    known("site_visit_note_added", 18, ["Site visited", "Visita al sitio", "Visita ao site", "Посещение сайта"]),
    known("customer_added", 20, ["Customer added", "Cliente añadido", "Cliente adicionado", "Новый покупатель"]),
    known("custom_field_value_changed", FIELD_CHANGED, ["Custom field changed", "Cambio de un campo", "Campo alterado", "Изменено поле"]),
    known("entity_responsible_changed", 25, ["Responsible user changed", "Cambio de responsable", "Responsável alterado", "Сменился ответственный"]),
    known("transaction_added", 26, ["Purchase added", "Compra añadida", "Compra adicionada", "Новая покупка"]),
    known("common_note_added", 27, ["Note added", "Nota añadida", "Nota adicionada", "Новое примечание"]),
    known("attachment_note_added", 28, ["File added", "Archivo añadido", "Arquivo adicionado", "Добавлен файл"]),
    known("task_completed", 29, ["Task completed", "Tarea completada", "Tarefa concluída", "Задача завершена"]),
    known("outgoing_call", 30, ["Outgoing call", "Llamada saliente", "Chamada feita", "Исходящий звонок"]),
    known("targeting_in_note_added", 31, ["Added to a campaign", "Entrada en una campaña", "Entrada em campanha", "Добавление в рекламу"]),
    known("targeting_out_note_added", 32, ["Removed from a campaign", "Salida de una campaña", "Saída de campanha", "Удаление из рекламы"]),
    known("task_result_added", 33, ["Result of a task", "Resultado de la tarea", "Resultado da tarefa", "Результат по задаче"]),
    known("geo_note_added", 38, ["Place added", "Ubicación añadida", "Localização adicionada", "Добавлена геометка"]),
    known("service_note_added", 39, ["Message of a service", "Mensaje de servicio", "Mensagem de serviço", "Сообщение сервиса"]),
    known("dropbox_attachment", 40, ["File in Dropbox", "Archivo en Dropbox", "Arquivo no Dropbox", "Файл в Dropbox"]),
    known("incoming_sms", 41, ["Incoming SMS", "SMS entrante", "SMS recebido", "Входящее SMS"]),
    known("outgoing_sms", 42, ["Outgoing SMS", "SMS saliente", "SMS enviado", "Исходящее SMS"]),
    known("task_added", 49, ["Task added", "Tarea añadida", "Tarefa adicionada", "Новая задача"]),
    known("task_deleted", 51, ["Task deleted", "Tarea eliminada", "Tarefa excluída", "Задача удалена"]),
    known("customer_deleted", 53, ["Customer deleted", "Cliente eliminado", "Cliente excluído", "Покупатель удалён"]),
    known("customer_status_changed", 57, ["Stage of the customer changed", "Cambio de etapa del cliente", "Etapa do cliente alterada", "Изменён этап покупателя"]),
    known("link_followed", 59, ["Short link followed", "Enlace corto abierto", "Link curto aberto", "Переход по ссылке"]),
    known("message_to_cashier_note_added", 60, ["Message to the cashier", "Mensaje al cajero", "Mensagem ao caixa", "Сообщение кассиру"]),
    known("invoice_paid", 62, ["Invoice paid", "Factura pagada", "Fatura paga", "Счёт оплачен"]),
    known("entity_tag_added", 63, ["Tags added", "Etiquetas añadidas", "Tags adicionadas", "Теги добавлены"]),
    known("entity_tag_deleted", 64, ["Tags removed", "Etiquetas quitadas", "Tags removidas", "Теги убраны"]),
    known("sale_field_changed", 69, ["Budget changed", "Cambio del presupuesto", "Orçamento alterado", "Изменён бюджет"]),
    known("name_field_changed", 70, ["Name changed", "Cambio del nombre", "Nome alterado", "Изменено название"]),
    known("entity_linked", 72, ["Linked", "Vinculado", "Vinculado", "Прикрепление"]),
    known("entity_unlinked", 73, ["Unlinked", "Desvinculado", "Desvinculado", "Открепление"]),
    known("robot_replied", 74, ["Robot replied", "Respuesta del robot", "Resposta do robô", "Ответ робота"]),
    known("intent_identified", 75, ["Topic of the question found", "Tema identificado", "Tema identificado", "Определена тема вопроса"]),
    known("task_type_changed", 76, ["Type of the task changed", "Cambio del tipo de tarea", "Tipo da tarefa alterado", "Изменён тип задачи"]),
    known("task_text_changed", 77, ["Text of the task changed", "Cambio del texto de la tarea", "Texto da tarefa alterado", "Изменён текст задачи"]),
    known("task_deadline_changed", 78, ["Deadline of the task changed", "Cambio del plazo de la tarea", "Prazo da tarefa alterado", "Изменён срок задачи"]),
    known("common_note_deleted", 79, ["Note deleted", "Nota eliminada", "Nota excluída", "Примечание удалено"]),
    known("lead_linked", 80, ["Lead linked", "Lead vinculado", "Lead vinculado", "Прикрепление сделки"]),
    known("contact_linked", 81, ["Contact linked", "Contacto vinculado", "Contato vinculado", "Прикрепление контакта"]),
    known("company_linked", 82, ["Company linked", "Empresa vinculada", "Empresa vinculada", "Прикрепление компании"]),
    known("customer_linked", 83, ["Customer linked", "Cliente vinculado", "Cliente vinculado", "Прикрепление покупателя"]),
    known("lead_unlinked", 84, ["Lead unlinked", "Lead desvinculado", "Lead desvinculado", "Открепление сделки"]),
    known("contact_unlinked", 85, ["Contact unlinked", "Contacto desvinculado", "Contato desvinculado", "Открепление контакта"]),
    known("company_unlinked", 86, ["Company unlinked", "Empresa desvinculada", "Empresa desvinculada", "Открепление компании"]),
    known("customer_unlinked", 87, ["Customer unlinked", "Cliente desvinculado", "Cliente desvinculado", "Открепление покупателя"]),
    known("ltv_field_changed", 88, ["Sum of purchases changed", "Cambio de la suma de compras", "Soma das compras alterada", "Изменена сумма покупок"]),
    known("incoming_chat_message", 89, ["Incoming chat message", "Mensaje de chat entrante", "Mensagem de chat recebida", "Входящее сообщение"]),
    known("outgoing_chat_message", 90, ["Outgoing chat message", "Mensaje de chat saliente", "Mensagem de chat enviada", "Исходящее сообщение"]),
    known("nps_rate_added", 91, ["NPS mark", "Puntuación NPS", "Nota NPS", "Оценка NPS"]),
    known("entity_merged", 92, ["Merged", "Fusionado", "Mesclado", "Объединение"]),
    known("entity_segment_attached", 94, ["Added to a segment", "Añadido a un segmento", "Adicionado a um segmento", "Добавлен в сегмент"]),
    known("entity_segment_detached", 95, ["Removed from a segment", "Quitado de un segmento", "Removido de um segmento", "Убран из сегмента"]),
    known("zoom_conference", 96, ["Meeting in Zoom", "Reunión en Zoom", "Reunião no Zoom", "Конференция Zoom"]),
    known("video_opened", 97, ["Video opened", "Vídeo abierto", "Vídeo aberto", "Видео открыто"]),
    known("video_closed", 98, ["Video closed", "Vídeo cerrado", "Vídeo fechado", "Видео закрыто"]),
    known("picture_opened", 99, ["Picture opened", "Imagen abierta", "Imagem aberta", "Картинка открыта"]),
    known("picture_closed", 100, ["Picture closed", "Imagen cerrada", "Imagem fechada", "Картинка закрыта"]),
    known("segment_created", 101, ["Segment created", "Segmento creado", "Segmento criado", "Создан сегмент"]),
    known("key_action_completed", 116, ["Key action completed", "Acción clave completada", "Ação-chave concluída", "Ключевое действие"]),
    known("invoice_created", 118, ["Invoice created", "Factura creada", "Fatura criada", "Создан счёт"]),
    known("talk_created", 119, ["Talk begun", "Conversación iniciada", "Conversa iniciada", "Беседа начата"]),
    known("talk_closed", 120, ["Talk closed", "Conversación cerrada", "Conversa encerrada", "Беседа закрыта"]),
    known("talk_missed_event", 122, ["Talk left without an answer", "Conversación sin respuesta", "Conversa sem resposta", "Беседа без ответа"]),
    known("conversation_answered", 135, ["No answer needed", "No requiere respuesta", "Sem necessidade de resposta", "Ответ не нужен"]),
    known("meta_chat_subscription_added", 136, ["Subscribed to a chat", "Suscripción al chat", "Inscrição no chat", "Подписка на чат"]),
    known("meta_chat_subscription_removed", 137, ["Unsubscribed from a chat", "Baja del chat", "Saída do chat", "Отписка от чата"]),
    known("entity_direct_message", 150, ["Internal message", "Mensaje interno", "Mensagem interna", "Внутреннее сообщение"]),
    known("page_mention", 151, ["Page mentioned", "Mención de la página", "Menção da página", "Упоминание страницы"]),
    known("outgoing_mail", 152, ["Outgoing mail", "Correo saliente", "E-mail enviado", "Исходящее письмо"]),
    known("ai_result", 153, ["Answer of the AI", "Respuesta de la IA", "Resposta da IA", "Ответ ИИ"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::filter;

    #[test]
    fn every_type_that_can_be_asked_for_is_listed_once() {
        let mut asked: Vec<&str> =
            filter::known("type").iter().copied().filter(|key| !key.contains("{id}")).collect();
        let mut listed: Vec<&str> = ALL.iter().map(|known| known.key).collect();
        asked.sort_unstable();
        listed.sort_unstable();
        assert_eq!(asked, listed);
    }
}
