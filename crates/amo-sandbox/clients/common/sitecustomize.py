"""Leads amoCRM's hosts to the box: Python imports a module of this name before anything else.

The client under test stays as it is. It resolves `demo.amocrm.ru` and connects; the name gives an
address that nobody has, and a connection to that one goes to the box.
"""

import os
import socket

HOSTS = (".amocrm.ru", ".amocrm.com", ".kommo.com")
STAND_IN = "127.77.77.77"
PORTS = {443: int(os.environ["AMO_TLS_PORT"]), 80: int(os.environ["AMO_PORT"])}

_getaddrinfo = socket.getaddrinfo
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def getaddrinfo(host, *arguments, **named):
    name = host.decode() if isinstance(host, bytes) else host
    is_ours = isinstance(name, str) and name.endswith(HOSTS)
    return _getaddrinfo(STAND_IN if is_ours else host, *arguments, **named)


def _place(address):
    if isinstance(address, tuple) and address[0] == STAND_IN:
        return ("127.0.0.1", PORTS[address[1]])
    return address


socket.getaddrinfo = getaddrinfo
socket.socket.connect = lambda self, address: _connect(self, _place(address))
socket.socket.connect_ex = lambda self, address: _connect_ex(self, _place(address))
