"""Why two articles are linked, or are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from .errors import ProgramError

_NAMING = ("a", "b", "kind", "relation", "probability")
_RELATIONS = {
    "different": "different events",
    "related": "the same story, another happening",
    "same": "the same event",
    "duplicate": "the same event, and most of one text stands in the other",
}


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the program `samestory explain` finds in the texts of two articles."""

    log_odds: pd.Series
    """What each feature adds to the log-odds of the same event; `start` is where every pair starts. Empty without a link."""
    in_common: pd.DataFrame
    """Names, words, numbers and dates that agree: kind, a, b (as written in each) and bits (how telling)."""
    in_conflict: pd.DataFrame
    """Figures of one kind that both give, and of which none agree: the same columns."""
    contributions: pd.DataFrame
    """The stretches of text that carry the cosine, largest first: a, b, value."""
    rest: float
    """What they leave of the cosine: everything smaller, and rounding."""

    @classmethod
    def parse(cls, printed: dict[str, Any]) -> Evidence:
        """From the object that `samestory explain --json` prints."""
        try:
            return cls(
                log_odds=pd.Series(printed["log_odds"] or {}, name="log_odds", dtype=float),
                in_common=pd.DataFrame(printed["in_common"], columns=["kind", "a", "b", "bits"]),
                in_conflict=pd.DataFrame(printed["in_conflict"], columns=["kind", "a", "b", "bits"]),
                contributions=pd.DataFrame(printed["contributions"], columns=["a", "b", "value"]),
                rest=printed["rest"],
            )
        except KeyError as error:
            raise ProgramError(f"'samestory explain' does not tell {error}: it is of another version") from error


class Explanation:
    """Two articles and what ties them. All but the evidence is read from the file alone."""

    def __init__(
        self,
        articles: pd.DataFrame,
        link: pd.Series | None,
        meanings: pd.DataFrame,
        cosines: pd.Series,
        threshold: float,
        find_evidence: Callable[[], Evidence],
    ) -> None:
        self.articles = articles
        """The two articles, named a and b: as in the link, or as they were asked for where there is no link."""
        self.link = link
        """The row of the link, or None: the file holds none between them."""
        self.cosines = cosines
        """Exact cosines of the sketches, by channel. NaN: one article has no such text."""
        self.threshold = threshold
        """The probability from which the job linked."""
        self._meanings = meanings
        self._find_evidence = find_evidence

    @cached_property
    def features(self) -> pd.DataFrame:
        """The link's columns: value, unit, and what it means. Empty without a link."""
        if self.link is None:
            return self._meanings.iloc[:0].assign(value=pd.Series(dtype=float))[["value", "unit", "meaning"]]
        values = self.link.drop(list(_NAMING))
        return self._meanings.loc[values.index].assign(value=pd.to_numeric(values).astype(float))[["value", "unit", "meaning"]]

    @cached_property
    def evidence(self) -> Evidence:
        """What the program `samestory` finds in the texts; it is started when this is first asked for.

        Raises ProgramError, which says how to mend it, where the program is missing or fails.
        """
        return self._find_evidence()

    @property
    def verdict(self) -> str:
        """In one sentence."""
        if self.link is None:
            return "the file holds no link between them"
        relation, probability = self.link["relation"], self.link["probability"]
        return f"{_RELATIONS[relation]}: probability {probability:.2f}, links are made from {self.threshold:.2f} on"

    def __str__(self) -> str:
        cosines = ", ".join(f"{channel} {value:.3f}" for channel, value in self.cosines.items())
        lines = [_describe(name, article) for name, article in self.articles.iterrows()]
        return "\n".join([*lines, self.verdict, f"cosine: {cosines}"])

    __repr__ = __str__


def _describe(name: object, article: pd.Series) -> str:
    parts = [f"{name}: {article['title'] or article['id']}", f"[{article['lang']}]", article["source"]]
    if article["published_precision"] != "none":
        parts.append(f"{article['published']:%Y-%m-%d}")
    return "  ".join(part for part in parts if part)
