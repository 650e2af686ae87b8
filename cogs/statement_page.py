"""A statement as a page to read, keep and print: one file that loads nothing and runs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from babel.dates import format_date, format_skeleton, format_time, get_timezone_location

from bot.services.statement_months import Month
from bot.services.statement_rows import Pots, StatementRow
from bot.services.statement_totals import GiftRun, GiftRuns, KindTotal
from bot.services.statements import Statement
from bot.texts import Texts
from cogs.price_notes import streamer_note
from cogs.statement_style import STYLE
from cogs.statement_words import (
    NameOf,
    kind_words,
    row_details,
    row_words,
    run_details,
    run_words,
)

# A page with more rows is slow to open; then gifts of a day that follow each other are one row.
MOST_ROWS = 2_000


def month_words(texts: Texts, month: Month) -> str:
    """Return a month as the reader's language writes it."""
    first = date(month.year, month.number, 1)
    return format_skeleton("yMMMM", first, locale=texts.locale)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the table: its day, its cells, and what the pots held afterwards."""

    day: date
    html: str
    balance: Pots
    is_old: bool


class StatementPage:
    """Takes the rows of a statement page by page; `html` is the whole, once all were added."""

    def __init__(self, texts: Texts, statement: Statement, *, streamer: str, guild: str) -> None:
        self._texts = texts
        # Coins of a season that is over never had the price that coins have now.
        self._old_texts = texts.priced(None)
        self._statement = statement
        self._streamer = streamer
        self._guild = guild
        self._count = 0
        self._totals: dict[str, KindTotal] = {}
        self._rows: list[StatementRow] = []
        self._runs = GiftRuns(statement.zone)
        self._merged: list[StatementRow | GiftRun] = []

    def add(self, rows: list[StatementRow]) -> None:
        """Take some more rows, in the order of the books."""
        for row in rows:
            self._totals.setdefault(row.kind, KindTotal()).add(row)
        self._count += len(rows)
        if self._is_short:
            self._rows += rows
        self._merged += self._runs.add(rows)

    @property
    def people(self) -> set[int]:
        """Return the members whom the page names, when all rows were added."""
        return {one.other_id for one in self._shown() if isinstance(one, StatementRow)}

    def html(self, name_of: NameOf) -> str:
        """Return the page; `name_of` says what its members are called."""
        return "".join(self.parts(name_of))

    def parts(self, name_of: NameOf) -> Iterator[str]:
        """Yield the page in small parts, so that whoever has more to do can do it in between."""
        return self._page(self._line(one, name_of) for one in self._shown())

    def _shown(self) -> Sequence[StatementRow | GiftRun]:
        self._merged += self._runs.end()
        return self._rows if self._is_short else self._merged

    @property
    def _is_short(self) -> bool:
        return self._count <= MOST_ROWS

    def _page(self, lines: Iterator[_Line]) -> Iterator[str]:
        texts = self._texts
        title = texts("Statement of {name}", name=self._streamer)
        language = str(texts.locale).replace("_", "-")
        yield (
            f'<!doctype html>\n<html lang="{language}" dir="{texts.locale.text_direction}">\n'
            '<head>\n<meta charset="utf-8">\n'
            # Even a mistake in the escaping below could neither load nor run anything.
            '<meta http-equiv="Content-Security-Policy"'
            " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(title)} · {escape(self._month)}</title>\n"
            f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        )
        yield f"<header><p>{_bdi(self._guild)}</p><h1 dir=auto>{escape(title)}</h1>"
        yield f"<p>{escape(self._month)}</p></header>\n{self._summary()}"
        yield from _paragraphs(self._notes())
        yield from self._table(lines)
        notes = "".join(_paragraphs(self._foot_notes()))
        yield f"<footer>{notes}</footer>\n</main>\n</body>\n</html>\n"

    @property
    def _month(self) -> str:
        return month_words(self._texts, self._statement.month)

    def _summary(self) -> str:
        texts, statement = self._texts, self._statement
        is_old = statement.after_entry_id < statement.season_entry_id
        rows = [self._sum_row(texts("Opening balance"), statement.opening, is_old=is_old)]
        for kind, total in self._totals.items():
            name = texts("{what} · {count}", what=kind_words(texts, kind), count=total.rows)
            rows.append(self._sum_row(name, total.change, is_old=is_old, is_change=True))
        is_old = statement.last_entry_id < statement.season_entry_id
        rows.append(self._sum_row(texts("Closing balance"), statement.closing, is_old=is_old))
        return f"<table class=sums>{self._head('')}<tbody>{''.join(rows)}</tbody></table>\n"

    def _head(self, first: str) -> str:
        texts = self._texts
        names = (
            texts("Bought coins"),
            texts("Bonus coins"),
            texts("Diamonds"),
            texts("In claims"),
        )
        cells = "".join(f"<th scope=col>{escape(name)}" for name in (first, *names))
        return f"<thead><tr>{cells}</thead>"

    def _sum_row(self, name: str, pots: Pots, *, is_old: bool, is_change: bool = False) -> str:
        row_class = "" if is_change else " class=balance"
        cells = self._cells(pots, is_old=is_old, is_change=is_change)
        return f"<tr{row_class}><th scope=row>{escape(name)}{cells}"

    def _cells(self, pots: Pots, *, is_old: bool, is_change: bool) -> str:
        texts = self._old_texts if is_old else self._texts
        coins = (pots.paid_coins, pots.bonus_coins)
        cells = [_amount(texts, each, texts.worth(each), is_change=is_change) for each in coins]
        diamonds = (pots.diamonds, pots.claimed_diamonds)
        cells += [_amount(texts, each, "", is_change=is_change) for each in diamonds]
        return "".join(cells)

    def _notes(self) -> Iterator[str]:
        texts, statement = self._texts, self._statement
        if not statement.is_over:
            yield texts("This month is not over: more may come.")
        if not self._is_short:
            yield texts(
                "There are {rows} rows, so gifts that follow each other on one day stand as one."
                " The table that came with this page has every single one.",
                rows=self._count,
            )

    def _foot_notes(self) -> Iterator[str]:
        texts, statement = self._texts, self._statement
        city = get_timezone_location(statement.zone, locale=texts.locale, return_city=True)
        yield texts("Days and times are those of {city}.", city=city)
        yield texts("Numbers with # are receipts; /history shows the same ones.")
        yield texts("Opening balance and rows add up to the closing balance. I checked that.")
        if note := streamer_note(texts):
            yield note

    def _table(self, lines: Iterator[_Line]) -> Iterator[str]:
        texts = self._texts
        line = next(lines, None)
        if line is None:
            yield from _paragraphs([texts("Nothing happened in this month.")])
            return
        yield "<table class=rows>" + self._head(texts("What"))
        day = None
        while line is not None:
            if line.day != day:
                yield f"<tbody><tr class=day><th colspan=5 scope=rowgroup>{self._day(line.day)}"
            yield line.html
            before, day, line = line, line.day, next(lines, None)
            if line is None or line.day != day:
                balance = self._sum_row(texts("Balance"), before.balance, is_old=before.is_old)
                yield f"{balance}</tbody>\n"
        yield "</table>\n"

    def _day(self, day: date) -> str:
        return escape(format_date(day, "full", locale=self._texts.locale))

    def _line(self, one: StatementRow | GiftRun, name_of: NameOf) -> _Line:
        row = one.last if isinstance(one, GiftRun) else one
        is_old = row.entry_id <= self._statement.season_entry_id
        texts = self._old_texts if is_old else self._texts
        if isinstance(one, GiftRun):
            words, details = run_words(texts, one), run_details(texts, one)
        else:
            words = row_words(texts, one, name_of)
            details = row_details(texts, one, name_of)
        zone = self._statement.zone
        moment = datetime.fromtimestamp(row.posted_at, zone)
        clock = format_time(moment, "short", tzinfo=zone, locale=texts.locale)
        small = " · ".join([_bdi(f"#{row.entry_id}"), *map(_bdi, details)])
        cells = self._cells(one.change, is_old=is_old, is_change=True)
        return _Line(
            moment.date(),
            f"<tr><td><time>{escape(clock)}</time> {_bdi(words)}<small>{small}</small>{cells}",
            row.balance,
            is_old,
        )


def _amount(texts: Texts, amount: int, worth: str, *, is_change: bool) -> str:
    if is_change and not amount:
        return "<td>"
    sign = "+" if is_change and amount > 0 else ""
    price = f"<small>{escape(worth.strip())}</small>" if worth else ""
    return f"<td><bdi dir=ltr>{sign}{texts.number(amount)}</bdi>{price}"


def _bdi(text: str) -> str:
    """Return text that may be written in either direction, apart from what stands beside it."""
    return f"<bdi>{escape(text)}</bdi>"


def _paragraphs(sentences: Iterable[str]) -> Iterator[str]:
    return (f"<p dir=auto>{escape(sentence)}</p>\n" for sentence in sentences)
