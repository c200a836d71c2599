"""What monitoring reads."""

import os

from fastapi import APIRouter
from pydantic import BaseModel

from config import settings
from connections import manager

router = APIRouter(prefix="/api")


class Health(BaseModel):
    status: str = "ok"


class Metrics(BaseModel):
    worker: int
    workers: int
    websocket_connections: int


@router.get("/health")
def health() -> Health:
    return Health()


@router.get("/metrics")
def metrics() -> Metrics:
    # Of the worker that happens to answer: each has its own connections.
    return Metrics(worker=os.getpid(), workers=settings.workers, websocket_connections=len(manager))
