"""A slider over pre-rendered frames: interactive without a kernel, without a network, offline."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

DPI = 80
COLORS = 192  # of a frame's palette at most
FREQUENT = 48  # the commonest of them, kept as they are
CLOSE = 12  # of 255, in every channel: a difference that nobody sees

# Everything hangs on the one element's id, so that many sliders live on one page. The range input
# is reached by Tab and moved by the arrow keys, which JupyterLab would take for its own without the
# attribute; the output element is read out by screen readers.
PAGE = """<div id="{key}" style="max-width:100%">
<img src="{first}" alt="{caption}: {label}" style="max-width:100%;height:auto;display:block">{paper}
<label style="display:flex;gap:.8em;align-items:center;font-family:sans-serif;font-size:.9em">
<span>{caption}</span>
<input type="range" min="0" max="{last}" value="{start}" step="1" aria-label="{caption}" \
style="flex:1" data-lm-suppress-shortcuts="true">
<output style="min-width:9em">{label}</output>
</label>
<script>
(function () {{
  var box = document.getElementById("{key}");
  var frames = {frames}, labels = {labels};
  var image = box.querySelector("img"), range = box.querySelector("input");
  var shown = box.querySelector("output");
  range.addEventListener("input", function () {{
    var i = Number(range.value);
    image.src = "data:image/png;base64," + frames[i];
    shown.textContent = labels[i];
    image.alt = {caption_js} + ": " + labels[i];
    range.setAttribute("aria-valuetext", labels[i]);
  }});{print_them}
}})();
</script>
</div>"""
# On paper nobody moves a slider: there the chosen frames stand one below the other, each with its
# label. The script copies them, so that the page holds each picture once.
PAPER = """
<style>#{key} .paper {{display: none}} @media print {{#{key} > img, #{key} > label \
{{display: none !important}} #{key} .paper {{display: block}}}}</style><div class="paper"></div>"""
PRINT = """
  {still}.forEach(function (i) {{
    var line = box.querySelector(".paper").appendChild(document.createElement("p"));
    line.textContent = {caption_js} + ": " + labels[i];
    var frame = line.appendChild(document.createElement("img"));
    frame.src = "data:image/png;base64," + frames[i];
    frame.style = "max-width:100%;display:block";
  }});"""


def slider(
    frames: Sequence[Figure | bytes],
    labels: Sequence[Any],
    caption: str = "",
    *,
    start: int = 0,
    still: Sequence[int] = (),
) -> HTML:
    """Return a range slider over frames, one label each, as an HTML display object.

    frames: matplotlib figures (they are closed) or PNG bytes; labels: shown beside the slider;
    caption: what the slider changes. Works in the lab and in exported pages. `start` is the frame
    shown at first, and the only one where scripts are blocked; `still` are those that a printed
    page shows in the slider's place. ValueError for no frames, another number of labels, or a
    start or still that is no frame's index.
    """
    if len(frames) == 0 or len(frames) != len(labels):
        raise ValueError(
            f"given {len(frames)} frames and {len(labels)} labels; expected one label for each of "
            "at least one frame"
        )
    for index in (start, *still):
        if not 0 <= index < len(frames):
            raise ValueError(f"given frame {index}; expected an index from 0 to {len(frames) - 1}")
    encoded = [base64.b64encode(_png(frame)).decode("ascii") for frame in frames]
    texts = [str(label) for label in labels]
    # An id made from the content: the same notebook builds to the same bytes.
    key = "slider-" + hashlib.sha256("".join([*encoded, *texts, caption]).encode()).hexdigest()[:12]
    paper = copies = ""
    if still:
        paper = PAPER.format(key=key)
        copies = PRINT.format(still=list(still), caption_js=_script(caption))
    return HTML(
        PAGE.format(
            key=key,
            first=f"data:image/png;base64,{encoded[start]}",
            caption=html.escape(caption, quote=True),
            caption_js=_script(caption),
            label=html.escape(texts[start]),
            start=start,
            paper=paper,
            print_them=copies,
            last=len(frames) - 1,
            frames=_script(encoded),
            labels=_script(texts),
        )
    )


def _png(frame: Figure | bytes) -> bytes:
    if isinstance(frame, bytes):
        if not frame.startswith(b"\x89PNG"):
            raise ValueError("a frame is bytes but not a PNG; expected PNG bytes or a figure")
        return frame
    if not isinstance(frame, Figure):
        raise ValueError(f"a frame is {type(frame).__name__}; expected a figure or PNG bytes")
    small = io.BytesIO()
    _few_colors(_drawn(frame)).save(small, format="png", optimize=True)
    plt.close(frame)
    return small.getvalue()


def _drawn(frame: Figure) -> Image.Image:
    """Return a figure's pixels, drawn once.

    `frame.savefig(dpi=DPI)` draws twice, the first time for the layout alone. All frames are of one
    size: a tight box would make the picture jump.
    """
    frame.set_dpi(DPI)
    canvas = FigureCanvasAgg(frame)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _few_colors(picture: Image.Image) -> Image.Image:
    """Return an RGB picture with a palette, which takes a third of the bytes.

    The style's colors and the commonest ones are kept exactly; then the color farthest from all
    chosen ones is added until every color is close to one (Gonzalez, 1985). Median cut would lose
    the color of a thin line, and another one in each frame.
    """
    pixels = np.asarray(picture).astype(np.int64)
    codes, where, count = np.unique(
        pixels @ np.array([1 << 16, 1 << 8, 1]), return_inverse=True, return_counts=True
    )
    colors = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    cycle = plt.rcParams["axes.prop_cycle"].by_key().get("color", [])
    accents = np.flatnonzero(np.isin(codes, [int(to_hex(color)[1:], 16) for color in cycle]))
    common = np.argsort(-count, kind="stable")[:FREQUENT]
    first = list(dict.fromkeys([*accents, *common]))
    nearest, gap = np.zeros(len(codes), np.uint8), np.full(len(codes), 256)
    chosen: list[int] = []
    while len(chosen) < len(first) or (len(chosen) < COLORS and gap.max() > CLOSE):
        new = first[len(chosen)] if len(chosen) < len(first) else int(gap.argmax())
        away = np.abs(colors - colors[new]).max(axis=1)
        closer = away < gap
        nearest[closer], gap[closer] = len(chosen), away[closer]
        chosen.append(new)
    small = Image.fromarray(nearest[where].reshape(pixels.shape[:2]))
    small.putpalette(colors[chosen].astype(np.uint8).ravel().tolist())
    return small


def _script(value: Any) -> str:
    # "</" would end the script element wherever it stands.
    return json.dumps(value).replace("</", "<\\/")
