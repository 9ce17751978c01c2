"""What strangers get from a workshop: nothing; what nonsense gets: plain words."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest

from tests.rooms import Room


@pytest.mark.parametrize("path", [
    "/static/../session.py", "/static/..%2f..%2fcli.py", "/static/%2e%2e/guard.py",
    "/scenarios/../room.jsonl", "/scenarios/..%2froom.toml", "/scenarios/%2e%2e%2froom.jsonl.toml",
    "/scenarios/places%2fhamlet.toml", "/room.jsonl", "/static/", "/charts/..%2f..%2fx.json",
])  # fmt: skip
def test_no_other_file_is_given_out(room: Room, path: str) -> None:
    import http.client

    host = room.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status in (403, 404), path
    assert b"code" not in response.read()


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"},
    {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
def test_other_pages_get_nothing(room: Room, headers: dict[str, str]) -> None:
    assert room.get("/api/about", **headers)[0] == 403
    assert room.post("/api/undo", {}, **headers)[0] == 403


def test_forms_of_other_pages_get_nothing(room: Room) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert room.post("/api/undo", {}, kind)[0] == 415


def test_every_answer_has_the_policy(room: Room) -> None:
    for path in ("/", "/api/about", "/static/app.js", "/join", "/nothing"):
        _, _, headers = room.get(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, path
        assert headers["x-content-type-options"] == "nosniff"


def test_too_much_is_refused(room: Room) -> None:
    assert room.post("/api/upload", b"x" * 150_000, "application/toml")[0] == 400
    head = "POST /api/upload HTTP/1.1\r\nHost: {}\r\nContent-Type: application/toml\r\n"
    for size, sent in (("Content-Length: 9000000", b""),
                       ("Transfer-Encoding: chunked", b"4e20\r\n" +
                                                         b"x" * 20_000 + b"\r\n")):  # fmt: skip
        host = room.url.removeprefix("http://")
        with socket.create_connection(("127.0.0.1", int(host.split(":")[1])), 20) as line:
            line.sendall((head.format(host) + size + "\r\n\r\n").encode())
            with contextlib.suppress(OSError):
                for _ in range(12 if sent else 0):
                    line.sendall(sent)
                line.sendall(b"0\r\n\r\n" if sent else b"")
            assert b"413" in line.recv(200)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"settings": 3}', b"[" * 50_000,
                                  b'{"settings": {"x": 1}}', b'{"settings": [[1]]}'])  # fmt: skip
def test_nonsense_is_told_plainly(room: Room, body: bytes) -> None:
    status, told = room.post("/api/try", body)
    assert status == 400 and told["problems"]


def test_bad_files_are_told_plainly(room: Room) -> None:
    bad = b'[[changes]]\nkind = "budgte"\nagency = "housing"\nmultiply = 0.8\n'
    status, told = room.post("/api/upload", bad, "application/toml")
    assert status == 400 and any("budgte" in p or "kind" in p for p in told["problems"])
    assert str(room.folder) not in json.dumps(told)
