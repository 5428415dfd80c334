"""A webhook's body: read up to a limit, decoded within the same limit, parsed."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from .endpoint import read_body
from .problems import Problem

#: Bytes, as sent and as decoded. An order of a hundred items, asked for in full, is a
#: tenth of it. The app's own limit does not count here: it is made for forms, and would
#: lose orders.
LARGEST_BODY = 1024 * 1024

#: Content codings of one body; more than one is odd already.
MAX_CODINGS = 3


def raw_body() -> bytes:
    """Return the request's body as it was sent.

    :raises Problem: 413 if there is too much of it, 400 if less came than announced.
    """
    return read_body(LARGEST_BODY, "webhook")


def decode_body(body: bytes, content_encoding: str) -> bytes:
    """Return a body without its content codings.

    :param content_encoding: the header's value, such as ``gzip`` or ``deflate, gzip``;
        empty for none.
    :raises Problem: 413 if there is too much of it once it is decoded, 400 if it cannot
        be decoded, 415 for a coding that is not known here.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS or not _DECODERS.keys() >= set(codings):
        detail = "The webhook must be sent as it is, or with gzip or deflate."
        raise Problem(415, "unsupported-encoding", detail)
    # The last one was applied last.
    for coding in reversed(codings):
        try:
            body = _DECODERS[coding](body, LARGEST_BODY + 1)
        except (OSError, EOFError, zlib.error):
            detail = "The webhook's body is not of its Content-Encoding."
            raise Problem(400, "invalid-body", detail) from None
        if len(body) > LARGEST_BODY:
            raise Problem(413, "too-large", "The webhook is too large.")
    return body


def parse_body(body: bytes) -> Any:
    """Return the JSON value in a body, be it an object or not.

    :raises Problem: 400 if it is no JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "invalid-body", "The webhook is no JSON.") from None


def _gunzip(body: bytes, limit: int) -> bytes:
    with gzip.GzipFile(fileobj=BytesIO(body)) as file:
        return file.read(limit)


def _inflate(body: bytes, limit: int) -> bytes:
    """Decode ``deflate``: zlib's format by RFC 9110, or the bare one some send."""
    try:
        return _decompress(body, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _decompress(body, limit, -zlib.MAX_WBITS)


def _decompress(body: bytes, limit: int, wbits: int) -> bytes:
    decompressor = zlib.decompressobj(wbits)
    decoded = decompressor.decompress(body, limit)
    if len(decoded) < limit and not decompressor.eof:
        raise EOFError("the compressed data ends early")
    return decoded


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
}
