"""The progress bar of a call, by tqdm where it is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Part = TypeVar("Part")


def shows_progress(wish: bool | None) -> bool:
    """None: where the logger "emblem" is at INFO or DEBUG."""
    if wish is not None or "logging" not in sys.modules:  # it takes time to import, and nobody has
        return bool(wish)
    import logging

    return logging.getLogger("emblem").getEffectiveLevel() in (logging.INFO, logging.DEBUG)


def progress_over(parts: Iterable[Part], count: int, shown: bool,
                  texts_of: Callable[[Part], int] = lambda _: 1) -> Iterator[Part]:
    """The parts, and a bar of `count` texts that moves as each part is done, by `texts_of` it."""
    if not shown:
        yield from parts
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        import logging

        logging.getLogger("emblem").warning("show_progress_bar needs tqdm, which is not installed (pip install tqdm)")
        yield from parts
        return
    with tqdm(total=count, desc="Texts") as bar:
        for one in parts:
            yield one
            bar.update(texts_of(one))
