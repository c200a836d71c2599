"""The documents' scripts, written anew: what each asks, how long it waits, and what it calls a success.

Run one by its name. Of a script that loops, one round.
"""
import asyncio
import subprocess
import sys

import websockets

SOCKETS = "ws://localhost:9090/api/ws/"


def http_status(url):
    """As `curl -s -o /dev/null -w %{http_code}` tells it: 000 without an answer, and redirects not followed."""
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url]
    return subprocess.run(command, capture_output=True, text=True).stdout


async def speaks(endpoint, seconds):
    """True when the first frame comes in time."""
    try:
        async with websockets.connect(SOCKETS + endpoint) as socket:
            await asyncio.wait_for(socket.recv(), seconds)
            return True
    except Exception:
        return False


def quick_test():
    """veloflux-websockets.md, lines 99-113: the first frame of the metrics endpoint."""

    async def first_frame():
        async with websockets.connect(SOCKETS + "metrics") as socket:
            return await socket.recv()

    print("OK:", asyncio.run(first_frame())[:50])


def watch_status():
    """veloflux-websockets.md, lines 121-132: OK or FAILED by whether this one expression raises.

    What connect() returns is not yet a connection: that is the point.
    """
    try:
        asyncio.run(websockets.connect(SOCKETS + "status").recv())
        print("OK")
    except Exception as error:
        print(f"FAILED: {type(error).__name__}: {error}")


def test_all_endpoints():
    """veloflux-map.md, lines 233-273: three statuses, and three sockets with 2 s each."""
    for url in ("9090/health", "8080/metrics", "9000/admin/health"):
        print(f"{url}: {http_status('http://localhost:' + url)}")
    for endpoint in ("backends", "metrics", "status"):
        print(f"{endpoint}: {'OK' if asyncio.run(speaks(endpoint, 2)) else 'FAILED'}")


def monitor_websockets():
    """veloflux-map.md, lines 275-299: the status endpoint, 5 s."""

    async def round():
        async with websockets.connect(SOCKETS + "status") as socket:
            await asyncio.wait_for(socket.recv(), 5)

    try:
        asyncio.run(round())
        print("OK")
    except Exception as error:
        print(f"FAILED: {error}")


def validation():
    """The validation script that veloflux-websockets.md names in lines 115-119 and 251: seven addresses, seven sockets."""
    urls = ("localhost:9090/health", "localhost:8080/metrics", "localhost/", "localhost/dashboard",
            "localhost:9091", "localhost:9092", "localhost:9000/admin/health")
    endpoints = ("backends", "metrics", "status", "ai", "security", "billing", "health")
    passed = sum(http_status("http://" + url) == "200" for url in urls)
    passed += sum(asyncio.run(speaks(endpoint, 2)) for endpoint in endpoints)
    print(f"{passed} of {len(urls) + len(endpoints)}")


{
    "quick-test": quick_test,
    "watch-status": watch_status,
    "test-all-endpoints": test_all_endpoints,
    "monitor-websockets": monitor_websockets,
    "validation": validation,
}[sys.argv[1]]()
