"""The socket: it is accepted first, and asked for a token then."""

import asyncio
import json
import os

import jwt
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from auth import user_of
from config import settings
from connections import manager

router = APIRouter()

POLICY_VIOLATION = 1008


class Rejected(Exception):
    """The token did not come, or is not accepted. Its text is the reason of the close frame."""


async def authenticate(socket: WebSocket) -> str:
    await socket.send_json({"type": "auth_required", "timeout": settings.auth_timeout})
    try:
        message = json.loads(await asyncio.wait_for(socket.receive_text(), settings.auth_timeout))
    except asyncio.TimeoutError as error:
        raise Rejected("Authentication timeout") from error
    except json.JSONDecodeError as error:
        raise Rejected("Authentication message expected") from error
    token = message.get("token") if isinstance(message, dict) else None
    if not token:
        raise Rejected("Authentication token missing")
    try:
        return user_of(token, settings.websocket_jwt_secret)
    except jwt.InvalidTokenError as error:
        raise Rejected("Authentication failed") from error


@router.websocket("/ws")
async def endpoint(socket: WebSocket) -> None:
    origins = settings.websocket_allowed_origins
    # Only browsers send an origin; who sends none has no page that could be a stranger's.
    origin = socket.headers.get("origin")
    if origins and origin is not None and origin not in origins:
        # Closing before accepting answers the handshake with 403.
        await socket.close()
        return
    await socket.accept()
    try:
        user = await authenticate(socket)
        manager.add(socket)
        await socket.send_json({"type": "connection_established", "user": user, "worker": os.getpid()})
        while True:
            await socket.receive_text()
    except Rejected as reason:
        await socket.send_json({"type": "error", "code": "AUTH_FAILED", "message": str(reason)})
        await socket.close(POLICY_VIOLATION, str(reason))
    except WebSocketDisconnect:
        pass
    finally:
        manager.remove(socket)
