"""Who a message mentions, and whom the sender allowed it to reach."""

import re

from bot.sandbox.embed_rules import check_list
from bot.sandbox.guild import Guild
from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_snowflake, check_truths
from bot.sandbox.wire import Json, as_list, as_object

USER_MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
EVERYONE_MENTION = re.compile(r"@(everyone|here)\b")
KINDS = ("users", "roles", "everyone")
MOST_IDS = 100
MOST_PARSED = 1521


def check_allowed_mentions(
    problems: FormProblems, allowed: object, path: tuple[str | int, ...]
) -> None:
    """Note what Discord would refuse in `allowed_mentions`."""
    rules = as_object(allowed)
    if rules is not allowed:
        message = "Only dictionaries may be used in a ModelType"
        problems.add(path, "MODEL_TYPE_CONVERT", message)
    check_truths(problems, rules, path, "replied_user")
    parse = as_list(rules.get("parse"))
    check_list(problems, rules.get("parse"), (*path, "parse"))
    if len(parse) > MOST_PARSED:
        problems.too_long((*path, "parse"), MOST_PARSED)
        parse = []
    for index, kind in enumerate(parse):
        if kind not in KINDS:
            problems.not_one_of((*path, "parse", index), KINDS)
    for kind in ("users", "roles"):
        ids = as_list(rules.get(kind))
        check_list(problems, rules.get(kind), (*path, kind))
        if len(ids) > MOST_IDS:
            problems.too_long((*path, kind), MOST_IDS)
        for index, one in enumerate(ids[:MOST_IDS]):
            check_snowflake(problems, one, (*path, kind, index))
        if ids and kind in parse:
            code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            problems.add(path, code, message)


def mentions_of(content: str, allowed: object, guild: Guild, *, may_reach_all: bool) -> Json:
    """Write the three mention fields of a message.

    Who may not mention everyone reaches only the roles that are there to be mentioned.
    """
    if "@" not in content:
        return {"mentions": [], "mention_roles": [], "mention_everyone": False}
    rules = as_object(allowed) if allowed is not None else {"parse": list(KINDS)}
    user_ids = _allowed_ids(USER_MENTION.findall(content), rules, "users")
    role_ids = _allowed_ids(ROLE_MENTION.findall(content), rules, "roles")
    everyone = "everyone" in as_list(rules.get("parse")) and may_reach_all
    return {
        "mentions": [guild.members[one].user for one in user_ids if one in guild.members],
        "mention_roles": [
            role_id
            for role_id in role_ids
            if (role := guild.roles.get(role_id)) and (may_reach_all or role["mentionable"])
        ],
        "mention_everyone": everyone and EVERYONE_MENTION.search(content) is not None,
    }


def _allowed_ids(found: list[str], rules: Json, kind: str) -> list[str]:
    unique = list(dict.fromkeys(found))
    if kind in as_list(rules.get("parse")):
        return unique
    # discord.py sends these ids as numbers, others as texts; Discord takes both.
    named = {str(one) for one in as_list(rules.get(kind))}
    return [one for one in unique if one in named]
