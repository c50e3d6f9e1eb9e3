"""Security headers: on every answer, stricter on media, and never weaker than what an answer says itself."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from parley.web.headers import PAGE_POLICY, STREAMLIT_SCRIPT, SecurityHeaders


def answer(path: str, **headers: str) -> dict[str, str]:
    async def endpoint(request: Request) -> Response:
        return Response(b"body", headers=headers)

    with TestClient(SecurityHeaders(Starlette(routes=[Route("/{rest:path}", endpoint)]))) as client:
        return dict(client.get(path).headers)


def test_every_answer_is_dressed() -> None:
    headers = answer("/", **{"content-type": "text/html"})
    assert headers["content-security-policy"] == PAGE_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert {"permissions-policy", "x-dns-prefetch-control", "x-frame-options"} <= headers.keys()


def test_the_policy_names_no_foreign_host_and_nobody_may_frame_us() -> None:
    assert not re.search(r"https?:|\*|unsafe-eval|//", PAGE_POLICY)
    assert "'unsafe-inline'" not in PAGE_POLICY.partition("style-src")[0]
    assert "frame-ancestors 'none'" in PAGE_POLICY


def test_the_one_inline_script_is_the_one_of_the_installed_streamlit() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert {f"sha256-{digest}" for digest in digests} == {STREAMLIT_SCRIPT}


def test_an_answer_may_be_stricter_of_its_own_accord() -> None:
    own = {"content-security-policy": "default-src 'none'", "referrer-policy": "same-origin"}
    assert own.items() <= answer("/share/x", **own).items()


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("image/png", True),
        ("audio/mpeg; rate=44100", True),
        ("Video/MP4", True),
        ("text/html", False),
        ("image/svg+xml", False),
        ("application/pdf", False),
        ("text/html, image/png", False),
        ("application/octet-stream", False),
    ],
)
def test_media_are_boxed_in_and_only_harmless_kinds_are_shown(kind: str, shown: bool) -> None:
    headers = answer("/media/abc.x", **{"content-type": kind, "content-security-policy": "default-src *"})
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"] == "private, no-store"
    assert ("content-disposition" not in headers) is shown


def test_a_download_keeps_its_name() -> None:
    named = 'attachment; filename="run.json"'
    assert answer("/media/x", **{"content-disposition": named})["content-disposition"] == named
