"""Where the description is wrong or silent: what is let pass all the same, each with its reason."""

import re
from dataclasses import dataclass

from tests.discord_description.description import ANSWER, REQUEST, Violation
from tests.discord_description.frames import FRAME

IDS_AS_NUMBERS = (
    r"recipient_id"
    r"|sku_id|owner_id"
    r"|message_reference\.(message|channel|guild)_id"
    r"|(data\.)?attachments\[\d+\]\.id"
    r"|(data\.)?allowed_mentions\.(users|roles)\[\d+\]"
    r"|(data\.)?components\[.*\.default_values\[\d+\]\.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One thing that is let pass; side, route, place and message are patterns for whole texts."""

    name: str
    side: str
    route: str = ".*"
    place: str
    message: str = ".*"
    reason: str

    def covers(self, violation: Violation) -> bool:
        """Tell whether this violation is the one that is meant."""
        problem = violation.problem
        pairs = (
            (self.side, violation.side),
            (self.route, violation.route),
            (self.place, problem.place),
            (self.message, problem.message),
        )
        return all(re.fullmatch(pattern, text) for pattern, text in pairs)


EXEMPTIONS = (
    Exemption(
        name="words for the codes of fields",
        side=ANSWER,
        place=r"errors\..*_errors\[\d+\]\.code",
        message=r"'[A-Z0-9_]+' breaks type: 'integer'",
        reason="Discord names what is wrong with a single field in words, such as"
        " BASE_TYPE_MAX_LENGTH; the description has but numbers for it.",
    ),
    Exemption(
        name="ids as numbers",
        side=REQUEST,
        place=IDS_AS_NUMBERS,
        message=r"\d+ breaks type: 'string'",
        reason="discord.py sends these ids as numbers, and Discord takes them.",
    ),
    Exemption(
        name="a plain description",
        side=REQUEST,
        route="PATCH /applications/@me",
        place="description",
        message=r".* breaks type: \['object', 'null'\]",
        reason="The documentation, discord.py and Discord have a text here; the description has an"
        " object with translations.",
    ),
    Exemption(
        name="no new name",
        side=REQUEST,
        route="PATCH /users/@me",
        place="",
        message="'username' is a required property",
        reason="By the documentation all fields may be left out, and who changes but the picture"
        " does so.",
    ),
    Exemption(
        name="permissions in digits",
        side=REQUEST,
        route=r"(PUT|POST|PATCH) /applications/.*/commands(/\{command_id\})?",
        place=r"(\[\d+\]\.)?default_member_permissions",
        message=r"'\d+' breaks type: \['integer', 'null'\]",
        reason="The documentation has permissions as texts of digits, since they outgrow what"
        " JavaScript counts; the description has but numbers.",
    ),
    Exemption(
        name="what is sold",
        side=REQUEST,
        route=r"GET /applications/\d+/skus",
        place="",
        message="Discord's description has no such route",
        reason="List SKUs stands in the documentation, and discord.py and Discord have it.",
    ),
    Exemption(
        name="purchases",
        side=ANSWER,
        route=r"(GET|POST) /applications/\{application_id\}/entitlements.*",
        place=r"(\[\d+\]\.)?type",
        message=r"[1-7] is none of \['10', '8'\]",
        reason="The documentation has all kinds of entitlements; the description has but that of a"
        " subscription and one of its own.",
    ),
    Exemption(
        name="a client without properties",
        side=FRAME,
        route="Identify",
        place=r"d\.properties",
        message="'(os|browser|device)' is a required property",
        reason="Discord only prefers to get these (discord-api-docs, pull request 518).",
    ),
    Exemption(
        name="values by force",
        side=FRAME,
        route="InteractionCreate",
        place=r"d\.data(\.options\[\d+\])+\.value",
        message=r".* breaks type: '(number|string|boolean)'",
        reason="`force` in the sandbox's JSON API sends what Discord would refuse, to see that"
        " the bot stands it.",
    ),
)


def unexpected(
    violations: list[Violation], exemptions: tuple[Exemption, ...] = EXEMPTIONS
) -> list[Violation]:
    """Keep the violations that no exemption covers."""
    return [one for one in violations if not any(each.covers(one) for each in exemptions)]
