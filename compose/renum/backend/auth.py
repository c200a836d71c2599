"""Signing in, and tokens."""

from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from config import settings

router = APIRouter(prefix="/api/auth")
bearer = HTTPBearer(auto_error=False)

ALGORITHM = "HS256"
DEMO_USER = {"email": "ana@renum.test", "password": "demo"}


class Credentials(BaseModel):
    email: str
    password: str


class Token(BaseModel):
    token: str


def user_of(token: str, secret: str) -> str:
    """The user for whom the token was signed. Raises jwt.InvalidTokenError."""
    return jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["sub"]})["sub"]


def current_user(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    if credentials is None:
        raise HTTPException(401, "Not authenticated")
    try:
        return user_of(credentials.credentials, settings.jwt_secret)
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "Invalid token") from error


@router.post("/login")
def login(credentials: Credentials) -> Token:
    if credentials.model_dump() != DEMO_USER:
        raise HTTPException(401, "Invalid credentials")
    return Token(token=jwt.encode({"sub": credentials.email}, settings.jwt_secret, algorithm=ALGORITHM))
