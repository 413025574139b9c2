"""The progress bar of a call, by tqdm where it is installed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

_logger = logging.getLogger("emblem")


def shows_progress(wish: bool | None) -> bool:
    """None: where the logger "emblem" is at INFO or DEBUG."""
    return _logger.getEffectiveLevel() in (logging.INFO, logging.DEBUG) if wish is None else wish


def progress_over(slices: Iterable[tuple[int, int, int]], count: int, shown: bool) -> Iterator[tuple[int, int, int]]:
    """The slices, and a bar of `count` texts that moves as each is done."""
    if not shown:
        yield from slices
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        _logger.warning("show_progress_bar needs tqdm, which is not installed (pip install tqdm)")
        yield from slices
        return
    with tqdm(total=count, desc="Texts") as bar:
        for one in slices:
            yield one
            bar.update(one[1] - one[0])
