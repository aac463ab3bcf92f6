"""Answers of the API that are problems (RFC 9457)."""

import time

import httpx2

from sceau.verify_api.problem import PROBLEMS

DAY = 86_400
BYTES = {"content-type": "application/octet-stream"}


def is_problem(response: httpx2.Response, status: int) -> bool:
    body = response.json()
    code, detail = PROBLEMS[status]
    return (
        response.status_code == status
        and response.headers["content-type"] == "application/problem+json"
        and response.headers["cache-control"] == "no-store"
        and body.keys() == {"type", "title", "status", "code", "detail"}
        and (body["status"], body["code"], body["detail"]) == (status, code, detail)
    )


def wait_until(condition, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
