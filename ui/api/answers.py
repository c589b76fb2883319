"""Answers that are ready as bytes; the models beside them are what the OpenAPI document shows."""

from typing import Any

from fastapi import Response

from ui.problems import documented


def json_bytes(body: bytes) -> Response:
    """An answer of JSON that is already written."""
    return Response(body, media_type="application/json")


def documented_with(example: dict[str, Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's OpenAPI responses: an example of a good answer, and these problems."""
    return {200: {"content": {"application/json": {"example": example}}}, **documented(*statuses)}
