"""Callers of the API: from this machine or elsewhere, with a token or without."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

HERE, ELSEWHERE = "127.0.0.1", "203.0.113.7"


def visitor(app: FastAPI, address: str = HERE) -> TestClient:
    """Somebody without a token."""
    return TestClient(app, base_url="http://127.0.0.1", client=(address, 50000))


def bearer(app: FastAPI, token: str, address: str = HERE) -> TestClient:
    """Somebody with a token."""
    client = visitor(app, address)
    client.headers["Authorization"] = f"Bearer {token}"
    return client
