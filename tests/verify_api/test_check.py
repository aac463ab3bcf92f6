"""/check: the checker without JavaScript gives the same verdict as plain HTML, keeps nothing, and runs nothing."""

import asyncio
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
import zxingcpp
from PIL import Image
from starlette.testclient import TestClient

from sceau.headers import FORM, SECURITY
from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api import routes_check, service
from sceau.verify_api.app import create_app
from sceau.verify_api.check_words import ERRORS, WORDS
from sceau.verify_api.languages import LANGUAGES, say
from sceau.verify_api.service import Settings

VOID = {"meta", "link", "input", "br", "img", "circle", "path"}


class Strict(HTMLParser):
    """Elements in their order; AssertionError where one is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def told(made, state, tmp_path: Path, clock) -> Settings:
    state.issue(made.visa())
    state.issue(made.extract())
    state.issue(made.visa(number="VPA26000B"))
    state.say(made.visa(number="VPA26000B"), "superseded", reason="act_changed")
    return Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock, rate="10000/minute")


@pytest.fixture
def client(told: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(service, "UPLOADS", "10000/minute")
    with TestClient(create_app(told)) as client:
        yield client


def picture(code: bytes, form: str = "PNG") -> bytes:
    bitmap = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4, add_quiet_zones=True)
    height, width = bitmap.shape
    file = io.BytesIO()
    Image.frombuffer("L", (width, height), bytes(bitmap)).save(file, form)
    return file.getvalue()


def send(client: TestClient, language: str = "en", **parts: str | bytes) -> httpx2.Response:
    """As a browser sends the form: every part, empty or not."""
    given = {"file": b"", "text": "", "number": "", "letters": "", **parts}
    files = {
        n: ("paper.pdf" if n == "file" else None, v if isinstance(v, bytes) else v.encode()) for n, v in given.items()
    }
    answer = client.post(f"/check?lang={language}", files=files)
    assert answer.headers["cache-control"] == "no-store"
    Strict(answer.text)
    return answer


@pytest.mark.parametrize("form", ["PNG", "JPEG", "PDF"])
def test_a_picture_gets_the_verdict_of_the_api(made, client, form: str) -> None:
    wanted = client.post("/v1/scan", content=made.visa(), headers={"content-type": "application/octet-stream"}).json()
    for language in ("fr", "en"):
        answer = send(client, language, file=picture(made.visa(), form))
        assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text
        assert wanted["fields"].keys() >= {"passport_number", "mrz"}
        as_they_are = (value for name, value in wanted["fields"].items() if name != "stay")
        shown = [value for value in as_they_are if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)]
        for text in (wanted["reason"][language], wanted["todo"][language], *shown):
            assert escape(text) in answer.text
        assert ("20 mai 2027" if language == "fr" else "20 May 2027") in answer.text
        assert ("90 jours" if language == "fr" else "90 days") in answer.text
        assert 'class="answer green"' in answer.text and "VALID" in answer.text and wanted["seal_id"] in answer.text
        assert escape(say(WORDS["green"], language)) in answer.text


def test_text_may_be_pasted(made, client) -> None:
    pasted = send(client, text=f"\r\n {made.extract().decode()}\r\n")
    assert (
        'class="answer green"' in pasted.text and "Fatoumata TRAORÉ" in pasted.text and "3 February 2026" in pasted.text
    )
    assert "UNREADABLE" in send(client, text="not a seal").text
    assert escape("il n'est d'aucune sorte connue ici") in send(client, "fr", text="not a seal").text


def test_number_and_letters_tell_the_state_and_never_green(made, client) -> None:
    def letters(number: str) -> str:
        return look_up_code(parse(made.visa(number=number)).seal_id)

    issued = send(client, "fr", number="vpa 26000a", letters=letters("VPA26000A"))
    assert 'class="answer amber"' in issued.text and "Délivré, et rien n&#x27;est publié contre lui" in issued.text
    changed = send(client, number="VPA26000B", letters=letters("VPA26000B"))
    assert 'class="answer red"' in changed.text and "ask for a new extract" in changed.text
    answers = [send(client, number=number, letters="A" * 16) for number in ("VPA26000A", "VPA26000Z")]
    assert [one.status_code for one in answers] == [404, 404] and answers[0].content == answers[1].content


def test_several_codes_are_judged_one_by_one(made, client) -> None:
    paper = Image.new("L", (1200, 2400), 255)
    for at, code in enumerate((made.visa(), made.visa(by=made.OTHER_VISAS))):
        paper.paste(Image.open(io.BytesIO(picture(code))), (100, 100 + 1100 * at))
    file = io.BytesIO()
    paper.save(file, "PNG")
    answer = send(client, file=file.getvalue()).text
    assert answer.count("<section") == 2 and 'id="answer-2"' in answer and "FORGED" in answer and "VALID" in answer


@pytest.mark.parametrize(
    ("parts", "status", "error"),
    [
        ({}, 422, "empty"),
        ({"number": "VPA26000A"}, 422, "empty"),
        ({"file": b"GIF89a"}, 422, "unreadable"),
        ({"file": b"%PDF-1.7 nothing"}, 422, "unreadable"),
        ({"file": b"\x89PNG\r\n\x1a\n" + bytes(100)}, 422, "unreadable"),
        ({"text": "A" * 8193}, 413, "too_large"),
        ({"file": bytes(routes_check._FORM_MAX)}, 413, "too_large"),
    ],
)
def test_what_cannot_be_judged_says_why(client, parts: dict, status: int, error: str) -> None:
    for language in LANGUAGES:
        answer = send(client, language, **parts)
        assert answer.status_code == status
        assert escape(say(ERRORS[error], language)) in answer.text and 'role="alert"' in answer.text


def test_a_picture_without_a_code_is_told_so(client) -> None:
    file = io.BytesIO()
    Image.new("L", (300, 300), 255).save(file, "PNG")
    answer = send(client, file=file.getvalue())
    assert answer.status_code == 422 and "No code was found" in answer.text


def test_what_a_stranger_wrote_is_text(made, client) -> None:
    hostile = made.extract(issuer="https://x.example/<script>alert(1)</script>\"'&", by=made.OTHER)
    answer = send(client, text=hostile.decode()).text
    assert "<script" not in answer and "&lt;script&gt;alert(1)&lt;/script&gt;" in answer
    assert {tag for tag, _ in Strict(answer).found} & {"script", "iframe", "img", "object", "style"} == set()


def test_the_page_runs_nothing_and_loads_its_style_alone(client) -> None:
    answer = client.get("/check")
    assert {name: answer.headers[name] for name in SECURITY} == {**SECURITY, **FORM}
    assert (
        "script-src" not in FORM["content-security-policy"] and "form-action 'self'" in FORM["content-security-policy"]
    )
    loaded = [attributes.get("src") or attributes.get("href") for _, attributes in Strict(answer.text).found]
    assert {address for address in loaded if address} == {"/check.css", "/check?lang=en", "/check?lang=bm"}
    assert not re.search(r"style=|\son[a-z]+=", answer.text)
    style = client.get("/check.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8" and "url(" not in style.text
    day, night = style.text.split("@media (prefers-color-scheme: dark) {")
    assert set(re.findall(r"var\((--[a-z-]+)\)", night)) <= set(re.findall(r"(--[a-z-]+): #", day))
    assert "--ground: #f4f6f3;" in day and "--ground: #0b1310;" in night
    assert "set-cookie" not in answer.headers


def test_every_field_has_its_label_and_every_answer_a_word_beside_its_colour(made, client) -> None:
    found = Strict(send(client, text=made.extract().decode()).text).found
    labelled = {attributes["for"] for tag, attributes in found if tag == "label"}
    assert labelled == {attributes["id"] for tag, attributes in found if tag in ("input", "textarea")}
    assert [tag for tag, _ in found if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h3"]
    assert all(attributes["aria-hidden"] == "true" for tag, attributes in found if tag == "svg")


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "fr"),
        ("", "en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("", "de, bm;q=0.9, fr", "bm"),
        ("?lang=bm", "fr", "bm"),
        ("", "de,*", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=xx", "en", "en"),
        ("?lang=%3Cscript%3E", "", "fr"),
    ],
)
def test_the_language_is_asked_for_or_the_browsers(client, query: str, accepted: str, language: str) -> None:
    answer = client.get(f"/check{query}", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text and f'action="/check?lang={language}"' in answer.text


BOUNDARY = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
FORMS = [
    ("multipart/form-data", b""),
    ("application/x-www-form-urlencoded", b"text=a"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    (f"multipart/form-data; boundary={'b' * 71}", b""),
    ("multipart/form-data; boundary=b", b""),
    ("multipart/form-data; boundary=b", b"--b--\r\nx"),
    ("multipart/form-data; boundary=b", BOUNDARY + b"a"),
    ("multipart/form-data; boundary=b", BOUNDARY + b"a\r\n--b"),
    ("multipart/form-data; boundary=b", (BOUNDARY + b"a\r\n") * 2 + b"--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\na\r\n--b--"),
    ("multipart/form-data; boundary=b", b"x" + BOUNDARY + b"a\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"a" * 2000 + b"\r\n\r\na\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\n" * 500_000 + b"--b--"),
    ("multipart/form-data; boundary=b", b"\r\n--b" * 500_000),
]


@pytest.mark.parametrize(("media_type", "body"), FORMS, ids=range(len(FORMS)))
def test_other_forms_are_refused(client, media_type: str, body: bytes) -> None:
    answer = client.post("/check", content=body, headers={"content-type": media_type, "accept-language": "en"})
    assert answer.status_code == 422 and ERRORS["form"].en in answer.text


def test_a_form_that_never_ends_is_given_up(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes_check, "_UPLOAD_S", 0.02)
    sent: list[dict] = []

    async def drip() -> dict:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"-", "more_body": True}

    async def keep(message: dict) -> None:
        sent.append(message)

    async def ask() -> None:
        app = create_app(told)
        scope = {"type": "http", "method": "POST", "path": "/check", "query_string": b"", "headers": []}
        async with app.router.lifespan_context(app):
            await app({**scope, "client": ("192.0.2.1", 1)}, drip, keep)

    asyncio.run(ask())
    assert sent[0]["status"] == 408


def test_few_are_received_at_a_time(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes_check, "_READ_MAX", 0)
    with TestClient(create_app(told)) as client:
        answer = send(client, text="a")
    assert answer.status_code == 503 and ERRORS["busy"].en in answer.text


def test_a_client_may_send_so_many(told: Settings) -> None:
    import time

    with TestClient(create_app(replace(told, now=time.time))) as client:
        answers = [send(client, text="a").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_without_lists_or_readers_of_pictures_it_says_so(told: Settings, tmp_path: Path, monkeypatch) -> None:
    with TestClient(create_app(replace(told, directory=tmp_path / "none"))) as client:
        assert send(client, text="a").status_code == 503
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with TestClient(create_app(told)) as client:
        answer = send(client, file=b"\x89PNG\r\n\x1a\n")
        assert answer.status_code == 501 and escape(ERRORS["no_images"].en) in answer.text


def test_nothing_that_was_sent_is_logged(made, client, caplog: pytest.LogCaptureFixture, capfd) -> None:
    with caplog.at_level("DEBUG"):
        send(client, file=picture(made.visa()))
        send(client, text=made.extract().decode(), number="VPA26000A", letters="A" * 16)
        send(client, file=b"%PDF-1.7 VPA26000A")
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx2"]
    kept = " ".join([*ours, *capfd.readouterr()])
    assert not re.search("VPA26000A|DUPONT|TRAOR|AAAAAAAA|NCF", kept)
