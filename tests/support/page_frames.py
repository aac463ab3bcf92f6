"""From a code or a printed paper to what a camera sees of it: 1280 by 720 pixels, tilted, blurred, noisy, as a video.

Chromium plays a file of JPEG pictures one after the other as its camera, again and again
(--use-file-for-fake-video-capture).
"""

import io
import random
import re
from collections.abc import Iterable
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from sceau.desk import qr
from sceau.domain.document_type import Carrier

WIDTH, HEIGHT = 1280, 720
DESK = 96  # the grey of what lies under the paper
CELL = 8  # pixels of a module before the camera looks
DPI = 400
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)")


class Sheet(NamedTuple):
    """A picture of a paper, where the middle of its code is, and how many pixels a module has."""

    picture: Image.Image
    centre: tuple[float, float]
    module: float


class Look(NamedTuple):
    """How a camera sees a code."""

    module: float = 3.0  # pixels of the smallest square
    angle: float = 0.0  # degrees
    blur: float = 0.0  # pixels, the radius of a Gaussian
    noise: int = 0  # what is added to or taken from a pixel at most
    shift: tuple[int, int] = (0, 0)  # of the code from the middle of the picture


def desk() -> Image.Image:
    """What the camera sees while no paper is there."""
    return Image.new("L", (WIDTH, HEIGHT), DESK)


def code_sheet(payload: bytes, carrier: Carrier = Carrier.BINARY) -> Sheet:
    """The code as the desk draws it, with its quiet zone."""
    drawn = qr.draw(payload, carrier)
    edge = drawn.modules + 8
    picture = Image.new("L", (edge, edge), 255)
    for x, y, width in (map(int, run) for run in _RUN.findall(drawn.svg)):
        picture.paste(0, (x + 4, y + 4, x + 4 + width, y + 5))
    side = edge * CELL
    return Sheet(picture.resize((side, side), Image.Resampling.NEAREST), (side / 2, side / 2), CELL)


def paper_sheet(pdf: bytes, payload: bytes, carrier: Carrier) -> Sheet:
    """The first page of a printed paper, whose code carries `payload`."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=DPI / 72, grayscale=True).to_pil()
    document.close()
    found = next(one for one in zxingcpp.read_barcodes(picture) if one.bytes == payload)
    corners = (
        found.position.top_left,
        found.position.top_right,
        found.position.bottom_right,
        found.position.bottom_left,
    )
    edge = max(abs(found.position.top_right.x - found.position.top_left.x), 1)
    centre = sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4
    return Sheet(picture, centre, edge / qr.draw(payload, carrier).modules)


def seen(sheet: Sheet, look: Look, seed: int = 0) -> Image.Image:
    """What the camera sees."""
    factor = look.module / sheet.module
    reach = int(max(WIDTH, HEIGHT) / factor)
    x, y = sheet.centre
    part = Image.new("L", (reach, reach), DESK)
    part.paste(sheet.picture, (round(reach / 2 - x), round(reach / 2 - y)))
    edge = round(reach * factor)
    part = part.resize((edge, edge), Image.Resampling.BOX).rotate(look.angle, Image.Resampling.BICUBIC, fillcolor=DESK)
    left, top = (edge - WIDTH) // 2 - look.shift[0], (edge - HEIGHT) // 2 - look.shift[1]
    frame = desk()
    frame.paste(part, (-left, -top))
    if look.blur:
        frame = frame.filter(ImageFilter.GaussianBlur(look.blur))
    return _noisy(frame, look.noise, seed) if look.noise else frame


def several(sheets: Iterable[Sheet], module: float = 3.0) -> Image.Image:
    """Two codes beside each other."""
    frame = desk()
    for at, sheet in enumerate(sheets):
        edge = round(sheet.picture.width * module / sheet.module)
        frame.paste(sheet.picture.resize((edge, edge), Image.Resampling.BOX), (120 + 560 * at, (HEIGHT - edge) // 2))
    return frame


def video(frames: Iterable[Image.Image]) -> bytes:
    """Motion JPEG: one picture after the other."""
    written = io.BytesIO()
    for frame in frames:
        frame.convert("RGB").save(written, "JPEG", quality=88)
    return written.getvalue()


def _noisy(frame: Image.Image, most: int, seed: int) -> Image.Image:
    made = random.Random(seed).randbytes(WIDTH * HEIGHT)
    noise = Image.frombytes("L", (WIDTH, HEIGHT), made).point([value * most // 255 for value in range(256)])
    return ImageChops.subtract(ImageChops.add(frame, noise), Image.new("L", (WIDTH, HEIGHT), most // 2))
