"""The application, as gunicorn finds it: api:app."""

from fastapi import FastAPI
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

tasks.create_tables()

app = FastAPI(title="Renum")
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
