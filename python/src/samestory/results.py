"""A results file, opened."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Union

import h5py
import numpy as np
import pandas as pd

from .columns import Channel, decode, in_order
from .errors import FormatError, NoEvidenceError, UnknownArticleError, UnknownEventError
from .explanation import Evidence, Explanation
from .program import Path, find_program, run_explain
from .sketches import Sketches

FORMAT_VERSION = 1

Article = Union[int, np.integer, str]
"""An article is named by its row or by its id."""


@dataclass(frozen=True, eq=False)
class Event:
    """One event: its articles, in the order of the file, and the links among them."""

    row: int
    articles: pd.DataFrame
    links: pd.DataFrame


def open(path: Path) -> Results:
    """Opens a results file for reading.

    Raises FileNotFoundError, or FormatError where the file is none that this package can read.
    """
    return Results(path)


def _check(file: Any, path: str) -> None:
    kind = file.attrs.get("format")
    if kind != "samestory results":
        what = "an HDF5 file of something else" if kind is None else f"a file of the kind '{kind}'"
        raise FormatError(f"{path} is {what}: 'samestory link ARTICLES -o FILE' makes results")
    version = file.attrs.get("format_version")
    if version != FORMAT_VERSION:
        raise FormatError(
            f"{path} is of format version {version}, this package reads {FORMAT_VERSION}: "
            "take the package that came with the samestory that made it"
        )
    if file.attrs.get("complete") != 1:
        raise FormatError(f"{path} is not complete: the job that wrote it did not end; run it again")


def _attributes(group: Any) -> dict[str, Any]:
    """Attributes as numbers and text of Python."""
    values = {name: value for name, value in group.attrs.items() if name != "description"}
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}


_COUNTED = {"articles": "articles/id", "links": "links/a", "events": "events/size", "evidence": "evidence/link"}


def _whole(row: Any, what: str) -> int:
    try:
        return operator.index(row)
    except TypeError:
        raise TypeError(f"{what}, a whole number such as 17, not {row!r}") from None


def _open_file(path: str) -> Any:
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {path}")
    if not h5py.is_hdf5(path):
        raise FormatError(f"{path} is no HDF5 file: 'samestory link ARTICLES -o FILE' makes results")
    file = h5py.File(path, "r")
    try:
        _check(file, path)
    except FormatError:
        file.close()
        raise
    return file


class Results:
    """The articles, links and events of one job. Nothing is read before it is asked for.

    The DataFrames `articles`, `links` and `events` are numbered by rows of the file, and columns that name an article
    or event hold such rows. Times are in UTC; what is not known is NaT, NaN or <NA>.
    """

    def __init__(self, path: Path) -> None:
        self.path = os.path.abspath(path)
        self._file = _open_file(self.path)

    def close(self) -> None:
        """Closes the file. What has been read stays; closing twice does nothing."""
        self._file.close()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self._file:
            return f"<samestory results {self.path}: closed>"
        counts = ", ".join(f"{self._count(group)} {group}" for group in ("articles", "links", "events"))
        return f"<samestory results {self.path}: {counts}>"

    # ---------------------------------------------------------------- tables

    @cached_property
    def articles(self) -> pd.DataFrame:
        """One row an article, by time of publication, undated ones last."""
        return self.read("articles")

    @cached_property
    def links(self) -> pd.DataFrame:
        """One row a pair of articles (a, b)."""
        return self.read("links")

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event of at least two articles."""
        return self.read("events")

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """One row a piece of what the articles of a link have in common, or in conflict, by link; the words as written.

        Raises NoEvidenceError where the file was made without --evidence; `explain` finds that of one pair.
        """
        return self.read("evidence")

    def links_with(self, *columns: str) -> pd.DataFrame:
        """The links with columns of both articles beside them: links_with("title") has `title_a` and `title_b`."""
        table, articles = self.links.copy(), self.read("articles", columns)
        for column in reversed(columns):
            for side in ("b", "a"):
                table.insert(2, f"{column}_{side}", articles[column].array.take(table[side].to_numpy(np.int64)))
        return table

    def events_with(self, *columns: str) -> pd.DataFrame:
        """The events with columns of their best linked articles: events_with("title") has `title_zh` and `title_en`."""
        table, articles = self.events.copy(), self.read("articles", columns)
        for column in columns:
            for side in ("zh", "en"):
                rows = table[f"representative_{side}"].fillna(-1).to_numpy(np.int64)
                table[f"{column}_{side}"] = articles[column].array.take(rows, allow_fill=True)
        return table

    def read(self, group: str, columns: Iterable[str] | None = None, rows: Iterable[int] | None = None) -> pd.DataFrame:
        """Some columns and rows of "articles", "links", "events" or "evidence"; all by default. Reads no more than that."""
        count, there = self._count(group), list(self._at(group))
        names = in_order(group, there) if columns is None else list(columns)
        for name in names:
            if name not in there:
                raise KeyError(f"{group} have no column {name!r}, only {', '.join(in_order(group, there))}")
        chosen = None if rows is None else np.asarray([_whole(row, "a row to read is given by its number") for row in rows], np.int64)
        if chosen is not None and chosen.size > 0 and not (chosen.min() >= 0 and chosen.max() < count):
            raise IndexError(f"there are {count} {group}, numbered from 0: not all of the rows asked for are among them")
        index = pd.RangeIndex(count) if chosen is None else pd.Index(chosen)
        table = {name: decode(f"{group}/{name}", self._values(f"{group}/{name}", chosen)) for name in names}
        return pd.DataFrame(table, index=index.rename(group.removesuffix("s")))

    def meanings(self, group: str) -> pd.DataFrame:
        """What each column of "articles", "links", "events" or "evidence" means, and its unit, as the file tells."""
        names = in_order(group, list(self._at(group)))
        told = [self._at(f"{group}/{name}").attrs for name in names]
        table = {"unit": [one.get("units", "") for one in told], "meaning": [one.get("description", "") for one in told]}
        return pd.DataFrame(table, index=pd.Index(names, name="column"))

    # -------------------------------------------------------------- articles

    def row(self, article: Article) -> int:
        """The row of an article that is named by its row or id."""
        if isinstance(article, str):
            row = self._row_of_id.get(article)
            if row is None:
                raise UnknownArticleError(f"no article has the id {article!r}; a row is given as a number, such as 17")
            return row
        row, count = _whole(article, "an article is given by its id or its row"), self._count("articles")
        if not 0 <= row < count:
            raise UnknownArticleError(f"there is no row {row}: the file has {count} articles, numbered from 0")
        return row

    def text(self, article: Article) -> str:
        """The body of an article, without its title."""
        row = self.row(article)
        begin, end = (int(offset) for offset in self._at("articles_text/offset")[row : row + 2])
        return bytes(self._at("articles_text/bytes")[begin:end]).decode(errors="replace")

    # ---------------------------------------------------------------- events

    def event(self, row: int) -> Event:
        """The articles and links of the event in that row of `events`."""
        row, count = _whole(row, "an event is given by its row"), self._count("events")
        if not 0 <= row < count:
            raise UnknownEventError(f"there is no event {row}: the file has {count}, numbered from 0")
        event, article = self._members
        begin, end = (int(place) for place in np.searchsorted(event, [row, row + 1]))
        members = article[begin:end]
        return Event(row, self.read("articles", rows=members), self.read("links", rows=self._links_among(members)))

    def _links_among(self, members: Any) -> Any:
        found = []
        for a in members:
            begin, end = (int(row) for row in self._at("links_index/start")[a : a + 2])
            found.append(begin + np.flatnonzero(np.isin(self._at("links/b")[begin:end], members)))
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _find_link(self, a: int, b: int) -> int | None:
        begin, end = (int(row) for row in self._at("links_index/start")[a : a + 2])
        place = np.flatnonzero(self._at("links/b")[begin:end] == b)
        return begin + int(place[0]) if place.size else None

    # -------------------------------------------------------------- sketches

    @cached_property
    def sketches(self) -> Sketches:
        """Vectors and norms as numpy arrays: `vector, norm = results.sketches["whole"]`."""
        return Sketches(self._at("sketches"))

    def cosine(self, a: Article, b: Article, channel: Channel = "whole") -> float:
        """The exact cosine of two articles' sketches, also where the file holds no link. NaN: one has no such text."""
        return self.sketches.cosine(self.row(a), self.row(b), channel)

    # --------------------------------------------------------------- reasons

    def explain(
        self, a: Article, b: Article, program: Path | None = None, model: Path | None = None, top: int = 20
    ) -> Explanation:
        """Why two articles are linked, or are not.

        `program` and `model` say where samestory and the model are, if not where they are looked for ($SAMESTORY or the
        PATH; $SAMESTORY_MODEL or where samestory was installed); `top` is how many things in common and contributions
        the evidence lists. The program is started only when `.evidence` is asked for.
        """
        first, second = self.row(a), self.row(b)
        found = self._find_link(first, second)
        if found is None:
            found = self._find_link(second, first)
        if found is not None:
            first, second = (int(self._at(f"links/{side}")[found]) for side in ("a", "b"))

        def find_evidence() -> Evidence:
            return Evidence.parse(run_explain(find_program(program), self.path, first, second, model, top))

        return Explanation(
            articles=self.read("articles", rows=[first, second]).reset_index().set_axis(["a", "b"]),
            link=None if found is None else self.read("links", rows=[found]).iloc[0],
            meanings=self.meanings("links"),
            cosines=pd.Series({c: self.sketches.cosine(first, second, c) for c in self.sketches}, name="cosine"),
            threshold=float(self.provenance["threshold"]),
            find_evidence=find_evidence,
        )

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """How the file came to be: version, command, model, options, and under "counts" what was read."""
        group = self._at("provenance")
        return {**_attributes(group), "counts": _attributes(group["counts"])}

    # ------------------------------------------------------------------ file

    def _at(self, name: str) -> Any:
        if not self._file:
            raise ValueError(f"{self.path} has been closed: read what you need inside the with block")
        if name.startswith("evidence") and "evidence" not in self._file:
            raise NoEvidenceError(f"{self.path} holds no evidence: 'samestory link --evidence 5' keeps it")
        if name not in self._file:
            raise FormatError(f"{self.path} lacks /{name}")
        return self._file[name]

    def _count(self, group: str) -> int:
        if group not in _COUNTED:
            raise KeyError(f"there is no table {group!r}, only {', '.join(_COUNTED)}")
        return int(self._at(_COUNTED[group]).shape[0])

    def _values(self, name: str, rows: Any = None) -> Any:
        """Values of a column; all, or of some rows. h5py takes rows only if they ascend, and many of them slowly."""
        stored = self._at(name)
        column = stored.asstr() if h5py.check_string_dtype(stored.dtype) else stored
        if rows is None:
            return column[:]
        if len(rows) == 0 or len(rows) > 1000:
            return column[:][rows]
        wanted, place = np.unique(rows, return_inverse=True)
        return column[wanted][place]

    @cached_property
    def _members(self) -> tuple[Any, Any]:
        return self._at("event_members/event")[:], self._at("event_members/article")[:]

    @cached_property
    def _row_of_id(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self._values("articles/id"))}
