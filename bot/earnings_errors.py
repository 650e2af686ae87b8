"""What a streamer's report or statement is refused for.

```
Told
├── StatementUnsound        its rows do not lead from its opening to its closing balance
└── Refusal
    ├── EarningsPrivate
    ├── MonthUnreadable
    ├── MonthToCome
    └── StatementTooLarge
```
"""

from dataclasses import dataclass

from bot.errors import Refusal, Told
from bot.texts import N_


class StatementUnsound(Told):
    """A statement that does not add up; it is never handed out, and the log says by how much."""

    message = N_(
        "This statement does not add up, so I do not hand it out. Whoever runs me finds in my log"
        " what is wrong; your balance is what `/earnings show` says."
    )


@dataclass(eq=False)
class EarningsPrivate(Refusal):
    """Somebody else's earnings, which their streamer did not make public."""

    message = N_(
        "{name} keeps these earnings private. With `/earnings public` streamers let everybody see"
        " what they receive."
    )
    name: str


@dataclass(eq=False)
class MonthUnreadable(Refusal):
    """What was typed is no month."""

    message = N_("“{value}” is no month. Please choose one, or type it like {example}.")
    value: str
    example: str


@dataclass(eq=False)
class MonthToCome(Refusal):
    """A month that did not begin yet."""

    message = N_("{month} did not begin yet. Please choose an earlier month.")
    month: str


@dataclass(eq=False)
class StatementTooLarge(Refusal):
    """A statement with more rows than fit into one file here."""

    message = N_(
        "This statement has {rows} rows or more, which do not fit into a file here. A server with"
        " more boosts takes larger files, and whoever runs me can read it from the books."
    )
    rows: int
