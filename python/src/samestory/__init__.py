"""Opens the results of samestory as pandas DataFrames.

    import samestory
    with samestory.open("out.h5") as results:
        print(results.events_with("title"))

What the columns mean is told in docs/format.md, and by Results.meanings() from the file itself.
"""

from .columns import Channel
from .errors import Error, FormatError, NoEvidenceError, ProgramError, UnknownArticleError, UnknownEventError
from .explanation import Evidence, Explanation
from .program import find_program
from .results import Event, Results, open
from .sketches import Sketch, Sketches

__all__ = [
    "Channel",
    "Error",
    "Event",
    "Evidence",
    "Explanation",
    "FormatError",
    "NoEvidenceError",
    "ProgramError",
    "Results",
    "Sketch",
    "Sketches",
    "UnknownArticleError",
    "UnknownEventError",
    "find_program",
    "open",
]
