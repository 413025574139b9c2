"""What can be said of a model's file before it is opened.

The loader's own words for a library of another machine are that there is no such file, and a
file that was cut off ends the process when its missing pages are read.
"""

from __future__ import annotations

import os
import struct
import sys

from emblem.errors import CannotLoadError, EmblemError, WrongCpuError

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")  # Elf64_Ehdr
_SEGMENT = struct.Struct("<IIQQQQQQ")  # Elf64_Phdr
_PT_LOAD = 1
_FOOTER = struct.Struct("<8sQ")  # a mark, and the checksum of all bytes before
_MARK = b"EMBLSUM\x01"


def check_platform() -> None:
    """Raises an ImportError where no model can be opened."""
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32 or sys.byteorder != "little":
        raise ImportError("emblem-runtime opens models on 64-bit Linux with glibc; this is "
                          f"{sys.platform} of {sys.maxsize.bit_length() + 1} bits")
    try:
        os.confstr("CS_GNU_LIBC_VERSION")
    except (ValueError, OSError):
        raise ImportError("emblem-runtime opens models on Linux with glibc, and this Linux has another libc; "
                          "the programs that emblemc writes with --static run here") from None


def _machine_of(path: str) -> int:
    with open(path, "rb") as file:
        header = file.read(_HEADER.size)
    return _HEADER.unpack(header)[2] if len(header) == _HEADER.size and header[:5] == b"\x7fELF\x02" else 0


def check_model_file(path: str) -> None:
    """Raises CannotLoadError or WrongCpuError with what is wrong with the file."""
    try:
        with open(path, "rb") as file:
            header = file.read(_HEADER.size)
            size = os.fstat(file.fileno()).st_size
            if len(header) < _HEADER.size or header[:5] != b"\x7fELF\x02":
                raise CannotLoadError(f"{path}: not a shared library; compile the model with "
                                      "emblemc MODEL --emit=shared")
            fields = _HEADER.unpack(header)
            file.seek(fields[5])
            segments = file.read(_SEGMENT.size * fields[10])
    except EmblemError:
        raise
    except OSError as error:
        raise CannotLoadError(f"{path}: {error.strerror}") from None
    machine = _machine_of(sys.executable) if sys.executable else 0
    if machine and fields[2] != machine:
        raise WrongCpuError(f"{path}: it is for another CPU architecture than this Python; compile the model for "
                            "this one")
    if len(segments) < _SEGMENT.size * fields[10]:
        raise CannotLoadError(f"{path}: it is cut off; copy it again")
    loads = [one for one in _SEGMENT.iter_unpack(segments) if one[0] == _PT_LOAD]
    missing = max((one[2] + one[5] for one in loads), default=0) - size
    if missing > 0:
        raise CannotLoadError(f"{path}: it is cut off, the last {missing} bytes are missing; copy it again")


def identity_of(path: str) -> str:
    """What tells a model's file from others: its size and the checksum that emblemc wrote at its end. Of a file without
    one, from an earlier release, a hash of its first MiB and of 4 KiB in each 256th of the file."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _FOOTER.size))
        footer = file.read()
        if len(footer) == _FOOTER.size and footer.startswith(_MARK):
            return f"{size}-{_FOOTER.unpack(footer)[1]:016x}"
        from hashlib import blake2b

        file.seek(0)
        content = blake2b(file.read(1 << 20), digest_size=16)
        for part in range(256):
            file.seek(size * part // 256)
            content.update(file.read(4096))
        return f"{size}-{content.hexdigest()}"
