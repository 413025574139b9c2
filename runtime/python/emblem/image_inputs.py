"""Pictures as the C interface takes them: an EmblemImage over a file's bytes, or over pixels."""

from __future__ import annotations

import ctypes
import io
import os
from typing import Any

from emblem import c_interface as c
from emblem.errors import BadImageError, InvalidArgumentError, WrongKindError
from emblem.text_buffers import as_list

_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tiff", ".webp")
_DECODED = (b"\x89PNG", b"\xff\xd8")  # how files begin that the model itself decodes
_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}  # of Pillow's modes


def _is_pillow(item: Any) -> bool:
    return any(one.__module__.partition(".")[0] == "PIL" for one in type(item).__mro__)


def _is_array(item: Any) -> bool:
    return hasattr(item, "__array__") and hasattr(item, "ndim") and not _is_pillow(item)


def is_one(inputs: Any) -> bool:
    """Whether this is one text or picture, and no collection of them."""
    return isinstance(inputs, (str, bytes, os.PathLike, dict)) or _is_pillow(inputs) \
        or _is_array(inputs) and inputs.ndim in (2, 3)


def as_items(inputs: Any) -> list[Any]:
    """A collection of texts and pictures as a list; an array (n, height, width, channels) is n pictures."""
    return list(inputs) if _is_array(inputs) and inputs.ndim > 1 else as_list(inputs)


def sort_item(item: Any, takes_texts: bool) -> tuple[Any, bool]:
    """A text or a picture, without the dict ``{"text": ...}`` or ``{"image": ...}`` around it, and whether it is a
    picture. To a model that takes texts as well, a string is a picture where it names a file that is there and has the
    suffix of one (or is a URL), and bytes where they begin as PNG and JPEG files do."""
    if isinstance(item, dict):
        if item.keys() not in ({"text"}, {"image"}):
            raise InvalidArgumentError(f"a dict has the keys {sorted(map(str, item))}; it must have one, 'text' or "
                                       "'image'")
        ((kind, value),) = item.items()
        if kind == "text" and not takes_texts:
            raise WrongKindError("this model takes no texts, and a dict holds one")
        return value, kind == "image"
    return item, not takes_texts or _is_picture(item)


def _is_picture(item: Any) -> bool:
    if isinstance(item, str):
        if item.startswith("data:image/"):
            return True
        if item.startswith(("http://", "https://")) and " " not in item:
            return item.partition("?")[0].lower().endswith(_SUFFIXES)
        return item.lower().endswith(_SUFFIXES) and os.path.isfile(item)
    if isinstance(item, (bytes, bytearray, memoryview)):
        return bytes(item[:4]).startswith(_DECODED)
    return True


class Picture:
    """One picture: `image` for the C interface, as long as the object lives, its bytes, and its name in errors."""

    def __init__(self, item: Any, index: int, grey: bool) -> None:
        self.name = f"image {index}"
        self._mode = "L" if grey else "RGB"
        if isinstance(item, (str, os.PathLike)):
            item = self._read(os.fsdecode(item))
        if isinstance(item, (bytes, bytearray, memoryview)):
            file = bytes(item)
            if file.startswith(_DECODED):
                self._keep: Any = file
                address = ctypes.cast(ctypes.c_char_p(file), ctypes.c_void_p).value
                self.size = len(file)
                self.image = c.Image(data=address, size=len(file))
                return
            item = self._decode(file)
        if _is_pillow(item):
            self._take_pixels(item)
        elif _is_array(item):
            self._take_array(item)
        else:
            raise TypeError(f"{self.name} is of type {type(item).__name__}; a picture is a path, the bytes of a file, "
                            "one of Pillow's images or an array (height, width, channels) of uint8")

    def _read(self, path: str) -> bytes:
        self.name += f" ({path})"
        if path.startswith(("http://", "https://", "data:")):
            raise InvalidArgumentError(f"{self.name} is a URL, which this package does not open; give the file's bytes")
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            raise BadImageError(f"{self.name}: {error.strerror}") from None

    def _decode(self, file: bytes) -> Any:
        try:
            import PIL.Image
        except ImportError:
            raise BadImageError(f"{self.name} is no PNG or JPEG file; install Pillow to read other formats") from None
        try:
            opened = PIL.Image.open(io.BytesIO(file))
            opened.load()
        except (OSError, ValueError, SyntaxError) as error:
            raise BadImageError(f"{self.name} is no picture that Pillow can read: {error}") from None
        return opened

    def _take_pixels(self, picture: Any) -> None:
        if picture.mode not in _CHANNELS:
            picture = picture.convert(self._mode)
        pixels = picture.tobytes()
        self._keep = pixels
        address = ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p).value
        self._describe(address, picture.height, picture.width, _CHANNELS[picture.mode])

    def _take_array(self, item: Any) -> None:
        import numpy

        array: Any = numpy.asarray(item)
        if array.dtype != numpy.uint8:
            raise InvalidArgumentError(f"{self.name} is an array of {array.dtype}; pixels are of uint8, from 0 to 255")
        if array.ndim == 3 and array.shape[2] not in (1, 3, 4) and array.shape[0] in (1, 3):
            array = array.transpose(1, 2, 0)  # channels first, as torch has it
        if array.ndim not in (2, 3) or array.ndim == 3 and array.shape[2] not in (1, 3, 4):
            raise InvalidArgumentError(f"{self.name} is an array of shape {array.shape}; it must be (height, width, "
                                       "channels) with 1, 3 or 4 channels, or (height, width)")
        if not array.size:
            raise BadImageError(f"{self.name} is an array of shape {array.shape}, which has no pixels")
        array = numpy.ascontiguousarray(array)
        self._keep = array
        self._describe(array.ctypes.data, array.shape[0], array.shape[1], array.shape[2] if array.ndim == 3 else 1)

    def _describe(self, address: Any, height: int, width: int, channels: int) -> None:
        self.size = width * height * channels
        self.image = c.Image(data=address, width=width, height=height, channels=channels)
