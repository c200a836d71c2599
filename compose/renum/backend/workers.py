"""The worker that gunicorn runs."""

from uvicorn.workers import UvicornWorker

from config import settings


class RenumWorker(UvicornWorker):
    CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "ws": settings.websocket_library}
