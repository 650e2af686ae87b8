"""Who and what stands in the garden from the start; ids are fixed so that wallets survive."""

from typing import NamedTuple

from bot.sandbox import permissions

GUILD_ID = "1200000000000000001"
GUILD_NAME = "Bouquet Garden"
STREAMER_ROLE_ID = "1200000000000000011"
ADMIN_ROLE_ID = "1200000000000000012"
FOUNDED_AT = "2024-01-25T12:00:00.000000+00:00"


class Person(NamedTuple):
    """Somebody one can be on the page."""

    id: str
    name: str
    colour: int
    role_ids: tuple[str, ...] = ()


class Room(NamedTuple):
    """A text channel; `only_role_id` hides it from everybody without that role."""

    id: str
    name: str
    topic: str
    only_role_id: str | None = None


class Rank(NamedTuple):
    """A role that exists from the start."""

    id: str
    name: str
    colour: int
    position: int
    permissions: int
    hoist: bool = True


OLIVE = Person("1200000000000000107", "Olive", 0x7A9E3B)
PEOPLE = (
    Person("1200000000000000101", "Mia", 0xD9577E),
    Person("1200000000000000102", "Noor", 0x3F8EC2),
    Person("1200000000000000103", "Theo", 0xB4783C),
    Person("1200000000000000104", "Luna", 0x7D63C9, (STREAMER_ROLE_ID,)),
    Person("1200000000000000105", "Kai", 0x2E9B8F, (STREAMER_ROLE_ID,)),
    Person("1200000000000000106", "Ada", 0xC45A4A, (ADMIN_ROLE_ID,)),
    OLIVE,
)
ROOMS = (
    Room("1200000000000000201", "lounge", "Sit down, say hello, look into your wallet."),
    Room("1200000000000000202", "stage", "Luna and Kai perform here; gifts are welcome."),
    Room("1200000000000000203", "staff", "Payouts and settings, for admins.", ADMIN_ROLE_ID),
)
# The bots' managed roles stand between the two, at position 2.
RANKS = (
    Rank(GUILD_ID, "@everyone", 0, 0, permissions.EVERYONE, hoist=False),
    Rank(STREAMER_ROLE_ID, "Streamer", 0x9B59B6, 1, 0),
    Rank(ADMIN_ROLE_ID, "Admin", 0xE67E22, 3, permissions.ADMIN),
)
