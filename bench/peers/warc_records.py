"""Web archives read by others: warc_records.py warcio|fastwarc FILE. Every record, its HTTP header parsed, and its body
decoded and read."""
import importlib.metadata
import sys
import time

from common import missing, tell


def with_warcio(path):
    from warcio.archiveiterator import ArchiveIterator
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            yield record.rec_type, lambda record=record: record.content_stream().read()


def with_fastwarc(path):
    """Each record is taken into memory first: decoded on the way, version 2.0.1 ends at the first one with an encoding."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    def body(record):
        record.freeze()
        record.parse_http(auto_decode="all")
        return record.reader.read()
    with open(path, "rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            kind = "response" if record.record_type == WarcRecordType.response else ""
            yield kind, lambda record=record: body(record)


def main():
    name, path = sys.argv[1:3]
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        missing(name)
    records = pages = size = 0
    start = time.perf_counter()
    for kind, read in {"warcio": with_warcio, "fastwarc": with_fastwarc}[name](path):
        records += 1
        if kind == "response":
            pages += 1
            size += len(read())
    tell(seconds=time.perf_counter() - start, records=records, pages=pages, bodies=size, version=version)


main()
