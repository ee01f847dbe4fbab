"""How the figures of the notebooks look: colours that the colour-blind tell apart, and a font that has Chinese."""

import io
import os
import re
import warnings

import matplotlib
import matplotlib.dates as dates
import matplotlib.font_manager as fonts
import pandas as pd
from IPython import get_ipython
from matplotlib.figure import Figure
from PIL import Image

# Okabe & Ito (2008). Languages have a shape too, for those who see no colour, and for paper.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6b6b6b"
COLOUR = {"zh": ORANGE, "en": BLUE, "other": GREY}
MARKER = {"zh": "o", "en": "s", "other": "^"}
NAME = {"zh": "Chinese", "en": "English", "other": "other"}

# File names of fonts that have the characters of Chinese, the best for Simplified first.
_CHINESE_FONTS = (
    r"NotoSansSC|NotoSansCJKsc|SourceHanSansSC", r"NotoSansCJK-Regular", r"SourceHanSans.*Regular", r"PingFang", r"msyh",
    r"wqy-", r"simhei", r"DroidSansFallback", r"NotoSerifCJK-Regular", r"CJK",
)  # fmt: skip


def _find_chinese_font():
    """Name of a font with Chinese characters, or None. Looks at the files: matplotlib's own list may be older than they."""
    files = sorted(fonts.findSystemFonts())
    for pattern in _CHINESE_FONTS:
        for file in files:
            if re.search(pattern, os.path.basename(file), re.IGNORECASE):
                fonts.fontManager.addfont(file)
                return fonts.FontProperties(fname=file).get_name()
    return None


def _compact_png(figure):
    """A figure of 128 colours: a third of the bytes, and no difference to the eye."""
    image = io.BytesIO()
    figure.savefig(image, format="png", bbox_inches="tight")
    smaller = io.BytesIO()
    Image.open(image).convert("RGB").quantize(128).save(smaller, format="png", optimize=True)
    return smaller.getvalue()


def use():
    """Sets matplotlib and pandas up. Returns what the reader should know, or nothing."""
    font = _find_chinese_font()
    get_ipython().run_line_magic("matplotlib", "inline")
    get_ipython().display_formatter.formatters["image/png"].for_type(Figure, _compact_png)
    matplotlib.rcParams.update(
        {
            "font.family": ["DejaVu Sans"] + ([font] if font else []),
            "font.size": 9,
            "axes.titlesize": 12,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#e4e4e4",
            "grid.linewidth": 0.8,
            "legend.frameon": False,
            "figure.figsize": (8, 4),
            "figure.dpi": 88,
            "figure.constrained_layout.use": True,
        }
    )
    pd.set_option("display.max_colwidth", 90, "display.precision", 3)
    if font is None:
        warnings.filterwarnings("ignore", r"Glyph .* missing from")  # once is enough
        return (
            "**No font with Chinese characters was found: figures show boxes instead.** "
            "On Debian and Ubuntu `apt install fonts-noto-cjk` brings one."
        )
    return ""


def shorten(text, most):
    """At most so many columns of text, where a Chinese character takes two."""
    taken = 0
    for place, character in enumerate(text):
        taken += 2 if ord(character) > 0x2E80 else 1
        if taken > most:
            return text[:place].rstrip() + "…"
    return text


def date_axis(axes):
    """Labels of the x axis that name the day and month, or the hour where the span is short."""
    locator = dates.AutoDateLocator(minticks=4, maxticks=9)
    formats = ["%Y", "%b %Y", "%d %b", "%H:%M", "%H:%M", "%S"]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        dates.ConciseDateFormatter(locator, formats=formats, zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
                                   offset_formats=["", "%Y", "%Y", "%d %b %Y", "%d %b %Y", "%d %b %Y"])
    )  # fmt: skip
