"""The application, as gunicorn finds it: api:app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware

import auth
import metrics
import tasks
import websocket
from config import EnvMode, settings

LOCAL_FRONTEND = "http://localhost:3001"
SUNA_PREVIEWS = r"https://suna-.*-prjcts\.vercel\.app"

allowed_origins = list(settings.cors_allowed_origins)
allow_origin_regex = settings.cors_allow_origin_regex

if settings.env_mode in (EnvMode.LOCAL, EnvMode.STAGING):
    allowed_origins.append(LOCAL_FRONTEND)
if settings.env_mode is EnvMode.STAGING:
    allow_origin_regex = f"{SUNA_PREVIEWS}|{allow_origin_regex}"


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(tasks.create_tables)
    yield


app = FastAPI(title="Renum", lifespan=lifespan)
app.add_middleware(
    CORSMiddleware,
    allow_origins=allowed_origins,
    allow_origin_regex=allow_origin_regex or None,
    allow_credentials=True,
    allow_methods=["GET", "POST", "OPTIONS"],
    allow_headers=["Authorization", "Content-Type"],
)
for part in (auth, tasks, metrics, websocket):
    app.include_router(part.router)
