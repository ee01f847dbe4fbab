"""Sketches: the vectors that the matcher compares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from .columns import Channel

if TYPE_CHECKING:
    import numpy.typing as npt


class Sketch(NamedTuple):
    """One channel of all articles."""

    vector: npt.NDArray[np.int8]
    """[articles, dimension], scaled so that the largest entry of a row is 127."""
    norm: npt.NDArray[np.uint32]
    """[articles] squared length of the vector; 0: nothing in the text is known to the model."""


class Sketches(Mapping[Channel, Sketch]):
    """The channels `whole`, `title` and `lead`; each is read when it is first asked for."""

    def __init__(self, group: Any) -> None:
        self._group = group
        self._read: dict[Channel, Sketch] = {}

    def _stored(self, channel: Channel) -> tuple[Any, Any]:
        if channel not in get_args(Channel):
            raise KeyError(f"there is no channel {channel!r}, only {', '.join(self)}")
        return self._group[channel]["vector"], self._group[channel]["norm"]

    def __getitem__(self, channel: Channel) -> Sketch:
        if channel not in self._read:
            vector, norm = self._stored(channel)
            self._read[channel] = Sketch(vector[:], norm[:])
        return self._read[channel]

    def __iter__(self) -> Iterator[Channel]:
        yield from get_args(Channel)

    def __len__(self) -> int:
        return len(get_args(Channel))

    def cosine(self, a: int, b: int, channel: Channel) -> float:
        """The exact cosine of rows a and b, of which alone it reads. NaN: one of them is empty."""
        vector, norm = self._stored(channel)
        norms = float(norm[a]) * float(norm[b])
        if norms == 0:
            return math.nan
        return float(vector[a].astype(np.int32) @ vector[b].astype(np.int32)) / math.sqrt(norms)
