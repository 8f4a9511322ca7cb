"""amocrm-sdk: refreshes at www.amocrm.ru, and walks pages until one is short."""

from amocrm import AmoCRM
from amocrm.auth import InMemoryTokenStorage, OAuthConfig
from amocrm.exceptions import AmoCRMAPIError
from amocrm.models.common import Tag
from amocrm.models.companies import Company
from amocrm.models.contacts import Contact
from amocrm.models.leads import Lead
from amocrm.models.pipelines import Pipeline, PipelineStatus
from amocrm.models.tasks import Task
from box import BOX, SUBDOMAIN, api, step, tokens

storage = InMemoryTokenStorage()
first = tokens()
storage.save("not.a.token", first["refresh_token"])
config = OAuthConfig(
    client_id=BOX["client_id"],
    client_secret=BOX["client_secret"],
    redirect_uri=BOX["redirect_uri"],
    storage=storage,
)
client = AmoCRM(SUBDOMAIN, config)

with step("refresh"):
    # The access token is refused with 401, the client refreshes and asks again.
    [pipeline] = client.pipelines.list()
    assert pipeline.is_main and pipeline.statuses, pipeline
    access, refresh = storage.load()
    assert refresh != first["refresh_token"] and access.count(".") == 2

with step("pipelines"):
    [made] = client.pipelines.create(
        [
            Pipeline(
                name="Опт",
                sort=20,
                is_main=False,
                is_unsorted_on=False,
                statuses=[PipelineStatus(name="Встреча", sort=10, color="#fffeb2")],
            )
        ]
    )
    assert client.pipelines.update(made.id, Pipeline(name="Розница")).name == "Розница"
    [status] = client.pipelines.create_statuses(
        made.id, [PipelineStatus(name="Договор", sort=30, color="#fffeb2")]
    )
    assert client.pipelines.get_status(made.id, status.id, with_descriptions=True).name == "Договор"
    client.pipelines.update_status(made.id, status.id, PipelineStatus(name="Счёт"))
    assert "Счёт" in [item.name for item in client.pipelines.list_statuses(made.id)]
    client.pipelines.delete_status(made.id, status.id)
    client.pipelines.delete(made.id)
    assert [item.id for item in client.pipelines.list()] == [pipeline.id]

with step("custom fields"):
    fields = client.custom_fields.list("contacts")
    phone = next(field for field in fields if field.type == "multitext")
    assert client.custom_fields.get("contacts", phone.id).enums

with step("contacts"):
    contact = Contact(name="Анна", tags=[Tag(name="vip")])
    contact.set_cf_value(phone.id, "+79990000001")
    [ref] = client.contacts.create([contact])
    contact = client.contacts.get(ref.id, with_=["leads"])
    assert contact.get_cf_value(phone.id) == "+79990000001" and contact.tags[0].name == "vip"
    # A whole object that was read cannot be sent back: `account_id` and others are refused.
    client.contacts.update_one(Contact(id=contact.id, name="Анна Павловна"))
    assert api("GET", f"/api/v4/contacts/{contact.id}")["name"] == "Анна Павловна"
    contact.set_cf_value(phone.id, None)
    client.contacts.update_one(Contact(id=contact.id, custom_fields_values=contact.custom_fields_values))
    assert client.contacts.get(contact.id).custom_fields_values is None

with step("companies"):
    [company] = client.companies.create([Company(name="ООО Ромашка")])
    client.companies.update([Company(id=company.id, name="ООО Лютик")])
    assert client.companies.get(company.id).name == "ООО Лютик"

with step("leads"):
    client.leads.create([Lead(name=f"Заказ {number}", price=number) for number in range(7)])
    walked = list(client.leads.list(limit=3, order={"id": "asc"}, with_=["contacts"]))
    assert [lead.price for lead in walked] == list(range(7)), walked
    client.leads.update([Lead(id=walked[0].id, price=500)])
    assert [found.price for found in client.leads.list(page=1, query="Заказ 0")] == [500]

with step("complex leads"):
    whole = Lead(
        name="Целиком", contacts=[Contact(first_name="Пётр")], company=Company(name="АО Мак")
    )
    [made] = client.leads.create_complex([whole])
    lead = client.leads.get(made.id, with_=["contacts"])
    assert lead.contacts[0].id == made.contact_id and lead.company.id == made.company_id

with step("tasks"):
    task = Task(text="Позвонить", complete_till=1893456000, entity_id=lead.id, entity_type="leads")
    [ref] = client.tasks.create([task])
    task = client.tasks.get(ref.id)
    client.tasks.update_one(Task(id=task.id, is_completed=True, result={"text": "готово"}))
    assert client.tasks.list(page=1, filter={"is_completed": 1})[0].result["text"] == "готово"

with step("errors"):
    try:
        client.leads.create([Lead(name="x", status_id=1)])
        raise AssertionError("a status that is not there was taken")
    except AmoCRMAPIError as error:
        assert error.args, error
