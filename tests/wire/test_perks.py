"""`/perks` and `/economy perks`: a role for diamonds, from the offer to its last day."""

from typing import Any

import pytest

from bot.sandbox.cast import ADMIN_ROLE_ID
from tests.wire.sentences import ADMINS_ONLY
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Town

DAY = 24 * 60 * 60
ROLE = f"<@&{STREAMERS}>"
NOT_YOURS = (
    "You can offer roles that you could give yourself. That takes Manage Roles, a role of yours"
    " above it, no permission that you lack, and none of the roles that apps bring along."
)


@pytest.fixture
async def stall(town: Town) -> Town:
    """A town with one perk, in which Luna has 1,000 diamonds and was paid a claim by hand."""
    await offer(town)
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    claims = town.bot.economy.claims
    await claims.request(
        guild_id=GUILD_ID, key="first", streamer_id=MEMBER_ID["Luna"], diamonds=100
    )
    await claims.approve(guild_id=GUILD_ID, key="a", admin_id=MEMBER_ID["Ada"], claim_id=1)
    await claims.mark_paid(
        guild_id=GUILD_ID, key="p", admin_id=MEMBER_ID["Ada"], claim_id=1, reference="cash"
    )
    return town


async def offer(town: Town, person: str = "Olive", role: str = "Streamer", **more: Any) -> str:
    """Offer a perk; return what is answered."""
    options: dict[str, Any] = {"role": role, "diamonds": 200, "days": 7, **more}
    return (await town.type(person, "economy perks offer", **options)).text


async def test_a_role_is_offered_under_its_own_name_or_another(town: Town) -> None:
    await offer(town)
    shown = await offer(town, name="**Front** row", days=1, diamonds=100)
    assert shown == (
        "What diamonds get you\n"
        f"#2 **\\*\\*Front\\*\\* row** · {ROLE} · 💎 100 · 1 day\n"
        f"#1 **Streamer** · {ROLE} · 💎 200 · 7 days\n"
        "/perks perk: claims one. An admin looks at it first."
    )
    assert (await town.type("Ada", "economy perks show")).text == shown


async def test_without_perks_there_is_nothing_to_see(town: Town) -> None:
    nothing = "What diamonds get you\nThere are no perks here yet."
    assert (await town.type("Luna", "perks")).text == nothing
    await town.refuses(
        town.type("Luna", "perks", perk=1),
        "There is no perk 1 here. `/perks` shows those that there are.",
    )


async def test_nobody_offers_a_role_that_they_could_not_give(town: Town) -> None:
    # Ada may manage the server, but no roles; Olive owns it, but apps' roles are theirs.
    roles = town.sandbox.world.guild.roles.values()
    managed = next(role["name"] for role in roles if role["managed"])
    for person, role in (("Ada", "Streamer"), ("Olive", "@everyone"), ("Olive", managed)):
        await town.refuses(
            town.type(person, "economy perks offer", role=role, diamonds=200, days=7), NOT_YOURS
        )


async def test_nobody_hands_out_permissions_that_they_lack(town: Town) -> None:
    roles = town.sandbox.world.guild.roles
    roles[ADMIN_ROLE_ID]["permissions"] = str(int(roles[ADMIN_ROLE_ID]["permissions"]) | 1 << 28)
    roles[str(STREAMERS)]["permissions"] = str(1 << 3)
    guild = town.sandbox.world.guild
    for name in ("Ada", "Luna"):
        member = guild.members[str(MEMBER_ID[name])]
        guild.set_roles(member, member.role_ids)
    await town.restart()
    await town.refuses(
        town.type("Ada", "economy perks offer", role="Streamer", diamonds=200, days=7), NOT_YOURS
    )
    roles[str(STREAMERS)]["permissions"] = "0"
    await town.restart()
    assert "#1 **Streamer**" in await offer(town, "Ada")


async def test_nobody_offers_a_role_that_stands_above_their_own(town: Town) -> None:
    # It may open channels, which no permission of the role itself shows.
    guild = town.sandbox.world.guild
    roles = guild.roles
    roles[ADMIN_ROLE_ID]["permissions"] = str(int(roles[ADMIN_ROLE_ID]["permissions"]) | 1 << 28)
    ada = guild.members[str(MEMBER_ID["Ada"])]
    guild.set_roles(ada, ada.role_ids)
    for position in (3, 4):
        roles[str(STREAMERS)].update(position=position, permissions="0")
        await town.restart()
        await town.refuses(
            town.type("Ada", "economy perks offer", role="Streamer", diamonds=200, days=7),
            NOT_YOURS,
        )
    assert "#1 **Streamer**" in await offer(town, "Olive")


async def test_a_bot_that_gives_no_roles_yet_says_what_it_needs(town: Town) -> None:
    guild = town.sandbox.world.guild
    (application,) = town.sandbox.world.applications.values()
    bot = guild.members[application.id]
    for role_id in bot.role_ids:
        guild.roles[role_id]["permissions"] = str(
            int(guild.roles[role_id]["permissions"]) & ~(1 << 28)
        )
    guild.set_roles(bot, bot.role_ids)
    assert (await offer(town)).startswith("I lack *Manage Roles* here")


async def test_what_is_retired_is_not_offered_any_more(stall: Town) -> None:
    assert "There are no perks" in (await stall.type("Ada", "economy perks retire", perk=1)).text
    await stall.refuses(
        stall.type("Ada", "economy perks retire", perk=1),
        "There is no perk 1 here. `/perks` shows those that there are.",
    )


async def test_perks_are_suggested_by_name_and_number(stall: Town) -> None:
    await offer(stall, name="Front row")
    names = [each["name"] for each in await stall.choices("Luna", "perks", "perk", perk="FRONT")]
    assert names == ["Front row · 200 diamonds"]
    assert len(await stall.choices("Luna", "perks", "perk", perk="")) == 2
    ids = [
        each["value"]
        for each in await stall.choices("Ada", "economy perks retire", "perk", perk="#1")
    ]
    assert ids == [1]


async def test_a_long_name_leaves_room_for_its_price(town: Town) -> None:
    await offer(town, name="r" * 80, diamonds=10**15)
    (choice,) = await town.choices("Luna", "perks", "perk", perk="")
    assert len(choice["name"]) == 100
    assert choice["name"].endswith("r… · 1,000,000,000,000,000 diamonds")


async def test_a_perk_is_claimed_given_shown_and_taken_back(stall: Town) -> None:
    # Luna is a streamer by that role already; Kai's role is what is watched.
    world = stall.sandbox.world
    luna = world.guild.members[str(MEMBER_ID["Luna"])]
    claimed = await stall.type("Luna", "perks", perk=1)
    assert claimed.is_private
    assert claimed.text == (
        "Claim #2 asks for it, for 200 diamonds. An admin looks at it, and a letter tells you."
        " `/claim status` shows how it stands."
    )
    economy = stall.bot.economy
    await economy.claims.approve(guild_id=GUILD_ID, key="a2", admin_id=MEMBER_ID["Ada"], claim_id=2)
    await economy.payout_sending.send(
        guild_id=GUILD_ID, key="s2", admin_id=MEMBER_ID["Ada"], claim_id=2
    )
    await economy.perk_returns.run()
    ends_at = stall.clock.seconds() + 7 * DAY
    shown = await stall.type("Luna", "perks")
    assert f"Yours now\n{ROLE} until <t:{ends_at}:f>" in shown.text
    assert str(STREAMERS) in luna.role_ids
    stall.clock.advance(7 * DAY)
    # The bot's role was moved below it meanwhile.
    world.guild.roles[str(STREAMERS)]["position"] = 2
    await economy.perk_returns.run()
    late = await stall.type("Ada", "economy perks show")
    assert late.text.startswith(
        f"{ROLE} of <@{MEMBER_ID['Luna']}> was due back <t:{ends_at}:R>: I may not give this role."
    )
    world.guild.roles[str(STREAMERS)]["position"] = 1
    stall.clock.advance(DAY)
    await economy.perk_returns.run()
    assert str(STREAMERS) not in luna.role_ids
    assert "Yours now" not in (await stall.type("Luna", "perks")).text


async def test_a_role_that_was_claimed_very_often_is_told_of_once(town: Town) -> None:
    await offer(town, diamonds=100, days=1)
    await town.earn("Luna", 4_000)
    await town.type("Luna", "convert")
    claims, perks = town.bot.economy.claims, town.bot.economy.perks
    for number in range(1, 41):
        await perks.claim(
            guild_id=GUILD_ID, key=f"c{number}", streamer_id=MEMBER_ID["Luna"], perk_id=1
        )
        names: Any = {"guild_id": GUILD_ID, "admin_id": MEMBER_ID["Ada"], "claim_id": number}
        await claims.approve(key=f"a{number}", **names)
        await claims.mark_paid(key=f"p{number}", reference="me", **names)
    began_at = town.clock.seconds()
    await town.bot.economy.perk_returns.run()
    text = (await town.type("Luna", "perks")).text
    assert text.count(f"{ROLE} until") == 1
    assert f"{ROLE} until <t:{began_at + 40 * DAY}" in text


async def test_members_offer_no_perks(town: Town) -> None:
    await town.refuses(town.type("Mia", "economy perks show", force=True), ADMINS_ONLY)
