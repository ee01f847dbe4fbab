"""Reads the results file that `test_store --sample` writes, with h5py and pandas, as docs/format.md says.

Usage: check_results.py FILE. Exit status 77: h5py or pandas is missing.
"""

import math
import sys

try:
    import h5py
    import numpy as np
    import pandas as pd
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

UNDATED = -(2**63)


def frame(group):
    """The recipe of docs/format.md: every dataset of a group is a column."""
    return pd.DataFrame(
        {name: column.asstr()[:] if h5py.check_string_dtype(column.dtype) else column[:] for name, column in group.items()}
    )


def check_root(f):
    assert f.attrs["format"] == "samestory results"
    assert f.attrs["format_version"] == 1
    assert f.attrs["complete"] == 1
    provenance = dict(f["provenance"].attrs)
    assert provenance["command"] == "samestory link 新闻.jsonl"
    assert provenance["started"] == ""
    assert provenance["window_days"] == -1 and provenance["threshold"] == 0.5
    assert (provenance["zh_en"], provenance["zh_zh"], provenance["en_en"]) == (1, 0, 1)
    assert f["provenance/counts"].attrs["skipped"] == 7


def check_articles(f):
    articles = frame(f["articles"])
    assert list(articles["id"]) == ["zh-1", "zh-2", "en-1", "en-2", "fr-1"]
    assert list(articles["lang"]) == ["zh", "zh", "en", "en", "other"]
    assert articles["title"][0] == "台风登陆海岸" and articles["title"][1] == ""
    assert list(articles["published"]) == [-1, 1700697600, 1700784000, UNDATED, UNDATED]
    assert list(articles["published_precision"]) == [2, 1, 1, 0, 0]
    assert list(articles["zone_minutes"]) == [480, -32768, -32768, -32768, -32768]
    assert list(articles["event"]) == [0, 0, 0, -1, -1]
    dates = pd.to_datetime(articles["published"].where(articles["published_precision"] > 0), unit="s", utc=True)
    assert str(dates[1]) == "2023-11-23 00:00:00+00:00" and pd.isna(dates[3])

    offset, text = f["articles_text/offset"][:], f["articles_text/bytes"][:].tobytes()
    bodies = [text[offset[i] : offset[i + 1]].decode() for i in range(len(articles))]
    assert bodies[0] == "周四清晨，台风在海岸登陆。\n三万人撤离。" and bodies[3] == ""


def check_sketches(f):
    for channel in ("whole", "title", "lead"):
        vector, norm = f["sketches"][channel]["vector"], f["sketches"][channel]["norm"]
        assert vector.shape == (5, 6) and vector.dtype == np.int8
        assert norm.shape == (5,) and norm.dtype == np.uint32
        assert [vector.dims[0].label, vector.dims[1].label] == ["article", "entry"]


def check_links(f):
    links = pd.DataFrame({k: f["links"][k][:] for k in f["links"]})
    assert list(zip(links["a"], links["b"])) == [(0, 1), (0, 2), (1, 3)]
    assert list(links["kind"]) == [1, 0, 0]
    assert list(links["probability"]) == [0.75, 0.5, 0.25]
    assert math.isnan(links["title_cosine"][0]) and links["title_cosine"][1] == 0
    assert math.isinf(links["margin"][2])
    assert links["rank_ba"][1] == 65535 and links["mutual"][0] == 1
    assert list(links["days_later"]) == [0, -3, -(2**31)]
    assert list(links["relation"]) == [3, 2, 0]
    assert links["copied"][0] == 0.75 and math.isnan(links["others_a"][1])
    assert list(f["links_index/start"][:]) == [0, 2, 3, 3, 3, 3]


def check_events(f):
    events = pd.DataFrame({k: f["events"][k][:] for k in f["events"]})
    assert len(events) == 1
    assert events.iloc[0].to_dict() == {
        "size": 3, "zh": 2, "en": 1, "first": -1, "last": 1700784000, "representative_zh": 0, "representative_en": 2,
    }  # fmt: skip
    assert list(f["event_members/event"][:]) == [0, 0, 0]
    assert list(f["event_members/article"][:]) == [0, 1, 2]


def check_evidence(f):
    evidence = frame(f["evidence"])
    assert f["evidence"].attrs["most"] == 3
    assert list(evidence["link"]) == [0, 1, 1] and list(evidence["kind"]) == [6, 0, 11]
    assert list(evidence["a"]) == ["台风", "登陆", "三万人"]
    assert list(evidence["b"]) == ["台风", "landfall", "Thirty thousand people"]
    assert list(evidence["bits"]) == [12.5, 9.25, 0] and list(evidence["conflict"]) == [0, 0, 1]
    articles, links = frame(f["articles"]), frame(f["links"])
    offset, text = f["articles_text/offset"][:], f["articles_text/bytes"][:].tobytes()
    for row in evidence.itertuples():
        for side in "ab":
            i = links[side][row.link]
            whole = articles["title"][i].encode() + b"\n" + text[offset[i] : offset[i + 1]]
            begin, end = getattr(row, side + "_begin"), getattr(row, side + "_end")
            assert whole[begin:end].decode() == getattr(row, side)
    assert f["evidence/a_begin"].attrs["units"] == "bytes" and f["evidence/bits"].attrs["units"] == "bits"


def check_descriptions(f):
    bare = []
    f.visititems(lambda name, o: bare.append(name) if isinstance(o, h5py.Dataset) and not o.attrs.get("description") else None)
    assert not bare, f"no description: {bare}"
    assert f["links/days_later"].attrs["units"] == "days"


def main(path):
    with h5py.File(path) as f:
        for check in (check_root, check_articles, check_sketches, check_links, check_events, check_evidence, check_descriptions):
            check(f)
    print(f"h5py {h5py.version.version} with HDF5 {h5py.version.hdf5_version}, pandas {pd.__version__}: as documented")


if __name__ == "__main__":
    main(sys.argv[1])
