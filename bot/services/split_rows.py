"""Agreements to share as values, and how they are read."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.services.bonuses import Read
from bot.services.season_marks import season_entry_sql
from bot.split_errors import SplitGone


class SplitState(StrEnum):
    """Where an agreement stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMember:
    """Somebody who gets a part (percent), when they agreed (UTC, 0: not yet), what they got."""

    member_id: int
    percent: int
    agreed_at: int = 0
    paid_coins: int = 0
    bonus_coins: int = 0

    @property
    def coins(self) -> int:
        """Return the coins that were shared with this member so far."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An agreement; it is for gifts after the entry `from_id` (times in seconds, UTC)."""

    guild_id: int
    split_id: int
    streamer_id: int
    state: SplitState
    proposed_at: int
    began_at: int
    ended_at: int
    ended_by: int
    members: tuple[SplitMember, ...]

    @property
    def percent_kept(self) -> int:
        """Return what stays with the streamer (percent)."""
        return 100 - sum(member.percent for member in self.members)

    def is_of(self, member_id: int) -> bool:
        """Tell whether somebody has a part in it, also as the streamer."""
        return member_id == self.streamer_id or any(
            member.member_id == member_id for member in self.members
        )


async def one_split(read: Read, guild_id: int, split_id: int) -> Split:
    """Return an agreement.

    Raises:
        SplitGone: there is none of that number.
    """
    found = await read_splits(read, guild_id, "s.split_id = ?", split_id)
    if not found:
        raise SplitGone
    return found[0]


async def read_splits(read: Read, guild_id: int, condition: str, *values: int | str) -> list[Split]:
    """Return the agreements of a guild that an SQL condition on `s` names, the newest first."""
    rows: list[Any] = list(await read(_SPLITS_SQL.format(condition), (guild_id, *values)))
    splits: dict[int, Split] = {}
    for split_id, streamer_id, state, proposed_at, began_at, ended_at, ended_by, *member in rows:
        split = splits.get(split_id) or Split(
            guild_id=guild_id,
            split_id=split_id,
            streamer_id=streamer_id,
            state=SplitState(state),
            proposed_at=proposed_at,
            began_at=began_at,
            ended_at=ended_at,
            ended_by=ended_by,
            members=(),
        )
        member_id, percent, agreed_at, paid_coins, bonus_coins = member
        one = SplitMember(
            member_id=member_id,
            percent=percent,
            agreed_at=agreed_at,
            paid_coins=paid_coins,
            bonus_coins=bonus_coins,
        )
        splits[split_id] = replace(split, members=(*split.members, one))
    return list(splits.values())


# What was agreed on in a season that is over went with it.
STATE_SQL = f"""CASE WHEN s.state = 'active' AND s.from_id < {season_entry_sql("s.guild_id")}
                      THEN 'ended' ELSE s.state END"""
_SPLITS_SQL = f"""
SELECT s.split_id, s.streamer_id, {STATE_SQL}, s.proposed_at, s.began_at, s.ended_at, s.ended_by,
       m.member_id, m.percent, m.agreed_at, m.paid_coins, m.bonus_coins
  FROM split AS s JOIN split_member AS m USING (guild_id, split_id)
 WHERE s.guild_id = ? AND {{}}
 ORDER BY s.split_id DESC, m.percent DESC, m.member_id
"""
