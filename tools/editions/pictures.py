"""Pictures as notebooks store them: a third of the size, in 256 colours."""

from __future__ import annotations

import base64
import functools
import io

from PIL import Image


@functools.lru_cache(maxsize=256)
def smaller(png: str) -> str:
    """Return a picture, PNG in base 64, in the 256 colours that fit it best; the same one for the same picture."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    few = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, format="png", compress_level=6)
    return base64.b64encode(file.getvalue()).decode("ascii")
