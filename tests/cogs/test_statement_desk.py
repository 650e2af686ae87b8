"""Who may make a statement, and when: few at once, and no guild before all others."""

import asyncio

from cogs.statement_desk import place_of


async def test_a_guild_that_asks_often_leaves_a_place_for_others() -> None:
    entered = asyncio.Queue[int]()
    goes_on = asyncio.Event()

    async def ask(guild_id: int) -> None:
        async with place_of(guild_id):
            await entered.put(guild_id)
            await goes_on.wait()

    async with asyncio.TaskGroup() as tasks:
        for guild_id in (1, 1, 1, 2, 3):
            tasks.create_task(ask(guild_id))
        assert [await entered.get() for _ in range(2)] == [1, 2]
        assert entered.empty()
        goes_on.set()
        # Whoever waits longest of the guilds, not of the people, is next.
        assert [await entered.get() for _ in range(3)] == [3, 1, 1]
