"""Single GraphQL requests whose status, headers and errors are what is looked at.

:class:`~flask_zonos.ZonosClient` turns refusals into exceptions; a probe wants them as
they come, and sends documents that are wrong on purpose.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from ...api.adapter import Deadline
from ...api.order import UNREADABLE
from ...api.responses import identifier
from ...check.reachability import new_session
from ...check.reachability import read_body
from ...config import Settings

#: Seconds to wait after each 429 that names no time; after the last one it ends.
PAUSES = (1.0, 4.0, 15.0)
LONGEST_PAUSE = 30.0
#: Requests kept back for the deletion of what was made, repeats included.
CLEANUP_CALLS = 12
#: Points for it: a list of 100, and the deletions.
CLEANUP_POINTS = 220
#: What a response raises that is not shaped as the schema says.
MISSHAPEN = (*UNREADABLE, RecursionError)


class ProbeFailed(Exception):
    """A request that told nothing of the guess, with the reason for a person."""


class NoResponse(ProbeFailed):
    """A request to which no GraphQL response came."""


@dataclass(frozen=True)
class Refusal:
    """The latest response with status 429.

    :ivar retry_after: its header in seconds, 0 where there is none or a date.
    :ivar error_type: the class of its error, empty where there is none.
    """

    retry_after: int
    error_type: str


@dataclass(frozen=True)
class Reply:
    """A response, parsed.

    :ivar data: the object in ``data``, empty where there is none.
    :ivar error_types: ``extensions.errorType`` of each error, empty text where missing.
    :ivar points: the header ``zonos-query-complexity``.
    """

    status: int
    data: dict[str, Any]
    error_types: tuple[str, ...]
    points: int | None

    @property
    def refused(self) -> bool:
        """An error beside the data or instead of it."""
        return bool(self.error_types)

    def value(self, name: str) -> Any:
        """The value of a field.

        :raises ProbeFailed: if the request was refused.
        """
        if self.refused:
            kinds = ", ".join(kind or "no class" for kind in self.error_types)
            raise ProbeFailed(f"refused with HTTP {self.status}: {kinds}")
        return self.data.get(name)


class Connection:
    """Asks one request at a time, no more than was announced.

    A request's points are known from its response: the one that reaches the bound is
    the last, but for those that are kept back for the deletion.

    :param calls: requests at most, :data:`CLEANUP_CALLS` included.
    :param points: points at most, :data:`CLEANUP_POINTS` included.
    :ivar last_request_id: Zonos's id of the latest request, for the report.
    :ivar throttled: the latest 429, if there was one.
    :raises ConfigurationError: for a proxy or certificates that cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        calls: int,
        points: int,
        sleep: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._session = new_session(settings, settings.api_url)
        self._calls_left = calls - CLEANUP_CALLS
        self._points_left = points - CLEANUP_POINTS
        self._sleep = sleep
        self.last_request_id: str | None = None
        self.throttled: Refusal | None = None

    def begin_cleanup(self) -> None:
        """Allow the requests that were kept back."""
        self._calls_left = CLEANUP_CALLS
        self._points_left = max(0, self._points_left) + CLEANUP_POINTS

    def ask(
        self, document: str, /, *, with_key: bool = True, **variables: Any
    ) -> Reply:
        """Send a document with the credential; after a 429, once more when it may.

        :raises NoResponse: if nothing came that is a GraphQL response.
        """
        for pause in (*PAUSES, None):
            response = self._send(document, variables, with_key)
            if response.status_code != 429:
                return self._parse(response)
            asked = _number(response, "retry-after")
            self.throttled = Refusal(asked or 0, _first_error_type(response))
            if pause is not None:
                self._sleep(min(pause if asked is None else asked, LONGEST_PAUSE))
        raise NoResponse("Zonos asked to send less, more than once")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send(
        self, document: str, variables: dict[str, Any], with_key: bool
    ) -> requests.Response:
        for name, left in (("calls", self._calls_left), ("points", self._points_left)):
            if left <= 0:
                raise ProbeFailed(
                    f"not asked: all {name} that were announced are used up"
                )
        self._calls_left -= 1
        headers = {"Accept": "application/json"}
        if with_key:
            headers["credentialToken"] = self._settings.credential_token or ""
        deadline = Deadline(time.monotonic() + self._settings.deadline)
        try:
            with (
                deadline.applied(),
                self._session.post(
                    self._settings.api_url,
                    json={
                        "query": document,
                        "variables": variables,
                        "operationName": None,
                    },
                    headers=headers,
                    timeout=self._settings.timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                response._content = read_body(response, deadline)
        except (OSError, ValueError) as error:
            # Its text may hold the address with what stands in it.
            raise NoResponse(f"no response ({type(error).__name__})") from None
        self._points_left -= _points(response) or 0
        return response

    def _parse(self, response: requests.Response) -> Reply:
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict) or not {"data", "errors"} & body.keys():
            raise NoResponse(f"HTTP {response.status_code}, and no GraphQL response")
        errors = body.get("errors")
        if not isinstance(errors, list):
            errors = [errors] if errors else []
        details = [
            error.get("extensions") if isinstance(error, dict) else None
            for error in errors
        ]
        known = [detail if isinstance(detail, dict) else {} for detail in details]
        ids = [detail.get("requestId") for detail in known]
        ids.append(response.headers.get("x-request-id"))
        self.last_request_id = next(filter(None, map(identifier, ids)), None)
        data = body.get("data")
        return Reply(
            status=response.status_code,
            data=data if isinstance(data, dict) else {},
            error_types=tuple(identifier(d.get("errorType")) or "" for d in known),
            points=_points(response),
        )


def _points(response: requests.Response) -> int | None:
    return _number(response, "zonos-query-complexity")


def _number(response: requests.Response, header: str) -> int | None:
    value = response.headers.get(header, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _first_error_type(response: requests.Response) -> str:
    try:
        found = response.json()["errors"][0]["extensions"]["errorType"]
        return identifier(found) or ""
    except MISSHAPEN:
        return ""
