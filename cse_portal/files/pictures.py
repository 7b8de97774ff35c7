"""Pictures: decoded and drawn again, so that a photograph no longer says where, when and with what it was taken."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from cse_portal.files.errors import Fault, FileRefused

MOST_PIXELS = 50_000_000
QUALITY = 90
PORTRAIT = (480, 480)
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112  # how the camera was held
_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, OverflowError,
)  # fmt: skip


def redrawn_jpeg(content: bytes) -> bytes:
    """A photograph as a new JPEG, upright."""
    picture = ImageOps.exif_transpose(_opened(content, "JPEG"))
    return _saved(
        picture if picture.mode in {"L", "RGB"} else picture.convert("RGB"), "JPEG", quality=QUALITY
    )


def redrawn_png(content: bytes) -> bytes:
    """A picture as a new PNG, upright."""
    picture = ImageOps.exif_transpose(_opened(content, "PNG"))
    modes = {"1", "L", "LA", "P", "RGB", "RGBA"}
    return _saved(picture if picture.mode in modes else picture.convert("RGB"), "PNG")


def portrait(content: bytes) -> bytes:
    """A JPEG or PNG drawn anew as a small JPEG, to be shown on a page."""
    picture = ImageOps.exif_transpose(_opened(content, "PNG" if content.startswith(PNG) else "JPEG"))
    picture = picture.convert("RGB")
    picture.thumbnail(PORTRAIT)
    return _saved(picture, "JPEG", quality=QUALITY)


def redrawn_within(content: bytes) -> bytes:
    """A JPEG or PNG within an office file as a new one: the same size, colours and orientation."""
    if content.startswith(PNG):
        return _saved(_opened(content, "PNG"), "PNG")
    picture = _opened(content, "JPEG")
    exif = Image.Exif()
    if held := picture.getexif().get(_ORIENTATION):
        exif[_ORIENTATION] = held
    return _saved(picture, "JPEG", quality="keep", exif=exif)


def pixels(content: bytes) -> int:
    """How many pixels a picture says it has."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            return picture.width * picture.height
    except (*_BROKEN, Image.DecompressionBombError):
        return 0  # drawing it says what is wrong


def _opened(content: bytes, written_as: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused here
            picture = Image.open(io.BytesIO(content), formats=(written_as,))
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large()
            picture.verify()
            picture = Image.open(io.BytesIO(content), formats=(written_as,))
            picture.load()
            return picture
    except Image.DecompressionBombError:
        raise _too_large() from None
    except _BROKEN:
        raise _unreadable() from None


def _saved(picture: Image.Image, written_as: str, **options: object) -> bytes:
    """Only the pixels, and what they are drawn by."""
    colours = picture.info.get("icc_profile")
    transparent = picture.info.get("transparency")
    picture.info = {} if transparent is None or written_as != "PNG" else {"transparency": transparent}
    into = io.BytesIO()
    try:
        picture.save(into, format=written_as, icc_profile=colours, **{"exif": b"", **options})
    except _BROKEN:
        raise _unreadable() from None
    return into.getvalue()


def _too_large() -> FileRefused:
    return FileRefused(
        Fault.LARGE, "This picture is larger than 50 megapixels. Make it smaller, and choose that"
    )


def _unreadable() -> FileRefused:
    words = "This picture cannot be read. Open it, save it again as a JPEG or PNG, and choose that"
    return FileRefused(Fault.DAMAGED, words)
