"""Settings of the application, from the environment."""

import os
from dataclasses import dataclass, field
from enum import Enum


class EnvMode(Enum):
    LOCAL = "LOCAL"
    STAGING = "STAGING"
    PRODUCTION = "PRODUCTION"


def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


@dataclass(frozen=True)
class Settings:
    env_mode: EnvMode = EnvMode(os.environ.get("ENV_MODE", "LOCAL"))
    cors_allowed_origins: list[str] = field(default_factory=lambda: _list("CORS_ALLOWED_ORIGINS"))
    cors_allow_origin_regex: str = os.environ.get("CORS_ALLOW_ORIGIN_REGEX", "")
    # Origins from which /ws takes connections; empty: from anywhere.
    websocket_allowed_origins: list[str] = field(default_factory=lambda: _list("WEBSOCKET_ALLOWED_ORIGINS"))
    jwt_secret: str = os.environ["JWT_SECRET"]
    # The secret by which /ws verifies tokens, where it is not the one that signs them.
    websocket_jwt_secret: str = os.environ.get("WEBSOCKET_JWT_SECRET") or os.environ["JWT_SECRET"]
    # Seconds that a new socket has to present its token.
    auth_timeout: float = float(os.environ.get("AUTH_TIMEOUT_SECONDS", "10"))
    # As gunicorn reads it.
    workers: int = int(os.environ.get("WEB_CONCURRENCY", "1"))
    # Uvicorn's WebSocket implementation: auto takes what is installed, none is a server without one.
    websocket_library: str = os.environ.get("UVICORN_WS", "auto")
    database: str = os.environ.get("DATABASE", "/tmp/renum.db")


settings = Settings()
