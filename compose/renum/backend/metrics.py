"""What monitoring reads."""

import os

from fastapi import APIRouter

from config import settings
from connections import manager

router = APIRouter(prefix="/api")


@router.get("/health")
def health() -> dict:
    return {"status": "ok"}


@router.get("/metrics")
def metrics() -> dict:
    # Of the worker that happens to answer: each has its own connections.
    return {"worker": os.getpid(), "workers": settings.workers, "websocket_connections": len(manager)}
