"""`scan` and `serve`: files as they come from strangers, lists as they must be, exit codes as scripts need them."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sceau.cli_checker import worst_exit
from sceau.domain.errors import InputUnreadable

BLANK_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.fixture
def published(home, tmp_path: Path):
    """An extract on paper, and the lists."""
    number = home.extract(home.birth(), "--out", tmp_path / "paper.pdf")
    home.done("publish", tmp_path / "public")
    shutil.copy(home.folder / "root.pub", tmp_path / "root.hex")
    return number


def scan(sceau, source: object, folder: Path, *options: object, **environment: str):
    told = sceau(
        "scan", source, "--lists", folder / "public", "--json", *options, XDG_STATE_HOME=str(folder), **environment
    )
    return told.returncode, json.loads(told.stdout or told.stderr)


def test_exit_codes_follow_the_verdict(home, published, sceau, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    code, told = scan(sceau, paper, tmp_path)
    assert (code, told["code"]) == (0, "VALID") and told["fields"]["surname"] == "KƐITA"
    home.done("revoke", published, "--reason", "lost")
    home.done("publish", tmp_path / "public")
    assert scan(sceau, paper, tmp_path)[0] == 1
    code, told = scan(sceau, paper, tmp_path, "--today", "2999-01-01")
    assert (code, told["code"]) == (1, "REVOKED")  # an old list still counts for what it says


def test_a_verdict_shows_what_the_paper_says_in_its_order(home, published, tmp_path: Path) -> None:
    lists = ("--lists", tmp_path / "public", "--root", tmp_path / "root.hex")
    told = home.run("scan", tmp_path / "paper.pdf", *lists)
    shown = dict(line.split("  ", 1) for line in told.stdout.splitlines() if "  " in line.strip())
    shown = {label: value.strip() for label, value in shown.items()}
    assert shown["Surname"] == "KƐITA" and shown["Date of birth"] == "14 mars 2025 (14/03/2025)"
    assert shown["Sex"] == "Féminin (F)" and shown["Nationality"] == "malienne (MLI)"
    assert shown["Number"] == published and shown["Mission"] == "BAG" and "Full name" not in shown
    assert list(shown).index("Surname") < list(shown).index("Date of birth") < list(shown).index("Father's surname")
    assert "father_surname" not in told.stdout and "2025-03-14" not in told.stdout


def test_old_lists_make_valid_amber_and_say_so(home, published, sceau, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    told = home.run(
        *("scan", tmp_path / "paper.pdf", "--lists", tmp_path / "public", "--root", tmp_path / "root.hex"),
        *("--today", day),
    )
    assert told.exit_code == 4 and "VALID (amber: old lists)" in told.stdout
    assert "VALID (amber: old lists)" in sceau("--help", SCEAU_LANG="en", TERMINAL_WIDTH="400").stdout


def test_text_photograph_and_stdin(home, published, tmp_path: Path) -> None:
    import pypdfium2

    from sceau.cli_checker import codes_of

    lists = ("--lists", tmp_path / "public", "--root", tmp_path / "root.hex")
    page = pypdfium2.PdfDocument(tmp_path / "paper.pdf")
    page[0].render(scale=3).to_pil().save(tmp_path / "photo.png")
    page.close()
    text = codes_of((tmp_path / "paper.pdf").read_bytes())[0]
    (tmp_path / "code.txt").write_bytes(text + b"\r\n")
    for source in ("photo.png", "code.txt"):
        assert home.done("scan", tmp_path / source, *lists)["code"] == "VALID"
    told = home.run("scan", "-", "--json", *lists, stdin=text.decode())
    assert told.exit_code == 0
    assert home.run("scan", "-", *lists, stdin=text[:-1].decode()).exit_code in (1, 4)


def test_a_code_that_is_no_seal_is_amber_and_named(home, published, tmp_path: Path) -> None:
    lists = ("--lists", tmp_path / "public", "--root", tmp_path / "root.hex")
    (tmp_path / "x.txt").write_text("https://example.org/")
    told = home.run("scan", tmp_path / "x.txt", *lists)
    assert told.exit_code == 4 and "NO_SEAL" in told.stdout


FILES = [
    ("a PDF without a code", BLANK_PDF, "no code found"),
    ("50 MB", b"%PDF-" + bytes(50 << 20), "larger than 20 MiB"),
    ("nothing", b"", "neither PDF"),
    ("a text longer than any code", b"A" * 9000, "neither PDF"),
    ("a broken PDF", b"%PDF-1.7 nothing else", "not a PDF"),
    ("a broken photograph", b"\x89PNG\r\n\x1a\n" + bytes(100), "not a PNG"),
]


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_what_holds_no_code_is_refused_not_judged(home, published, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(content)
    told = home.refused("scan", tmp_path / "x", "--lists", tmp_path / "public", "--root", tmp_path / "root.hex")
    assert told["code"] == "domain.input_unreadable" and said in told["message"]


def test_the_root_is_pinned_outside_the_lists(home, published, sceau, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    assert scan(sceau, paper, tmp_path)[0] == 0  # root.hex beside the lists
    code, told = scan(sceau, paper, tmp_path, "--root", "00" * 32)
    assert code in (3, 5) and told["code"] in ("integrity.list", "domain.key_refused")
    (tmp_path / "root.hex").rename(tmp_path / "public" / "root.hex")
    code, told = scan(sceau, paper, tmp_path)
    assert (code, told["code"]) == (3, "domain.input_unreadable") and "--root" in told["message"]
    assert scan(sceau, paper, tmp_path, SCEAU_ROOT=str(home.folder / "root.pub"))[0] == 0
    assert scan(sceau, paper, tmp_path, "--root", "AB" * 32)[0] == 3


def test_lists_never_go_back(home, published, sceau, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "public", tmp_path / "old")
    home.done("publish", tmp_path / "public")
    assert scan(sceau, tmp_path / "paper.pdf", tmp_path)[0] == 0
    shutil.rmtree(tmp_path / "public")
    (tmp_path / "old").rename(tmp_path / "public")
    code, told = scan(sceau, tmp_path / "paper.pdf", tmp_path)
    assert (code, told["code"]) == (5, "integrity.list")


def test_published_elsewhere_the_versions_go_on(home, published, tmp_path: Path) -> None:
    first = home.done("publish", tmp_path / "public")["version"]
    assert home.done("publish", tmp_path / "elsewhere")["version"] == first + 1


def test_days_as_written(home, published, tmp_path: Path) -> None:
    lists = ("--lists", tmp_path / "public", "--root", tmp_path / "root.hex")
    for day in ("2026-02-31", "20260101", "tomorrow"):
        told = home.refused("scan", tmp_path / "paper.pdf", *lists, "--today", day, code=2)
        assert told["code"] == "usage" and "--today" in told["message"]


def test_the_worst_answer_counts() -> None:
    assert [worst_exit(c) for c in (["green"], ["green", "amber"], ["amber", "red", "green"])] == [0, 4, 1]


def test_lists_are_found_in_the_installation(home, tmp_path: Path) -> None:
    home.extract(home.birth(), "--out", tmp_path / "paper.pdf")
    for lists in ((), ("--lists", tmp_path / "nowhere")):
        told = home.refused("scan", tmp_path / "paper.pdf", *lists, code=7)
        assert "--lists" in told["message"] and "sceau publish" in told["message"]
    home.done("publish", home.folder / "public")
    assert home.done("scan", tmp_path / "paper.pdf")["code"] == "VALID"


def test_serve_needs_a_directory_and_a_root(home, tmp_path: Path) -> None:
    assert "no such directory" in home.refused("serve", tmp_path / "none", code=7)["message"]


def test_nothing_readable(home, tmp_path: Path) -> None:
    assert home.refused("scan", tmp_path / "none.pdf")["code"] == "domain.input_unreadable"
    assert home.refused("scan", tmp_path)["code"] == "domain.input_unreadable"
    with pytest.raises(InputUnreadable):
        from sceau.cli_checker import codes_of

        codes_of(io.BytesIO().getvalue())


BARE = """
import sys
for name in "eventsourcing typst qrcode PIL pypdfium2 zxingcpp fastapi uvicorn limits psycopg".split():
    sys.modules[name] = None
from sceau.cli import main
main()
"""


def test_the_base_installation_scans_text_and_says_what_a_pdf_needs(home, published, tmp_path: Path) -> None:
    from sceau.cli_checker import codes_of

    (tmp_path / "code.txt").write_bytes(codes_of((tmp_path / "paper.pdf").read_bytes())[0])
    lists = ["--lists", str(tmp_path / "public"), "--root", str(tmp_path / "root.hex"), "--json"]
    kept = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(tmp_path)}
    for file, code in (("code.txt", 0), ("paper.pdf", 7)):
        program = [sys.executable, "-c", BARE, "scan", str(tmp_path / file), *lists]
        assert subprocess.run(program, env=kept, capture_output=True, check=False).returncode == code


def test_serve_answers_from_the_directory_alone(home, published, tmp_path: Path) -> None:
    from sceau.cli_checker import codes_of

    text = codes_of((tmp_path / "paper.pdf").read_bytes())[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from sceau.cli import main; main()", "serve", str(tmp_path / "public")]
    kept = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(tmp_path)}
    serving = subprocess.Popen([*program, "--port", str(port)], env=kept, stderr=subprocess.DEVNULL)
    try:
        told = _post(f"http://127.0.0.1:{port}/v1/scan", text)
    finally:
        serving.terminate()
        serving.wait(30)
    assert told["code"] == "VALID" and told["fields"]["surname"] == "KƐITA"


def _post(url: str, body: bytes):
    """As soon as somebody listens."""
    for _ in range(600):
        try:
            request = urllib.request.Request(url, body, {"Content-Type": "text/plain"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("nobody listens")
