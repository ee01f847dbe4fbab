"""What can go wrong; every message says how to mend it."""


class Error(Exception):
    """Any failure of this package."""


class FormatError(Error, ValueError):
    """The file is no results file, is not complete, or is of a version that this package does not know."""


class UnknownArticleError(Error, LookupError):
    """There is no article of that row or id in the file."""


class UnknownEventError(Error, IndexError):
    """There is no event of that row in the file."""


class NoEvidenceError(Error, LookupError):
    """The file holds no evidence: its links were found without --evidence."""


class ProgramError(Error, RuntimeError):
    """The program `samestory`, which gives the evidence, was not found or failed."""
