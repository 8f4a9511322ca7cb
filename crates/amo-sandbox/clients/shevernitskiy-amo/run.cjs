// @shevernitskiy/amo: fetch, brackets sent raw, JSON in a DELETE, 204 told from an answer.
"use strict";

const assert = require("node:assert/strict");
const { Amo } = require("@shevernitskiy/amo");
const { box, main, step } = require("../common/box.cjs");

main(async () => {
  const { client_id, client_secret, redirect_uri, code } = box;
  const auth = { client_id, client_secret, redirect_uri };
  let token;
  const options = { request_delay: 0, on_token: (value) => (token = value) };

  const first = new Amo(box.domain, { ...auth, grant_type: "authorization_code", code }, options);
  await step("code exchange", () => first.account.getAccount());

  const amo = new Amo(box.domain, { ...auth, ...token, expires_at: 0 }, options);
  await step("refresh", async () => {
    const old = token.refresh_token;
    await amo.account.getAccount({ with: ["amojo_id", "task_types"] });
    assert.notEqual(token.refresh_token, old);
  });

  await step("users", async () => {
    assert.ok((await amo.user.getUsers())._embedded.users.length);
  });

  const pipeline = await step("pipelines", async () => {
    const { _embedded } = await amo.pipeline.getPipelines();
    return _embedded.pipelines[0];
  });

  const field = await step("custom fields", async () => {
    const wanted = { name: "Цвет", type: "select", enums: [{ value: "Синий", sort: 1 }] };
    const { _embedded } = await amo.custom_fields.addCustomFields("leads", [wanted]);
    const [field] = _embedded.custom_fields;
    await amo.custom_fields.updateCustomFieldById(field.id, "leads", { name: "Тон" });
    const read = await amo.custom_fields.getCustomFieldById(field.id, "leads");
    assert.equal(read.name, "Тон");
    return read;
  });

  const lead = await step("leads", async () => {
    const values = [{ field_id: field.id, values: [{ enum_id: field.enums[0].id }] }];
    const one = { name: "Заказ", price: 1200, custom_fields_values: values };
    const { _embedded } = await amo.lead.addLeads([one, { name: "Ещё" }, { name: "Третий" }]);
    const [lead] = _embedded.leads;
    await amo.lead.updateLeadById(lead.id, { price: 1300 });
    await amo.lead.updateLeads([{ id: lead.id, status_id: 142 }]);
    const read = await amo.lead.getLeadById(lead.id, { with: ["contacts", "loss_reason"] });
    assert.equal(read.price, 1300);
    assert.equal(read.status_id, 142);
    assert.equal(read.custom_fields_values[0].values[0].value, "Синий");
    return read;
  });

  await step("filters and order", async () => {
    const filter = (builder) => builder.multi("id", [lead.id]).statuses([[pipeline.id, 142]]);
    const order = { param: "updated_at", type: "desc" };
    const { _embedded } = await amo.lead.getLeads({ limit: 2, page: 1, filter, order });
    assert.deepEqual(_embedded.leads.map(({ id }) => id), [lead.id]);
  });

  const contact = await step("contacts", async () => {
    const { _embedded } = await amo.contact.addContacts([{ name: "Анна" }]);
    return _embedded.contacts[0];
  });

  await step("companies", async () => {
    const { _embedded } = await amo.company.addCompanies([{ name: "ООО Ромашка" }]);
    assert.ok((await amo.company.getCompanyById(_embedded.companies[0].id)).name);
  });

  await step("links", async () => {
    const to = { to_entity_id: contact.id, to_entity_type: "contacts" };
    await amo.link.addLinksByEntityId(lead.id, "leads", [{ ...to, metadata: { is_main: true } }]);
    const { _embedded } = await amo.link.getLinksByEntityId(lead.id, "leads");
    assert.equal(_embedded.links[0].to_entity_id, contact.id);
    // The client takes the 204 of a POST for an error.
    await amo.link.deleteLinksByEntityId(lead.id, "leads", [to]).catch((error) => {
      assert.match(String(error), /204/);
    });
    await assert.rejects(amo.link.getLinksByEntityId(lead.id, "leads"));
  });

  await step("tags", async () => {
    await amo.tag.addTags("leads", [{ name: "vip" }]);
    const { _embedded } = await amo.tag.getTags("leads", { query: "vip" });
    const tags = { tags_to_add: [{ id: _embedded.tags[0].id }] };
    await amo.tag.addTagsToEntities("leads", [{ id: lead.id, ...tags }]);
    assert.equal((await amo.lead.getLeadById(lead.id))._embedded.tags[0].name, "vip");
  });

  await step("notes", async () => {
    const note = { entity_id: lead.id, note_type: "common", params: { text: "Перезвонить" } };
    const { _embedded } = await amo.note.addNotes("leads", [note]);
    const { id } = _embedded.notes[0];
    const text = { ...note, params: { text: "Написать" } };
    await amo.note.updateNoteById(id, "leads", text);
    assert.equal((await amo.note.getNotesById(id, "leads")).params.text, "Написать");
  });

  await step("tasks", async () => {
    const task = { text: "Позвонить", complete_till: 1893456000 };
    const { _embedded } = await amo.task.addTasks([task]);
    const { id } = _embedded.tasks[0];
    await amo.task.completeTaskById(id, { is_completed: true, result: { text: "готово" } });
    assert.equal((await amo.task.getTaskById(id)).result.text, "готово");
  });

  await step("complex leads", async () => {
    const whole = { name: "Целиком", _embedded: { contacts: [{ first_name: "Пётр" }] } };
    const [made] = await amo.lead.addComplex([whole]);
    assert.ok(made.contact_id);
  });

  await step("unsorted", async () => {
    const form = {
      form_id: "1", form_name: "Форма", form_page: "https://example.test/", ip: "192.0.2.1",
      form_sent_at: 1700000000, referer: "https://example.test/",
    };
    const items = [1, 2].map((n) => ({
      request_id: String(n), source_uid: "site", source_name: "Сайт", metadata: form,
      pipeline_id: pipeline.id, _embedded: { leads: [{ name: `С сайта ${n}` }] },
    }));
    const { _embedded } = await amo.unsorted.addUnsortedForm(items);
    const [one, other] = _embedded.unsorted;
    await amo.unsorted.acceptUnsortedByUid(one.uid, { status_id: lead.status_id });
    await amo.unsorted.declineUnsortedByUid(other.uid, {});
    assert.ok((await amo.unsorted.getUnsortedSummary()).total >= 2);
  });

  await step("catalogs", async () => {
    const { _embedded } = await amo.catalog.addCatalogs([{ name: "Склады" }]);
    const [{ id }] = _embedded.catalogs;
    await amo.catalog.updateCatalogById(id, { name: "Полки" });
    assert.equal((await amo.catalog.getCatalogById(id)).name, "Полки");
    // The client adds elements at the list's own address, without `/elements`; so do we by hand.
    const url = `/api/v4/catalogs/${id}/elements`;
    const added = await amo.raw.post({ url, payload: [{ name: "Первая" }] });
    const element = added._embedded.elements[0];
    await amo.catalog.updateCatalogElementById(element.id, id, { name: "Вторая" });
    const listed = await amo.catalog.getCatalogElementsByCatalogId(id);
    assert.equal(listed._embedded.elements[0].name, "Вторая");
  });

  await step("customers", async () => {
    const { _embedded } = await amo.customer.addCustomers([{ name: "Постоянный" }]);
    const [{ id }] = _embedded.customers;
    await amo.customer.addTransactionsToCustomer(id, [{ price: 100 }]);
    const { _embedded: page } = await amo.customer.getTransactionsByCustomerId(id);
    assert.equal(page.transactions[0].price, 100);
  });

  await step("events", async () => {
    const { _embedded } = await amo.event.getEvents({ limit: 5 });
    assert.ok(_embedded.events.length);
    assert.ok((await amo.event.getEventsTypes("en"))._embedded.events_types.length);
  });

  await step("webhooks", async () => {
    const hook = { destination: "https://example.test/hook", settings: ["add_lead"] };
    await amo.webhook.addWebhook(hook);
    assert.equal((await amo.webhook.getWebhooks())._embedded.webhooks.length, 1);
    await amo.webhook.deleteWebhook({ destination: hook.destination });
    await assert.rejects(amo.webhook.getWebhooks(), /204/);
  });

  await step("errors", async () => {
    const wrong = amo.lead.addLeads([{ name: "x", price: "dear" }]);
    await assert.rejects(wrong, /400 Bad Request/);
  });
});
