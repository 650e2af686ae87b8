"""Perks as values and rows: roles on offer, and those that claims ask for."""

from dataclasses import dataclass

from bot.services.bonuses import Read


@dataclass(frozen=True, slots=True)
class Perk:
    """A role for so many diamonds and days; `state` is offered or retired."""

    guild_id: int
    perk_id: int
    name: str
    role_id: int
    diamonds: int
    days: int
    state: str = "offered"

    @property
    def is_offered(self) -> bool:
        """Tell whether it can still be claimed."""
        return self.state == "offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerkGrant:
    """A perk that a claim asks for; `expires_at` is 0 until it is paid (seconds, UTC).

    `refusal` says why its role could not be taken back, after so many `tries`.
    """

    guild_id: int
    claim_id: int
    streamer_id: int
    role_id: int
    days: int
    expires_at: int
    tries: int
    refusal: str


PERK_COLUMNS = "guild_id, perk_id, name, role_id, diamonds, days, state"
_GRANT_COLUMNS = "guild_id, claim_id, streamer_id, role_id, days, expires_at, tries, refusal"


async def read_perks(read: Read, condition: str, *values: int) -> tuple[Perk, ...]:
    """Return the perks that a condition of ours chooses."""
    rows = await read(f"SELECT {PERK_COLUMNS} FROM perk WHERE {condition}", values)
    return tuple(Perk(*row) for row in rows)


async def read_grants(read: Read, condition: str, *values: int) -> tuple[PerkGrant, ...]:
    """Return the promised perks that a condition of ours chooses."""
    rows = await read(f"SELECT {_GRANT_COLUMNS} FROM perk_grant WHERE {condition}", values)
    names = _GRANT_COLUMNS.split(", ")
    return tuple(PerkGrant(**dict(zip(names, row, strict=True))) for row in rows)
