"""What is asked of whoever can give roles; `cogs/role_giver.py` does it at Discord."""

from typing import Protocol


class RoleGiver(Protocol):
    """Whoever can give roles; all of it can be asked for twice."""

    async def give(self, guild_id: int, member_id: int, role_id: int) -> None:
        """Give a role; who has it keeps it.

        Raises:
            ProviderRefused: the member or the role is gone, or the role may not be given.
            ProviderSilent: nobody knows.
        """
        ...

    async def has(self, guild_id: int, member_id: int, role_id: int) -> bool:
        """Tell whether a member has a role; who is not there has none.

        Raises:
            ProviderSilent: it cannot be asked now.
        """
        ...

    async def take(self, guild_id: int, member_id: int, role_id: int) -> None:
        """Take a role back; who does not have it, or is gone, stays without.

        Raises:
            ProviderRefused: the role may not be taken.
            ProviderSilent: nobody knows.
        """
        ...
