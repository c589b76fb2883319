"""GET /metrics: for Prometheus."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from ui.metrics import Metrics

EXAMPLE = 'segue_http_requests_total{method="GET",route="/health/live",status="200"} 1.0'


def add(router: APIRouter, metrics: Metrics) -> None:
    """Put this route on the router."""

    @router.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses={200: {"content": {"text/plain": {"example": EXAMPLE}}}},
        tags=["health"],
        summary="Requests, what is served and the process, in Prometheus' text format",
    )
    def metrics_text() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
