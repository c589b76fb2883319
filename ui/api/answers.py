"""Responses from ready bytes; the response models are only for the OpenAPI document."""

from typing import Any

from fastapi import Response

from ui.problems import documented


def json_bytes(body: bytes) -> Response:
    """A response with serialised JSON."""
    return Response(body, media_type="application/json")


def documented_with(example: dict[str, Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's OpenAPI responses: an example of a successful answer, and these problems."""
    return {200: {"content": {"application/json": {"example": example}}}, **documented(*statuses)}
