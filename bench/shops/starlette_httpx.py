"""A shop on another stack: Starlette and httpx, both calls in one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.responses import PlainTextResponse
from starlette.responses import Response
from starlette.routing import Route

from .basket import ca_bundle
from .basket import CART_MUTATION
from .basket import cart_variables
from .basket import PROFILE_MUTATION
from .basket import profile_variables
from .basket import TOKEN
from .basket import upstream_url


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with httpx.AsyncClient(
        verify=ssl.create_default_context(cafile=ca_bundle()),
        headers={"credentialToken": TOKEN},
        timeout=10,
        limits=httpx.Limits(max_keepalive_connections=64),
    ) as client:
        yield {"client": client}


async def _call(
    client: httpx.AsyncClient, text: str, variables: dict[str, Any]
) -> dict[str, Any]:
    response = await client.post(
        upstream_url(), json={"query": text, "variables": variables}
    )
    response.raise_for_status()
    data: dict[str, Any] = response.json()["data"]
    return data


async def cart_info(request: Request) -> Response:
    """The two mutations at once; a profile that fails costs no sale."""
    if "user" not in request.session:
        return PlainTextResponse("sign in", 401)
    client = request.state.client
    cart: dict[str, Any] | BaseException
    profile: dict[str, Any] | BaseException
    cart, profile = await asyncio.gather(
        _call(client, CART_MUTATION, cart_variables()),
        _call(client, PROFILE_MUTATION, profile_variables()),
        return_exceptions=True,
    )
    if isinstance(cart, BaseException):
        raise cart
    password = None if isinstance(profile, BaseException) else profile
    return JSONResponse(
        {"cartId": cart["cartCreate"]["id"], "customerProfileAuthenticate": password},
        headers={"Cache-Control": "no-store"},
    )


async def login(request: Request) -> Response:
    """Sign the one customer in."""
    request.session["user"] = "1"
    return PlainTextResponse("signed in")


application = Starlette(
    routes=[
        Route("/zonos/cart-info", cart_info, methods=["POST"]),
        Route("/login", login),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key="bench_secret_key")],
    lifespan=_lifespan,
)
