"""Tasks and their progress events. An event is stored, and then told to every open socket."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Depends, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from auth import current_user
from config import settings
from connections import manager

router = APIRouter(prefix="/api/tasks", dependencies=[Depends(current_user)])


class Progress(BaseModel):
    message: str = Field(min_length=1, max_length=500)
    progress: int = Field(default=0, ge=0, le=100)


class Task(BaseModel):
    id: int
    title: str
    progress: int


class Event(BaseModel):
    id: int
    task_id: int
    message: str


class TaskList(BaseModel):
    tasks: list[Task]
    events: list[Event]


class ReportedEvent(Event):
    progress: int


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(settings.database, timeout=5)
    connection.row_factory = sqlite3.Row
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def create_tables() -> None:
    with database() as db:
        db.executescript(
            """
            CREATE TABLE IF NOT EXISTS tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, progress INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL, message TEXT NOT NULL);
            INSERT OR IGNORE INTO tasks VALUES (1, 'Resumir contratos', 10), (2, 'Conferir planilha', 0);
            """
        )


@router.get("")
def list_tasks() -> TaskList:
    with database() as db:
        tasks = [Task(**row) for row in db.execute("SELECT * FROM tasks ORDER BY id")]
        events = [Event(**row) for row in db.execute("SELECT * FROM events ORDER BY id DESC LIMIT 50")]
    return TaskList(tasks=tasks, events=events)


def store(task_id: int, step: Progress) -> ReportedEvent:
    with database() as db:
        if db.execute("UPDATE tasks SET progress = ? WHERE id = ?", (step.progress, task_id)).rowcount == 0:
            raise HTTPException(404, "No such task")
        event_id = db.execute("INSERT INTO events (task_id, message) VALUES (?, ?)", (task_id, step.message)).lastrowid
    return ReportedEvent(id=event_id, task_id=task_id, **step.model_dump())


@router.post("/{task_id}/progress", status_code=201)
async def report_progress(task_id: int, step: Progress) -> ReportedEvent:
    # SQLite blocks: not on the event loop, which all sockets share.
    event = await run_in_threadpool(store, task_id, step)
    await manager.broadcast({"type": "task_progress", **event.model_dump()})
    return event
