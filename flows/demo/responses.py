"""Answers and errors as HTTP responses: JSON for `format=json`, XML otherwise."""

import json

from fastapi import Response

from flows.demo.as_xml import as_xml, error_as_xml
from flows.demo.protocol import Answer, LastfmError, Params


def answer_response(content: Answer, params: Params) -> Response:
    if _wants_json(params):
        return _response(_json(content), 200, "application/json")
    return _response(as_xml(content), 200, "text/xml; charset=UTF-8")


def error_response(error: LastfmError, params: Params) -> Response:
    if _wants_json(params):
        return _response(_json(error.content), error.status, "application/json")
    return _response(error_as_xml(error.code, error.message), error.status, "text/xml; charset=UTF-8")


def _wants_json(params: Params) -> bool:
    return params.get("format", "").lower() == "json"


def _json(content: Answer) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _response(body: bytes, status: int, media_type: str) -> Response:
    return Response(body, status, media_type=media_type, headers={"Access-Control-Allow-Origin": "*"})
