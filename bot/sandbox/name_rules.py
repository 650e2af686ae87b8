"""What Discord allows as the name of a bot user."""

from bot.sandbox.embed_rules import Path, note_text
from bot.sandbox.rejections import FormProblems

SHORTEST_USERNAME = 2
LONGEST_USERNAME = 32
MOST_TYPED = 1000
NEVER_INSIDE = ("@", "#", ":", "```", "discord")
NEVER_ALONE = ("everyone", "here")


def read_username(name: object, path: Path = ("username",)) -> str:
    """Give the name as Discord keeps it, without spaces that nobody sees, or refuse it."""
    problems = FormProblems()
    # Only so much is looked at: the rest is too long in any case.
    note_text(problems, name, path, most=MOST_TYPED)
    problems.raise_if_any()
    kept = " ".join(str(name).split())
    for part in NEVER_INSIDE:
        if part in kept.casefold():
            problems.add(path, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{part}"')
    if kept.casefold() in NEVER_ALONE:
        problems.add(path, "USERNAME_INVALID_MATCHES", f'Username cannot be "{kept}"')
    if not SHORTEST_USERNAME <= len(kept) <= LONGEST_USERNAME:
        problems.bad_length(path, SHORTEST_USERNAME, LONGEST_USERNAME)
    problems.raise_if_any()
    return kept
