"""From pixels to verdict: codes on pages and photographs, and files that are none."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import date

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from sceau.domain.document_type import Carrier
from sceau.domain.errors import InputUnreadable, MissingPart
from sceau.verify_api import image, image_worker
from sceau.verify_api.image import codes_in, kind_of
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code

TODAY = date(2026, 11, 22)
A4_PIXELS = (1654, 2339)  # 200 dots per inch
FORMAT = zxingcpp.BarcodeFormat


def picture(data: bytes, scale: int = 4, symbology=FORMAT.QRCode) -> Image.Image:
    bitmap = zxingcpp.create_barcode(data, symbology).to_image(scale=scale, add_quiet_zones=True)
    height, width = bitmap.shape
    return Image.frombuffer("L", (width, height), bytes(bitmap))


def page(*codes: Image.Image, size: tuple[int, int] = A4_PIXELS) -> Image.Image:
    paper = Image.new("L", size, 255)
    for index, code in enumerate(codes):
        paper.paste(code, (120, 150 + 700 * index))
    return paper


def stored(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def pdf(*pages: Image.Image) -> bytes:
    return stored(pages[0], "PDF", resolution=200, save_all=True, append_images=pages[1:])


@pytest.mark.parametrize("form", ["PDF", "PNG", "JPEG"])
def test_what_was_printed_is_scanned_back_from_the_pixels(made, state, form: str) -> None:
    seals = [made.visa(), made.extract(), made.extract(by_carrier=Carrier.TEXT)]
    for data in seals:
        state.issue(data)
        paper = page(picture(data))
        content = pdf(paper) if form == "PDF" else stored(paper, form)
        assert kind_of(content) == ("pdf" if form == "PDF" else "image")
        found = codes_in(content, kind_of(content))
        assert found == [data]
        assert scan(found[0], state.trust, state.status_list, state.issued_list, TODAY).code is Code.VALID


def test_a_photograph_may_be_turned_and_blurred(made) -> None:
    paper = page(picture(made.visa())).rotate(7, fillcolor=255, expand=True).filter(ImageFilter.GaussianBlur(0.8))
    assert codes_in(stored(paper, "JPEG", quality=60), "image") == [made.visa()]


@pytest.mark.parametrize("symbology", [FORMAT.QRCode, FORMAT.DataMatrix, FORMAT.Aztec], ids=str)
def test_three_kinds_of_matrix_codes_are_read(symbology) -> None:
    assert codes_in(stored(page(picture(b"ABC123", symbology=symbology)), "PNG"), "image") == [b"ABC123"]


def test_a_bar_code_of_goods_is_none_of_ours() -> None:
    assert codes_in(stored(page(picture(b"4006381333931", symbology=FORMAT.EAN13)), "PNG"), "image") == []


def test_each_code_comes_once_and_pages_are_all_read(made) -> None:
    visa, extract = made.visa(), made.extract()
    content = pdf(page(picture(visa)), page(), page(picture(visa), picture(extract)))
    assert sorted(codes_in(content, "pdf")) == sorted([visa, extract])


def test_a_small_code_is_read_at_the_second_resolution(made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dots of a 300-dpi printer per module: the first pass sees nothing."""
    paper = page(picture(made.visa(), scale=2), size=(2480, 3508))
    content = stored(paper, "PDF", resolution=300)
    assert codes_in(content, "pdf") == [made.visa()]
    monkeypatch.setattr(image_worker, "_DPI", (100,))
    assert image_worker.codes_in_pdf(content) == []


def test_a_page_without_a_code_is_an_empty_list() -> None:
    assert codes_in(pdf(page()), "pdf") == []
    assert codes_in(stored(page(), "PNG"), "image") == []


# --- what is refused ----------------------------------------------------------------------------------------------


def encrypted_pdf() -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(file, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return file.getvalue()


def pages_pdf(count: int, width: float = 595, height: float = 842) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page(page_size=(width, height))
        document.save(file)
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims its size and holds a few bytes: a bomb for who decodes before looking."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": bytes,
    "garbage": lambda: b"garbage",
    "50 MB": lambda: b"%PDF-" + bytes(50_000_000),
    "a PDF cut short": lambda: pages_pdf(1)[:200],
    "a PDF in name": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "an encrypted PDF": encrypted_pdf,
    "eleven pages": lambda: pages_pdf(11),
    "a page of four square metres": lambda: pages_pdf(1, 5670, 5670),
    "a PNG cut short": lambda: stored(page(), "PNG")[:300],
    "a JPEG cut short": lambda: stored(page(), "JPEG")[:300],
    "a PNG in name": lambda: b"\x89PNG\r\n\x1a\n" + bytes(99),
    "a bomb of 10 gigapixels": lambda: png_of(100_000, 100_000),
    "a bomb of 100 megapixels": lambda: png_of(10_000, 10_000),
    "a bomb of 60 megapixels": lambda: png_of(10_000, 6_000),
    "a small picture that lacks its pixels": lambda: png_of(1_000, 1_000),
    "a GIF": lambda: stored(page(), "GIF"),
    "a TIFF": lambda: stored(page(), "TIFF"),
}


LIMITS = {
    "50 MB": "larger than 20 MB",
    "eleven pages": "more than 10 pages",
    "a page of four square metres": "pixels at 200",
    "a bomb of 10 gigapixels": "more than 50000000 pixels",
    "a bomb of 100 megapixels": "more than 50000000 pixels",
    "a bomb of 60 megapixels": "more than 50000000 pixels",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_so(name: str) -> None:
    data = REFUSED[name]()
    with pytest.raises(InputUnreadable, match=LIMITS.get(name)):
        codes_in(data, kind_of(data))
    for kind in ("pdf", "image"):
        with pytest.raises(InputUnreadable):
            codes_in(data, kind)


def test_a_document_is_closed_whatever_happens(made, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    close = pypdfium2.PdfDocument.close
    monkeypatch.setattr(pypdfium2.PdfDocument, "close", lambda self: (closed.append(1), close(self)))
    with pytest.raises(InputUnreadable):
        image_worker.codes_in_pdf(pages_pdf(11))
    image_worker.codes_in_pdf(pages_pdf(1))
    assert len(closed) == 2


# --- what costs more than it weighs -------------------------------------------------------------------------------


def bomb(operators: bytes, megabytes: int) -> bytes:
    """A PDF of one page whose content is `operators` over and over, `megabytes` of them once unpacked."""
    packer = zlib.compressobj(9)
    block = operators * ((1 << 20) // len(operators))
    content = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.pages[0].Contents = document.make_stream(content, Filter=pikepdf.Name.FlateDecode)
        document.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return file.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_a_pdf_that_unpacks_to_gigabytes_ends_its_worker_and_not_the_checker() -> None:
    """Measured without limits: 7.8 GB and more than 40 seconds."""
    import resource

    content = bomb(b"0 0 m 9 9 l S ", 420)
    assert len(content) < 1 << 20
    with pytest.raises(InputUnreadable, match="takes too much to draw"):
        codes_in(content, "pdf")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= image_worker.MEMORY_MAX >> 10


def test_a_pdf_that_draws_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "SECONDS_MAX", 0.5)
    with pytest.raises(InputUnreadable, match="takes too much to draw"):
        codes_in(bomb(b"q Q ", 420), "pdf")  # drawn in eight seconds, without a code, where it is let


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
@pytest.mark.parametrize(
    ("use", "died_of"),
    [
        ("bytes(image_worker.MEMORY_MAX)", "MemoryError"),
        ("open(sys.argv[1], 'wb', 0).write(b'x')", "OSError"),
        ("while True: pass", "CPU"),
    ],
)
def test_the_worker_gives_up_what_it_does_not_need(use: str, died_of: str, tmp_path) -> None:
    program = (
        "import resource, signal, sys; from sceau.verify_api import image_worker\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); image_worker.CPU_SECONDS_MAX = 1; image_worker.limit()\n"
        "exec(sys.argv[2])\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "file"), use]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert ended.returncode < 0 if died_of == "CPU" else died_of in ended.stderr


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "takes too much to draw"),
        ("raise SystemExit(3)", r"cannot be drawn \(status 3\)"),
    ],
)
def test_a_worker_that_dies_is_no_answer(monkeypatch: pytest.MonkeyPatch, program: str, why: str) -> None:
    monkeypatch.setattr(image, "_WORKER", (sys.executable, "-c", program))
    with pytest.raises(InputUnreadable, match=why):
        codes_in(pages_pdf(1), "pdf")


def test_what_a_worker_refuses_is_told_in_french_too() -> None:
    with pytest.raises(InputUnreadable) as caught:
        codes_in(b"%PDF-1.7 nothing", "pdf")
    assert caught.value.say("fr") == "entrée illisible : pas un PDF qui s'ouvre"


def test_nothing_of_the_current_folder_is_run(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert codes_in(pages_pdf(1), "pdf") == []


def test_libraries_that_do_not_load_are_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; sys.modules['zxingcpp'] = None; from sceau.verify_api.image_worker import main; main()"
    monkeypatch.setattr(image, "_WORKER", (sys.executable, "-c", program))
    with pytest.raises(MissingPart, match="image"):
        codes_in(pages_pdf(1), "pdf")


@pytest.mark.parametrize("kind", ["pdf", "image"])
@pytest.mark.parametrize("library", ["zxingcpp", "pypdfium2", "PIL"])
def test_without_its_libraries_it_names_the_part_to_install(kind: str, library: str) -> None:
    content = pages_pdf(1) if kind == "pdf" else stored(Image.new("L", (50, 50), 255), "PNG")
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from sceau.verify_api.image import codes_in; from sceau.domain.errors import MissingPart\n"
        f"try: print(codes_in(sys.stdin.buffer.read(), {kind!r}))\n"
        "except MissingPart as error: print(error.detail)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=True)
    assert found.stdout.strip() == b"image"
    assert MissingPart("image").say("en").endswith("'sceau[image]'")
