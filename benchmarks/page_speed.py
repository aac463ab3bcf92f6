"""The scanner's page in a real Chromium: time to a verdict, share of codes read, weight.

    python benchmarks/page_speed.py [--json FILE] [--quick]

    verdict    from navigation to verdict: installed, server dead, network off, a fake camera at 720p; the browser's own
               clock (performance.mark), median and worst
    codes      the page's own decoder on codes of every version that we print: one look at the middle and one, hard, at
               all of it, as the camera gets within a tenth of a second
    weight     every file that the first visit fetches, compressed by gzip -9; lists apart

A figure that falls short is said so; nothing is asserted.
"""

import argparse
import base64
import io
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import machine  # noqa: F401  - its folder is where the tests' support is found
from ground import ROOT
from measure import Figure

sys.path.append(str(ROOT / "tests" / "support"))
from page_device import OPTIONS, Device, chromium
from page_frames import Look, code_sheet, seen
from page_house import NOW, PageHouse, page_house
from page_server import StaticServer, serving
from page_weight import LIMIT_KB, first_visit_kb
from playwright.sync_api import Browser, Page
from small_ledger import small

from sceau.desk import qr
from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid
from sceau.verify_api.page_files import page_files

VERDICT_LIMIT_MS = 1000
HARSH = ("3 px a module, blur 0.5 px, noise, tilt 10°", 1.0, lambda seed: Look(3, (-10, 10)[seed % 2], 0.5, 40))
SMALL = ("2 px a module, no blur", 0.95, lambda seed: Look(2, 0, 0, 0, (seed % 5, seed % 3)))
ADDRESS = "HTTPS://VERIF.EXAMPLE/"
DECODE = """async (pictures) => {
  const [{ Decoder }, { pixels }] = await Promise.all([import("/page/decode.js"), import("/page/camera.js")]);
  const decoder = new Decoder();
  const found = [];
  for (const picture of pictures) {
    const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = image;
    const edge = Math.min(width, height);
    const canvas = document.createElement("canvas");
    const looks = [[(width - edge) / 2, (height - edge) / 2, edge, edge, false], [0, 0, width, height, true]];
    const codes = [];
    for (const [x, y, w, h, hard] of looks) {
      codes.push(...(await decoder.codes(pixels(canvas, image, x, y, w, h, w, h), hard)));
    }
    found.push(codes.map((code) => Array.from(code, (byte) => byte.toString(16).padStart(2, "0")).join("")));
  }
  return found;
}"""


def main(arguments: list[str]) -> int:
    """Measure and print; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="The scanner's page, measured.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a smoke test")
    asked = parser.parse_args(arguments)
    found = []
    with tempfile.TemporaryDirectory(prefix="sceau-bench-") as folder:
        for figure in figures(Path(folder), 2 if asked.quick else 12, 1 if asked.quick else 4):
            print(_line(figure), flush=True)
            found.append(figure)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(figure) for figure in found], indent=1))
    return 0


def figures(folder: Path, rounds: int, looks: int) -> Iterator[Figure]:
    """Every figure; `rounds` of navigation, `looks` at each version of each code."""
    film = folder / "camera.mjpeg"
    with small(folder / "home") as house:
        state = page_house(house, folder)
        yield _weight(state)
        with serving(state.public, NOW.timestamp()) as site, chromium(film) as browser:
            yield from _codes(browser, site, looks)
            yield from _verdicts(Device(browser.new_context(**OPTIONS), site, film, state, None), rounds)


def _weight(state: PageHouse) -> Figure:
    size = first_visit_kb(page_files(state.house.ledger.keystore.signer("root").public, "verif.example"))
    return Figure("first visit, compressed, without lists", size, None, size, LIMIT_KB, "KB", True)


def _verdicts(device: Device, rounds: int) -> Iterator[Figure]:
    device.install()
    device.cut_off()
    for fate in ("valid", "forged"):
        device.hold_fate(fate, Look(4, 5, 0.5, 20))
        times = sorted(_verdict_ms(device) for _ in range(rounds))
        what = f"offline, navigation to verdict, {fate}"
        yield Figure(what, times[-1], None, median(times), VERDICT_LIMIT_MS, "ms", True, f"worst {times[-1]:.0f} ms")


def _verdict_ms(device: Device) -> float:
    page = device.context.new_page()
    page.goto(device.site.url)
    page.wait_for_selector("#verdict[data-code]")
    found: float = page.evaluate("performance.getEntriesByName('verdict')[0].startTime")
    device.close(page)
    return found


def _codes(browser: Browser, site: StaticServer, looks: int) -> Iterator[Figure]:
    page = browser.new_context(**OPTIONS).new_page()
    page.goto(f"{site.url}page/icon.svg")
    page.goto(site.url)
    codes = list(_printed())
    for what, limit, look in (HARSH, SMALL):
        read = total = 0
        for payload, carrier in codes:
            sheet = code_sheet(payload, carrier)
            frames = [_png(seen(sheet, look(seed), seed)) for seed in range(looks)]
            read += sum(payload.hex() in found for found in _decoded(page, frames))
            total += looks
        share = read / total
        yield Figure(f"codes read, {what}", read, total, share, limit, "share", note=f"{read} of {total}")
    page.close()


def _printed() -> Iterator[tuple[bytes, Carrier]]:
    """One code of each version of each carrier that the desk draws, from the smallest that holds a signature."""
    for carrier, start in ((Carrier.BINARY, 100), (Carrier.TEXT, 150), (Carrier.URL, 150)):
        seen_versions = set()
        for size in range(start, 900, 8):
            payload = _payload(carrier, size)
            try:
                version = qr.draw(payload, carrier).version
            except FieldInvalid:
                break
            if version not in seen_versions:
                seen_versions.add(version)
                yield payload, carrier


def _payload(carrier: Carrier, size: int) -> bytes:
    body = random.Random(size).randbytes(size)
    if carrier is Carrier.BINARY:
        return b"\xdc\x03" + body
    letters = base64.b32encode(body).rstrip(b"=")[:size]
    return ADDRESS.encode() + b"#" + letters if carrier is Carrier.URL else letters


def _decoded(page: Page, pictures: list[str]) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(DECODE, pictures)
    return found


def _png(picture: Any) -> str:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def _line(figure: Figure) -> str:
    value = f"{100 * figure.value:.1f} %" if figure.unit == "share" else f"{figure.value:.0f} {figure.unit}"
    limit = f"{100 * (figure.limit or 0):.0f} %" if figure.unit == "share" else f"{figure.limit} {figure.unit}"
    word = "" if figure.reached else "   FALLS SHORT"
    return (
        f"{figure.what:<62} {value:>10}   {'at most' if figure.at_most else 'at least'} {limit:<8} {figure.note}{word}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
