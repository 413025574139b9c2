"""What can go wrong, a class for each status of emblem.h.

Each is an :class:`EmblemError`, and ValueError, OSError or MemoryError as well, so that
code that knows nothing of Emblem catches what it would expect.
"""

from __future__ import annotations


class EmblemError(Exception):
    """Something failed; the message is one sentence that says what to do instead."""


class InvalidArgumentError(EmblemError, ValueError):
    """An argument or option that no model takes."""


class CannotLoadError(EmblemError, OSError):
    """There is no such file, or it is not a compiled model."""


class WrongCpuError(EmblemError, OSError):
    """The CPU lacks what the model's code needs, or is of another architecture."""


class WrongAbiError(EmblemError, OSError):
    """The model was compiled for another version of the runtime."""


class IdOutOfRangeError(EmblemError, ValueError):
    """A token id below 0 or past the vocabulary."""


class SequenceTooLongError(EmblemError, ValueError):
    """More tokens than the model has positions."""


class TextTooLongError(EmblemError, ValueError):
    """A text would be cut, which ``overflow="error"`` forbids."""


class NoTokenizerError(EmblemError, ValueError):
    """The model was compiled without a tokenizer."""


class OutOfMemoryError(EmblemError, MemoryError):
    """There is not enough memory for the model, or for a text."""


class WrongKindError(EmblemError, ValueError):
    """Texts, pairs or images for a model that takes another of them."""


class BadImageError(EmblemError, ValueError):
    """A file that is no picture, or a damaged one."""


class StageFailedError(EmblemError, OSError):
    """The model's own code gave up; the next call may succeed."""


class NoDeviceError(EmblemError, OSError):
    """The device that is asked for is not here, or cannot run the model."""


class NotFiniteError(EmblemError, ValueError):
    """The model computes a NaN or an infinity of a text: its weights are damaged."""


class NotKnownError(EmblemError, ValueError):
    """The model, or the device that it runs on, does not have what is asked for."""


class MissingCompilerError(EmblemError, AttributeError):
    """emblem.compile without the package emblem-compiler."""


# In the order of EmblemStatus, from 1.
BY_STATUS: tuple[type[EmblemError], ...] = (
    InvalidArgumentError, CannotLoadError, WrongCpuError, WrongAbiError, IdOutOfRangeError, SequenceTooLongError,
    TextTooLongError, NoTokenizerError, OutOfMemoryError, WrongKindError, BadImageError, StageFailedError,
    NoDeviceError, NotFiniteError, NotKnownError)


def make_error(status: int, sentence: str) -> EmblemError:
    """The error of a status; one that a later runtime has added is an EmblemError."""
    known = 1 <= status <= len(BY_STATUS)
    return (BY_STATUS[status - 1] if known else EmblemError)(sentence)
