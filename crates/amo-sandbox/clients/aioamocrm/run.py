"""aioamocrm: httpx, filters as PHP brackets, links followed only at the base URL it was given."""

import asyncio

from aioamocrm import (
    AmoCRMClient,
    Contact,
    Lead,
    Note,
    NotFoundError,
    OAuth2,
    Task,
    ValidationError,
)
from box import BOX, ORIGIN, advance, api, step


async def main():
    auth = OAuth2(BOX["client_id"], BOX["client_secret"], BOX["redirect_uri"])
    async with AmoCRMClient(auth=auth, base_url=ORIGIN, rate_limit=None) as amo:
        await run(amo, auth)


async def run(amo, auth):
    with step("code exchange"):
        first = await amo.exchange_code(BOX["code"])

    with step("refresh"):
        # The token has expired at the box, and the client's clock does not know it: it is refused with
        # 401, refreshes by itself and asks again.
        advance(86400)
        assert (await amo.account.get(with_=["amojo_id", "task_types"])).subdomain == "demo"
        stored = await auth.storage.load()
        assert stored.refresh_token != first.refresh_token

    with step("users"):
        assert [user async for user in amo.users.iterate(with_=["role", "group"])]

    with step("pipelines"):
        [pipeline] = await amo.pipelines.list()
        statuses = await amo.pipelines.statuses(pipeline.id)
        assert {142, 143} <= {status.id for status in statuses}

    with step("custom fields"):
        fields = [field async for field in amo.contacts.custom_fields.iterate()]
        phone = next(field for field in fields if field.code == "PHONE")
        assert (await amo.contacts.custom_fields.get(phone.id)).id == phone.id

    with step("contacts"):
        values = [{"field_code": "PHONE", "values": [{"value": "+79990000001", "enum_code": "MOB"}]}]
        [contact] = await amo.contacts.create([{"name": "Анна", "custom_fields_values": values}])
        await amo.contacts.update([Contact(id=contact.id, first_name="Анна", last_name="Ким")])
        found = [item async for item in amo.contacts.iterate(query="79990000001")]
        assert [item.id for item in found] == [contact.id] and found[0].last_name == "Ким"

    with step("companies"):
        [company] = await amo.companies.create([{"name": "ООО Ромашка"}])
        assert (await amo.companies.get(company.id)).name == "ООО Ромашка"

    with step("leads"):
        made = await amo.leads.create([{"name": f"Заказ {n}"} for n in range(7)], batch_size=3)
        ids = [lead.id for lead in made]
        walked = [lead.id async for lead in amo.leads.iterate(limit=2, order={"id": "asc"})]
        assert walked == ids, walked
        await amo.leads.update([Lead(id=ids[0], price=500, status_id=142)])
        listed = [lead async for lead in amo.leads.iterate(filter={"id": ids[:2]}, limit=250)]
        assert {lead.id for lead in listed} == set(ids[:2])

    with step("links"):
        await amo.leads.link(ids[0], "contacts", contact.id, metadata={"is_main": True})
        await amo.leads.link(ids[0], "companies", company.id)
        only = {"to_entity_type": "contacts", "to_entity_id": contact.id}
        links = await amo.leads.links(ids[0], filter=only)
        assert [link.to_entity_id for link in links] == [contact.id], links
        await amo.leads.unlink(ids[0], "companies", company.id)
        assert len(await amo.leads.links(ids[0])) == 1

    with step("complex leads"):
        whole = {"name": "Целиком", "_embedded": {"contacts": [{"first_name": "Пётр"}]}}
        [made] = await amo.leads.create_complex([whole])
        lead = await amo.leads.get(made.id, with_=["contacts"])
        assert made.contact_id and not made.merged and lead.id == made.id

    with step("notes"):
        [note] = await amo.leads.notes.create([Note.common(lead.id, "Перезвонить")])
        assert (await amo.leads.notes.get(note.id, entity_id=lead.id)).note_type == "common"
        assert [item.id async for item in amo.leads.notes.iterate(entity_id=lead.id)]

    with step("tasks"):
        task = Task(text="Позвонить", complete_till=1893456000, entity_id=lead.id, entity_type="leads")
        [ref] = await amo.tasks.create([task])
        await amo.tasks.complete(ref.id, result="готово")
        assert (await amo.tasks.get(ref.id)).is_completed
        assert api("GET", f"/api/v4/tasks/{ref.id}")["result"]["text"] == "готово"

    with step("errors"):
        try:
            await amo.leads.get(1)
            raise AssertionError("a lead that is not there was found")
        except NotFoundError:
            pass
        try:
            await amo.leads.create([{"name": "a"}, {"name": "b", "price": "dear"}])
            raise AssertionError("a price of letters was taken")
        except ValidationError as error:
            assert error.errors[0].path == "price", error.errors


asyncio.run(main())
