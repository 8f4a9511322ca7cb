"""What every script needs: how to reach the box, and steps that are told by name."""

import contextlib
import json
import os
import urllib.parse
import urllib.request

#: The one line that the box said about itself.
BOX = json.loads(os.environ["AMO_BOX"])
#: `http://127.0.0.1:PORT` or `https://demo.amocrm.ru`: where clients that take an address look.
ORIGIN = os.environ["AMO_ORIGIN"]
SUBDOMAIN = BOX["domain"].partition(".")[0]


@contextlib.contextmanager
def step(name):
    """The line is there only if nothing in the step failed."""
    yield
    print(name, flush=True)


def api(method, path, body=None):
    """A request of ours, to look at what the client did; with the administrator's token."""
    request = urllib.request.Request(
        BOX["address"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + BOX["long_lived_token"]},
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def advance(seconds):
    """Moves the calendar of the box: tokens expire."""
    data = json.dumps({"advance": seconds}).encode()
    with urllib.request.urlopen(BOX["control"] + "/calendar", data) as answer:
        answer.read()


def tokens():
    """An authorisation code's tokens, for clients that cannot exchange one themselves."""
    form = {
        "client_id": BOX["client_id"],
        "client_secret": BOX["client_secret"],
        "redirect_uri": BOX["redirect_uri"],
        "grant_type": "authorization_code",
        "code": BOX["code"],
    }
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(BOX["address"] + "/oauth2/access_token", data) as answer:
        return json.loads(answer.read())
