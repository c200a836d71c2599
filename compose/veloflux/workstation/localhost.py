"""Makes the published ports reachable at "localhost", as on the machine that the documents are written for.

A port whose service does not answer behaves as one published by Docker does: it accepts and hangs up.
"""
import asyncio
import socket

PUBLISHED = {
    80: ("loadbalancer", 80),
    443: ("loadbalancer", 443),
    3000: ("frontend", 80),
    8080: ("backend", 8080),
    9000: ("backend", 9000),
    9090: ("backend", 9090),
    9091: ("prometheus", 9090),
    9092: ("alertmanager", 9093),
}


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def forward_to(service, port):
    async def forward(reader, writer):
        try:
            to_reader, to_writer = await asyncio.open_connection(service, port, family=socket.AF_INET)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, to_writer), copy(to_reader, writer))

    return forward


async def main():
    for port, (service, to_port) in PUBLISHED.items():
        await asyncio.start_server(forward_to(service, to_port), "127.0.0.1", port)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
