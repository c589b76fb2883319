"""Answers that are ready as bytes; the models beside them are what the OpenAPI document shows."""

from fastapi import Response


def json_bytes(body: bytes) -> Response:
    """An answer of JSON that is already written."""
    return Response(body, media_type="application/json")
