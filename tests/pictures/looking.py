"""Charts to draw, and eyes for what came of them."""

import io
from itertools import accumulate

from PIL import Image

from bot.pictures.charts import BarChart, Mark, Series, even_marks

Colour = tuple[int, int, int]


def marks(most: int) -> tuple[Mark, ...]:
    return tuple(Mark(value, str(value)) for value in even_marks(most))


def sales(during: list[int], before: list[int], name: str = "This window") -> BarChart:
    """Return what `/promo show` draws: bars beside bars."""
    return BarChart(
        places=tuple(f"{18 + number // 6}:{number % 6}0" for number in range(len(during))),
        axis="Berlin time",
        bars=(Series(name, tuple(during)),),
        compared=Series("Same hours before", tuple(before)),
        marks=marks(max(*during, *before)),
        nothing="Nothing was sold",
    )


def earnings(days: int) -> BarChart:
    """Return what a streamer's earnings look like: stacks by the day, and a line of the total."""
    paid = [(day * 37) % 400 + 1 for day in range(days)]
    bonus = [(day * 53) % 200 + 1 for day in range(days)]
    by_day = [a + b for a, b in zip(paid, bonus, strict=True)]
    total = tuple(accumulate(by_day))
    return BarChart(
        places=tuple(f"{day % 30 + 1} Mar" for day in range(days)),
        axis="Berlin time",
        bars=(Series("Paid", tuple(paid)), Series("Bonus", tuple(bonus))),
        marks=marks(max(by_day)),
        line=Series("Total", total),
        line_marks=marks(total[-1]),
    )


def seen(png: bytes) -> Image.Image:
    """Return the picture in a file."""
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("RGBA")


def colour(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return red, green, blue


def pixels_of(picture: Image.Image, code: str) -> int:
    """Return how many pixels have exactly a colour."""
    count, wanted = 0, (*colour(code), 255)
    for found, pixel in picture.getcolors(picture.width * picture.height) or []:
        count += found if pixel == wanted else 0
    return count


def contrast(one: Colour, other: Colour) -> float:
    """Return the ratio of two colours' brightness (WCAG 2.2, from 1 to 21)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: Colour) -> float:
    shares = [value / 255 for value in rgb]
    red, green, blue = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
