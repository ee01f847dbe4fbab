"""How a column of the file becomes a column of a DataFrame: docs/format.md, as code."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

Channel = Literal["whole", "title", "lead"]

_TIMES = {"articles/published", "events/first", "events/last"}

_CATEGORIES = {
    "articles/lang": ["zh", "en", "other"],
    "articles/published_precision": ["none", "day", "second"],
    "links/kind": ["zh-en", "zh-zh", "en-en"],
    "links/relation": ["different", "related", "same", "duplicate"],
    "evidence/kind": [
        "word", "person", "place", "organisation", "name", "latin", "term", "number", "percent", "money", "date",
        "dead", "injured", "missing", "magnitude", "score",
    ],
}  # fmt: skip
_ORDERED = {"articles/published_precision", "links/relation"}

# The number that stands for a missing value in a column of integers, which become nullable ones.
_MISSING = {
    "articles/event": -1,
    "articles/zone_minutes": -(2**15),
    "events/representative_zh": -1,
    "events/representative_en": -1,
    "links/days_later": -(2**31),
    "links/rank_ab": 0,
    "links/rank_ba": 0,
}

_TRUTHS = {"links/mutual", "evidence/conflict"}

# HDF5 lists columns by name. These come first, in this order; whatever else a file has follows.
_FIRST = {
    "articles": [
        "id", "title", "source", "author", "lang", "published", "published_precision", "zone_minutes", "event", "copies",
    ],
    "links": [
        "a", "b", "kind", "relation", "probability", "alone", "support", "others_a", "others_b",
        "cosine", "title_cosine", "lead_cosine", "title_lead_cosine", "lead_title_cosine", "margin", "gap_ab", "gap_ba",
        "rank_ab", "rank_ba", "mutual", "days_later", "shared_terms", "covered_a", "covered_b", "shared_names", "shared_words",
        "in_common_a", "in_common_b", "shared_bits", "said_bits", "shared_numbers",
        "conflicting_numbers", "copied", "length_ratio",
    ],
    "events": ["size", "zh", "en", "first", "last", "representative_zh", "representative_en"],
    "evidence": ["link", "kind", "a", "b", "bits", "conflict", "a_begin", "a_end", "b_begin", "b_end"],
}  # fmt: skip


def in_order(group: str, names: list[str]) -> list[str]:
    """The names of a group's columns in the order in which people read them."""
    first = [name for name in _FIRST.get(group, []) if name in names]
    return first + sorted(set(names) - set(first))


def _category(name: str, raw: Any) -> Any:
    categories = pd.CategoricalDtype(_CATEGORIES[name], ordered=name in _ORDERED)
    if raw.dtype == object:
        return pd.Categorical(raw, dtype=categories)
    return pd.Categorical.from_codes(raw.astype(np.int8), dtype=categories)


def _nullable(name: str, raw: Any) -> Any:
    dtype = raw.dtype.name.replace("int", "Int").replace("uI", "UI")
    return pd.Series(raw, dtype=dtype).mask(raw == _MISSING[name]).array


def decode(name: str, raw: Any) -> Any:
    """`raw`, an array as h5py reads it from "group/column", in the type that pandas has for what it means."""
    if name in _TIMES:  # the least int64, for no date, is NaT to numpy too
        return pd.DatetimeIndex(raw.view("datetime64[s]").astype("datetime64[ns]"), tz="UTC")
    if name in _CATEGORIES:
        return _category(name, raw)
    if name in _MISSING:
        return _nullable(name, raw)
    return raw.astype(bool) if name in _TRUTHS else raw
