"""TLS in front of the box: what `*.amocrm.ru` is for the clients under test.

Ends TLS, tells the box so by `X-Forwarded-Proto`, and else passes every byte on as it came, so that
the box sees a client's own requests. Prints its port, then serves until its input is closed.

Usage: front.py CERTIFICATE KEY BOX_PORT
"""

import asyncio
import ssl
import sys

MARK = b"X-Forwarded-Proto: https\r\n"


async def pass_chunks(client, box):
    """A chunked body, up to and with its trailers."""
    while True:
        size = await client.readline()
        box.write(size)
        left = int(size.split(b";")[0], 16)
        if left == 0:
            break
        box.write(await client.readexactly(left + 2))
    while (line := await client.readline()) not in (b"\r\n", b""):
        box.write(line)
    box.write(b"\r\n")


async def pass_requests(client, box):
    """Request after request of one connection, each with the mark behind its first line."""
    while start := await client.readline():
        box.write(start + MARK)
        length, chunked = 0, False
        while True:
            line = await client.readline()
            box.write(line)
            name, _, value = line.lower().partition(b":")
            if name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                chunked = b"chunked" in value
            if line in (b"\r\n", b""):
                break
        if chunked:
            await pass_chunks(client, box)
        else:
            box.write(await client.readexactly(length))
        await box.drain()


async def pass_answers(box, client):
    while piece := await box.read(65536):
        client.write(piece)
        await client.drain()


async def connection(port, client, client_writer):
    try:
        box, box_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        client_writer.close()
        return
    ways = [
        asyncio.create_task(pass_requests(client, box_writer)),
        asyncio.create_task(pass_answers(box, client_writer)),
    ]
    # Whoever ends first ends the other way too; a client that is gone is no fault of ours.
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    await asyncio.gather(*ways, return_exceptions=True)
    box_writer.close()
    client_writer.close()


async def main(certificate, key, port):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server = await asyncio.start_server(
        lambda reader, writer: connection(port, reader, writer), "127.0.0.1", 0, ssl=tls
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
