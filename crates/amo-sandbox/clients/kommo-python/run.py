"""kommo-python: form-encoded token requests with Basic credentials, and every path with two slashes."""

import json

from box import BOX, api, step
from kommo.client import Client


def read(answer):
    """The client reads `application/json` only; `application/hal+json` it hands out as text."""
    assert isinstance(answer, str), answer
    return json.loads(answer)


client = Client(BOX["client_id"], BOX["client_secret"], BOX["domain"], BOX["redirect_uri"])

with step("code exchange"):
    tokens = client.get_access_token(BOX["code"], BOX["domain"])
    assert tokens["token_type"] == "Bearer", tokens

with step("refresh"):
    renewed = client.refresh_access_token(tokens["refresh_token"])
    assert renewed["access_token"] != tokens["access_token"]
    # The client keeps the form's content type for the API's JSON bodies too.
    client.set_token(renewed["access_token"])

with step("account"):
    assert read(client.get_account_info())["subdomain"] == "demo"

with step("companies"):
    [company] = read(client.create_company({"name": "ООО Ромашка"}))["_embedded"]["companies"]
    assert company["id"] in [item["id"] for item in read(client.list_companies())["_embedded"]["companies"]]

with step("custom fields"):
    fields = read(client.get_custom_fields_contacts())["_embedded"]["custom_fields"]
    phone = next(field for field in fields if field["code"] == "PHONE")
    assert client.get_custom_fields_leads() and client.get_custom_fields_company()

with step("contacts"):
    values = [{"field_id": phone["id"], "values": [{"value": "+79990000001", "enum_code": "WORK"}]}]
    [contact] = read(client.create_contact({"name": "Анна"}, values))["_embedded"]["contacts"]
    stored = api("GET", f"/api/v4/contacts/{contact['id']}")
    assert stored["custom_fields_values"][0]["values"][0]["value"] == "+79990000001", stored
    assert read(client.list_contacts())["_embedded"]["contacts"]

with step("leads"):
    [lead] = read(client.create_lead({"name": "Заказ", "price": 1200}))["_embedded"]["leads"]
    assert read(client.list_leads())["_embedded"]["leads"][0]["id"] == lead["id"]

with step("tasks"):
    task = {"text": "Позвонить", "complete_till": 1893456000, "entity_id": lead["id"]}
    [created] = read(client.create_task(task | {"entity_type": "leads"}))["_embedded"]["tasks"]
    assert read(client.list_tasks())["_embedded"]["tasks"][0]["id"] == created["id"]

with step("webhooks"):
    hook = read(client.create_webhook("add_lead", "https://example.test/hook"))
    assert hook["destination"] == "https://example.test/hook", hook
    assert read(client.list_webhooks())["_embedded"]["webhooks"][0]["id"] == hook["id"]
