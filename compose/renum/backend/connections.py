"""The open sockets of this process, and of this process only."""

import asyncio

from fastapi import WebSocket


class ConnectionManager:
    def __init__(self) -> None:
        self._sockets: set[WebSocket] = set()

    def add(self, socket: WebSocket) -> None:
        self._sockets.add(socket)

    def remove(self, socket: WebSocket) -> None:
        self._sockets.discard(socket)

    def __len__(self) -> int:
        return len(self._sockets)

    async def broadcast(self, message: dict) -> None:
        # A socket that breaks while it is written to is removed by its own endpoint.
        await asyncio.gather(*(socket.send_json(message) for socket in self._sockets), return_exceptions=True)


manager = ConnectionManager()
