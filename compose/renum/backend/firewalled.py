"""
Runs a command while packets to port 8000 are dropped on the network that the proxy is on.

A firewall rule would need privileges. Here the kernel drops them for the same sender: the queue of a listener that
never accepts is full, so no further connection attempt is answered, neither with yes nor with no. The command
listens on the other network, where the published port comes from.
"""

import os
import socket
import sys

PORT = 8000

# The proxy's network is where this name leads; the published port's is where the default route leads.
inside = socket.gethostbyname("backend.internal")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    probe.connect(("192.0.2.1", PORT))  # Connecting a datagram socket sends nothing.
    outside = probe.getsockname()[0]

listener = socket.socket()
listener.bind((inside, PORT))
listener.listen(0)
waiting = socket.create_connection((inside, PORT))
for kept in (listener, waiting):
    kept.set_inheritable(True)

command = [*sys.argv[1:], "--bind", f"{outside}:{PORT}"]
os.execvp(command[0], command)
