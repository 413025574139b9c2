"""The progress bar of a call, by tqdm where it is installed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Part = TypeVar("Part")
_logger = logging.getLogger("emblem")


def shows_progress(wish: bool | None) -> bool:
    """None: where the logger "emblem" is at INFO or DEBUG."""
    return _logger.getEffectiveLevel() in (logging.INFO, logging.DEBUG) if wish is None else wish


def progress_over(parts: Iterable[Part], count: int, shown: bool,
                  texts_of: Callable[[Part], int] = lambda _: 1) -> Iterator[Part]:
    """The parts, and a bar of `count` texts that moves as each part is done, by `texts_of` it."""
    if not shown:
        yield from parts
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        _logger.warning("show_progress_bar needs tqdm, which is not installed (pip install tqdm)")
        yield from parts
        return
    with tqdm(total=count, desc="Texts") as bar:
        for one in parts:
            yield one
            bar.update(texts_of(one))
