"""The program `samestory`: it has the model, and so can say which words and numbers stand behind a link."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any, Union

from .errors import ProgramError

Path = Union[str, "os.PathLike[str]"]

_REMEDY = "set $SAMESTORY to its path or pass program=...; link, features and cosines need no program"


def find_program(given: Path | None = None) -> str:
    """The program that was given, else $SAMESTORY, else `samestory` on the PATH."""
    wanted = os.fspath(given or os.environ.get("SAMESTORY") or "samestory")
    found = shutil.which(wanted)
    if found is None:
        where = "is not on the PATH" if wanted == "samestory" else "is no program"
        raise ProgramError(f"the evidence comes from the program samestory, but {wanted!r} {where}: {_REMEDY}")
    return found


def run_explain(program: str, file: str, a: int, b: int, model: Path | None, top: int) -> dict[str, Any]:
    """What `samestory explain --json` prints of two rows of a file."""
    command = [program, "explain", file, f"#{a}", f"#{b}", "--json", "--top", str(top)]
    if model is not None:
        command += ["--model", os.fspath(model)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise ProgramError(f"{program} can't be started: {error.strerror}") from error
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace").strip()
        raise ProgramError(f"{' '.join(command)}: exit code {done.returncode}\n{message}")
    try:
        printed = json.loads(done.stdout)
    except ValueError as error:
        raise ProgramError(f"{' '.join(command)} did not print JSON: is it samestory?") from error
    if not isinstance(printed, dict):
        raise ProgramError(f"{' '.join(command)} did not print an object: is it samestory?")
    return printed
