"""The package of python/ on two results files: the made-up one of `test_store --sample`, whose rows are known, and the
example articles'. Their names are in $SAMPLE_RESULTS and $EXAMPLE_RESULTS, the program's in $SAMESTORY.

Exit status 77: h5py or pandas is missing.
"""

import math
import os
import shutil
import stat
import sys
import tempfile
import unittest
from unittest import mock

try:
    import h5py
    import numpy as np
    import pandas as pd
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "python", "src"))
import samestory  # noqa: E402

SAMPLE, EXAMPLES, PROGRAM = (os.environ[name] for name in ("SAMPLE_RESULTS", "EXAMPLE_RESULTS", "SAMESTORY"))


class Opened(unittest.TestCase):
    file = SAMPLE

    def setUp(self):
        self.results = samestory.open(self.file)
        self.addCleanup(self.results.close)


class Tables(Opened):
    def test_articles(self):
        articles = self.results.articles
        self.assertEqual(list(articles.columns)[:3], ["id", "title", "source"])
        self.assertEqual(list(articles.columns)[8:10], ["event", "copies"])
        self.assertEqual(list(articles["id"]), ["zh-1", "zh-2", "en-1", "en-2", "fr-1"])
        self.assertEqual(articles.index.name, "article")
        self.assertEqual(list(articles["lang"].cat.categories), ["zh", "en", "other"])
        self.assertEqual(list(articles["published_precision"]), ["second", "day", "day", "none", "none"])
        self.assertEqual(articles["published"][0], pd.Timestamp("1969-12-31T23:59:59Z"))
        self.assertEqual(str(articles["published"].dtype), "datetime64[ns, UTC]")
        self.assertTrue(articles["published"][3:].isna().all())
        self.assertEqual(articles["zone_minutes"][0], 480)
        self.assertEqual(articles["zone_minutes"].isna().sum(), 4)
        self.assertEqual(articles["event"].fillna(99).tolist(), [0, 0, 0, 99, 99])

    def test_links(self):
        links = self.results.links
        self.assertEqual(list(zip(links["a"], links["b"])), [(0, 1), (0, 2), (1, 3)])
        self.assertEqual(list(links["kind"]), ["zh-zh", "zh-en", "zh-en"])
        self.assertEqual(list(links["relation"]), ["duplicate", "same", "different"])
        self.assertEqual((links["relation"] >= "same").tolist(), [True, True, False])
        self.assertEqual(links["days_later"].fillna(99).tolist(), [0, -3, 99])
        self.assertEqual(links["mutual"].dtype, bool)
        self.assertTrue(math.isnan(links["title_cosine"][0]))
        self.assertEqual(links["rank_ba"][1], 65535)

    def test_evidence(self):
        evidence = self.results.evidence
        self.assertEqual(list(evidence.columns)[:6], ["link", "kind", "a", "b", "bits", "conflict"])
        self.assertEqual(evidence.index.name, "evidence")
        self.assertEqual(list(evidence["kind"]), ["term", "word", "dead"])
        self.assertEqual(list(evidence["b"]), ["台风", "landfall", "Thirty thousand people"])
        self.assertEqual(evidence["conflict"].tolist(), [False, False, True])
        self.assertEqual(self.results.read("evidence", ["a"], rows=[1])["a"].tolist(), ["登陆"])

    def test_links_with_articles(self):
        links = self.results.links_with("title", "lang")
        self.assertEqual(list(links.columns)[:7], ["a", "b", "title_a", "title_b", "lang_a", "lang_b", "kind"])
        self.assertEqual(links["title_a"].tolist()[:2], ["台风登陆海岸"] * 2)
        self.assertEqual(list(links["lang_b"]), ["zh", "en", "en"])
        self.assertNotIn("title_a", self.results.links.columns)

    def test_events(self):
        self.assertEqual(self.results.events["first"][0], pd.Timestamp("1969-12-31T23:59:59Z"))
        events = self.results.events_with("title", "published")
        self.assertEqual(events["title_zh"][0], "台风登陆海岸")
        self.assertIn("Typhoon makes landfall", events["title_en"][0])
        self.assertEqual(events["published_en"][0], pd.Timestamp("2023-11-24T00:00:00Z"))

    def test_events_without_a_representative(self):
        with copied(SAMPLE) as path:
            with h5py.File(path, "r+") as file:
                file["events/representative_en"][0] = -1
            with samestory.open(path) as results:
                events = results.events_with("title", "lang", "published")
        self.assertTrue(events[["representative_en", "title_en", "lang_en", "published_en"]].isna().all(axis=None))
        self.assertEqual(events["lang_zh"][0], "zh")

    def test_parts(self):
        part = self.results.read("articles", ["title", "published"], rows=[2, 0, 2])
        self.assertEqual(list(part.index), [2, 0, 2])
        self.assertEqual(list(part["title"]), [self.results.articles["title"][row] for row in (2, 0, 2)])
        self.assertEqual(len(self.results.read("links", ["a"], rows=[])), 0)
        many = self.results.read("articles", ["id"], rows=[4, 1] * 600)
        self.assertEqual(many["id"].tolist(), ["fr-1", "zh-2"] * 600)
        with self.assertRaisesRegex(TypeError, "a whole number such as 17, not 1.5"):
            self.results.read("articles", ["id"], rows=[1.5])
        with self.assertRaisesRegex(KeyError, "no table 'article', only articles, links, events, evidence"):
            self.results.read("article")
        with self.assertRaisesRegex(KeyError, "articles have no column 'titel', only id, title,"):
            self.results.read("articles", ["titel"])
        for rows in ([-1], [0, 5], [5] * 1200, [-1] * 1200):
            with self.assertRaisesRegex(IndexError, "5 articles, numbered from 0"):
                self.results.read("articles", ["id"], rows=rows)

    def test_columns_to_come(self):
        with copied(SAMPLE) as path:
            with h5py.File(path, "r+") as file:
                file["articles"].create_dataset("number_to_come", data=np.arange(5, dtype=np.uint32))
                file["articles"].create_dataset("text_to_come", data=["a", "", "ö", "", ""], dtype=h5py.string_dtype())
            with samestory.open(path) as results:
                self.assertEqual(results.articles["number_to_come"].tolist(), [0, 1, 2, 3, 4])
                self.assertEqual(results.articles["text_to_come"][2], "ö")
                self.assertEqual(results.meanings("articles").loc["number_to_come", "meaning"], "")

    def test_meanings(self):
        for group in ("articles", "links", "events", "evidence"):
            meanings = self.results.meanings(group)
            self.assertEqual(list(meanings.index), list(getattr(self.results, group).columns))
            self.assertTrue((meanings["meaning"] != "").all())
        self.assertEqual(self.results.meanings("links").loc["days_later", "unit"], "days")


class Single(Opened):
    def test_text(self):
        self.assertEqual(self.results.text("zh-1"), "周四清晨，台风在海岸登陆。\n三万人撤离。")
        self.assertEqual(self.results.text(0), self.results.text("zh-1"))
        self.assertEqual(self.results.text(3), "")

    def test_event(self):
        event = self.results.event(0)
        self.assertEqual(list(event.articles["id"]), ["zh-1", "zh-2", "en-1"])
        self.assertEqual(list(event.links.index), [0, 1])
        for row in (-1, 1):
            with self.assertRaisesRegex(samestory.UnknownEventError, "no event"):
                self.results.event(row)
        for row in (0.0, "0", None):
            with self.assertRaisesRegex(TypeError, f"an event is given by its row, .* not {row!r}"):
                self.results.event(row)

    def test_sketches(self):
        self.assertEqual(list(self.results.sketches), ["whole", "title", "lead"])
        vector, norm = self.results.sketches["whole"]
        self.assertEqual((vector.shape, vector.dtype, norm.dtype), ((5, 6), np.int8, np.uint32))
        with self.assertRaisesRegex(KeyError, "no channel 'body'"):
            self.results.cosine(0, 1, "body")

    def test_unknown_articles(self):
        for article, message in (("#0", "no article has the id '#0'"), (5, "no row 5"), (-1, "no row -1")):
            with self.assertRaisesRegex(samestory.UnknownArticleError, message):
                self.results.text(article)
        for article in (1.5, None):
            with self.assertRaisesRegex(TypeError, f"by its id or its row, a whole number such as 17, not {article!r}"):
                self.results.row(article)

    def test_provenance(self):
        provenance = self.results.provenance
        self.assertEqual(provenance["command"], "samestory link 新闻.jsonl")
        self.assertEqual((provenance["window_days"], provenance["threshold"]), (-1, 0.5))
        self.assertEqual(provenance["counts"]["skipped"], 7)
        self.assertIs(type(provenance["threads"]), int)

    def test_closing(self):
        links = self.results.links
        self.results.close()
        self.results.close()
        self.assertEqual(len(links), 3)
        self.assertIn("closed", repr(self.results))
        with self.assertRaisesRegex(ValueError, "has been closed"):
            self.results.articles  # noqa: B018


class Examples(Opened):
    file = EXAMPLES

    def test_cosines_are_those_of_the_job(self):
        links = self.results.links
        for channel, column in (("whole", "cosine"), ("title", "title_cosine"), ("lead", "lead_cosine")):
            found = [self.results.cosine(a, b, channel) for a, b in zip(links["a"], links["b"])]
            np.testing.assert_array_equal(np.array(found, np.float32), links[column].to_numpy())

    def test_event_links_are_those_among_its_articles(self):
        links, articles = self.results.links, self.results.articles
        for row, size in self.results.events["size"].items():
            event = self.results.event(row)
            self.assertEqual(len(event.articles), size)
            self.assertTrue((event.articles["event"] == row).all())
            members = articles.index[articles["event"].fillna(-1) == row]
            inside = links["a"].isin(members) & links["b"].isin(members)
            self.assertEqual(list(event.links.index), list(links.index[inside]))

    def test_explanation_from_the_file(self):
        with mock.patch.dict(os.environ, SAMESTORY="/nowhere/samestory"):
            why = self.results.explain("en-0311-merger", "zh-0311-merger")
            self.assertEqual(list(why.articles["id"]), ["zh-0311-merger", "en-0311-merger"], "as in the link")
            self.assertIn("the same event", why.verdict)
            self.assertEqual(list(why.features.columns), ["value", "unit", "meaning"])
            self.assertEqual(why.features.loc["cosine", "value"], float(why.link["cosine"]))
            self.assertTrue(math.isnan(why.features.loc["copied", "value"]))
            self.assertEqual(np.float32(why.cosines["title"]), np.float32(why.link["title_cosine"]))
            self.assertIn("挪威", str(why))
            with self.assertRaisesRegex(samestory.ProgramError, r"'/nowhere/samestory' is no program: set \$SAMESTORY"):
                why.evidence  # noqa: B018
        environment = {name: value for name, value in os.environ.items() if name != "SAMESTORY"}
        with mock.patch.dict(os.environ, {**environment, "PATH": "/nowhere"}, clear=True):
            with self.assertRaisesRegex(samestory.ProgramError, "is not on the PATH"):
                why.evidence  # noqa: B018

    def test_evidence(self):
        evidence = self.results.explain("zh-0311-merger", "en-0311-merger", program=PROGRAM, top=50).evidence
        self.assertIn(("money", "37.6亿欧元"), list(zip(evidence.in_common["kind"], evidence.in_common["a"])))
        self.assertTrue((evidence.in_common["bits"] > 0).all())
        self.assertEqual(len(evidence.contributions), 50)
        cosine = evidence.contributions["value"].sum() + evidence.rest
        self.assertAlmostEqual(cosine, self.results.cosine("zh-0311-merger", "en-0311-merger"), places=4)
        probability = self.results.explain("zh-0311-merger", "en-0311-merger").link["probability"]
        self.assertAlmostEqual(1 / (1 + math.exp(-evidence.log_odds.sum())), probability, places=4)

    def test_a_file_without_evidence(self):
        for ask in (lambda: self.results.evidence, lambda: self.results.meanings("evidence")):
            with self.assertRaisesRegex(samestory.NoEvidenceError, "link --evidence"):
                ask()

    def test_evidence_of_what_contradicts(self):
        evidence = self.results.explain("zh-0307-quake-second", "en-0305-quake").evidence
        self.assertGreater(len(evidence.in_conflict), 0)

    def test_two_articles_without_a_link(self):
        links = set(zip(self.results.links["a"], self.results.links["b"]))
        a, b = next((a, b) for a in range(34) for b in range(34) if a != b and not {(a, b), (b, a)} & links)
        why = self.results.explain(a, b)
        self.assertIsNone(why.link)
        self.assertIn("no link", why.verdict)
        self.assertEqual(len(why.features), 0)
        self.assertEqual(len(why.evidence.log_odds), 0)
        self.assertEqual(list(why.articles["article"]), [a, b])

    def test_program_that_fails(self):
        with self.assertRaisesRegex(samestory.ProgramError, "exit code .*\n.*/nowhere/model"):
            self.results.explain(0, 1, model="/nowhere/model").evidence  # noqa: B018
        for script, message in (("echo hello", "did not print JSON"), ("echo []", "an object"), ("echo {}", "another version")):
            with tempfile.TemporaryDirectory() as folder:
                program = os.path.join(folder, "program")
                with open(program, "w", encoding="utf-8") as file:
                    file.write(f"#!/bin/sh\n{script}\n")
                os.chmod(program, stat.S_IRWXU)
                with self.assertRaisesRegex(samestory.ProgramError, message):
                    self.results.explain(0, 1, program=program).evidence  # noqa: B018


class copied(tempfile.TemporaryDirectory):
    """A copy of a file, to be changed."""

    def __init__(self, path):
        super().__init__()
        self.path = shutil.copy(path, self.name)

    def __enter__(self):
        return self.path


class Refused(unittest.TestCase):
    def refuse(self, change, message):
        with copied(SAMPLE) as path:
            with h5py.File(path, "r+") as file:
                change(file)
            with self.assertRaisesRegex(samestory.FormatError, message):
                with samestory.open(path) as results:
                    results.articles  # noqa: B018

    def test_files_that_are_no_results(self):
        self.refuse(lambda file: file.attrs.modify("format", "samestory model"), "of the kind 'samestory model'")
        self.refuse(lambda file: file.attrs.pop("format"), "something else")
        self.refuse(lambda file: file.attrs.modify("format_version", 2), "version 2, this package reads 1")
        self.refuse(lambda file: file.attrs.pop("complete"), "not complete")
        self.refuse(lambda file: file.pop("articles"), "lacks /articles")
        with self.assertRaisesRegex(samestory.FormatError, "no HDF5 file"):
            samestory.open(__file__)
        with self.assertRaisesRegex(samestory.FormatError, "no HDF5 file"):
            samestory.open(tempfile.gettempdir())

    def test_a_missing_file(self):
        with self.assertRaisesRegex(FileNotFoundError, "no file /nowhere/out.h5"):
            samestory.open("/nowhere/out.h5")


if __name__ == "__main__":
    unittest.main()
