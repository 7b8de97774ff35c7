"""Pictures: decoded and drawn anew, so that only what is seen is kept, not where, when and with what it was taken."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from cse_portal.files.errors import Fault, FileRefused, Refusal

MOST_PIXELS = 50_000_000
QUALITY = 90
_TOO_LARGE = Refusal(
    Fault.LARGE, "This picture is too large. Make it smaller than 50 megapixels, and choose that"
)
_UNREADABLE = Refusal(
    Fault.DAMAGED, "This picture cannot be read. Open it, save it again as a JPEG or PNG, and choose that"
)
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
)


def look_jpeg(content: bytes) -> bytes:
    """The picture as a new JPEG."""
    return _redrawn(content, "JPEG", {"L", "RGB"}, quality=QUALITY)


def look_png(content: bytes) -> bytes:
    """The picture as a new PNG."""
    return _redrawn(content, "PNG", {"1", "L", "LA", "P", "RGB", "RGBA"})


def _redrawn(content: bytes, written_as: str, modes: set[str], **options: int) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused below
            with Image.open(io.BytesIO(content), formats=(written_as,)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefused(_TOO_LARGE)
                picture.verify()
            with Image.open(io.BytesIO(content), formats=(written_as,)) as picture:
                picture.load()
                upright = ImageOps.exif_transpose(picture)
            drawn = upright if upright.mode in modes else upright.convert("RGB")
            return _bare(drawn, written_as, options)
    except Image.DecompressionBombError:
        raise FileRefused(_TOO_LARGE) from None
    except _BROKEN:
        raise FileRefused(_UNREADABLE) from None


def _bare(picture: Image.Image, written_as: str, options: dict[str, int]) -> bytes:
    """Only the pixels, and the colours they are numbered by."""
    transparent = picture.info.get("transparency")
    picture.info = {} if transparent is None or written_as != "PNG" else {"transparency": transparent}
    into = io.BytesIO()
    picture.save(into, format=written_as, exif=b"", icc_profile=None, **options)
    return into.getvalue()
