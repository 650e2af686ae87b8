"""`/economy`: settings with their bounds, streamers, grants."""

from typing import Any

import pytest

from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.posting import Entry, from_house, post
from bot.services.settings import SETTINGS, find_setting
from tests.services.paid import SETUP
from tests.wire.sentences import INVALID_FORM
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Town

REASON = "Please say in 1 to 200 characters what this is for; it stays in the books."

TAKES = {
    "open": "on or off",
    "fee_percent": "a whole number from 0 to 90",
    "confirm_from": "a whole number from 1 to 1,000,000,000",
    "paid_rate": "a fraction such as 1/2 or 0.5, from 1/1000 to 1000",
    "bonus_rate": "0, or a fraction such as 1/2 or 0.5, up to 1000",
    "convert_confirm_from": "a whole number from 1 to 1,000,000,000",
    "claim_least": "a whole number from 1 to 1,000,000,000",
    "claim_most_per_day": "a whole number from 1 to 1,000,000,000,000,000",
    "hold_days": "a whole number from 0 to 180",
    "claim_two_approvals_from": "a whole number from 0 to 1,000,000,000,000,000",
    "diamond_value_minor": "0, or a fraction such as 1/2 or 0.5, up to 100000",
}

# For every setting: values it takes, with what is shown, and values that it does not.
WITHIN = {
    "open": {"off": "off", "YES": "on", " no ": "off"},
    "fee_percent": {"0": "0", "90": "90", "007": "7"},
    "confirm_from": {"1": "1", "1,000,000,000": "1000000000"},
    "convert_confirm_from": {"1": "1"},
    "claim_least": {"1": "1", "1,000,000,000": "1000000000"},
    "claim_most_per_day": {"1": "1", "1000000000000000": "1000000000000000"},
    "claim_two_approvals_from": {"0": "0", "5,000": "5000"},
    "diamond_value_minor": {"0.5": "1/2", "100000": "100000"},
}
OUTSIDE = {
    "open": ["maybe", "1", "on off"],
    "fee_percent": ["-1", "91", "2.5", "ten", "１０", "9" * 40],
    "convert_confirm_from": ["0", "1000000001"],
    "confirm_from": ["0", "1000000001", "1_000", "1e3"],
    "claim_least": ["0", "1000000001"],
    "claim_most_per_day": ["0", "1000000000000001"],
    "claim_two_approvals_from": ["-1", "1000000000000001"],
    "diamond_value_minor": ["-1", "100001", "a cent"],
}
# What is about money is there in paid mode alone.
PLAYED = [setting for setting in SETTINGS if setting.name != "diamond_value_minor"]


async def prepare(town: Town, name: str) -> None:
    """Let the server take money where the setting is about it."""
    if find_setting(name) not in PLAYED:
        await town.bot.economy.seasons.begin_paid(GUILD_ID, MEMBER_ID["Olive"], SETUP)


def test_every_setting_has_its_bounds_tried() -> None:
    assert TAKES.keys() == {setting.name for setting in SETTINGS}
    names = {setting.name for setting in SETTINGS if not setting.command}
    assert names == WITHIN.keys() == OUTSIDE.keys()


async def test_all_settings_are_shown_with_values_and_bounds(town: Town) -> None:
    shown = await town.type("Ada", "economy settings")
    assert shown.is_private
    fields = {field["name"]: field["value"] for field in shown.message["embeds"][0]["fields"]}
    assert list(fields) == [
        "open = on",
        "fee_percent = 0",
        "confirm_from = 5,000",
        "paid_rate = 1",
        "bonus_rate = 1",
        "convert_confirm_from = 5,000",
        "claim_least = 100",
        "claim_most_per_day = 100,000",
        "hold_days = 0",
        "claim_two_approvals_from = 0",
    ]
    for setting, text in zip(PLAYED, fields.values(), strict=True):
        takes = f"Takes {TAKES[setting.name]}"
        if setting.command:
            takes = f"`{setting.command}` changes it"
        assert text == f"{setting.about}\n-# {takes}"


@pytest.mark.parametrize(
    ("name", "command"), [("paid_rate", "/economy rate"), ("hold_days", "/economy hold")]
)
async def test_a_setting_with_a_command_of_its_own_is_changed_there(
    town: Town, name: str, command: str
) -> None:
    await town.refuses(
        town.type("Ada", "economy settings", setting=name, value="1"),
        f"There is a command of its own for **{name}**: `{command}`.",
    )


async def test_what_a_diamond_is_worth_is_a_setting_of_paid_mode_alone(town: Town) -> None:
    name = "diamond_value_minor"
    await town.refuses(
        town.type("Ada", "economy settings", setting=name, value="1"),
        "Prices belong to paid mode, which the server's owner turns on with `/economy mode`.",
    )
    assert await town.choices("Ada", "economy settings", "setting", setting="diamond") == []
    await prepare(town, name)
    assert f"{name} = 0" in (await town.type("Ada", "economy settings")).text
    (choice,) = await town.choices("Ada", "economy settings", "setting", setting="diamond")
    assert choice["value"] == name


async def test_a_setting_without_a_value_shows_them_all(town: Town) -> None:
    shown = await town.type("Ada", "economy settings", setting="fee_percent")
    assert "Settings of the economy" in shown.text


@pytest.mark.parametrize("name", WITHIN)
async def test_a_setting_takes_what_is_within_its_bounds(town: Town, name: str) -> None:
    await prepare(town, name)
    # The two limits of claims must leave room for each other.
    for other, value in (("claim_most_per_day", str(10**15)), ("claim_least", "1")):
        if name in {"claim_least", "claim_most_per_day"} - {other}:
            await town.type("Ada", "economy settings", setting=other, value=value)
    before = {"open": "on", "fee_percent": "0"}.get(name)
    for typed, after in WITHIN[name].items():
        changed = await town.type("Ada", "economy settings", setting=name, value=typed)
        assert changed.is_private
        assert changed.text.startswith(f"**{name}** is now **{after}** (it was {before or ''}")
        assert changed.text.endswith(f"). It takes {TAKES[name]}.")
        before = after


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in OUTSIDE.items() for value in values]
)
async def test_a_setting_outside_its_bounds_is_refused_with_them(
    town: Town, name: str, value: str
) -> None:
    await prepare(town, name)
    await town.refuses(
        town.type("Ada", "economy settings", setting=name, value=value),
        f"“{name}” takes {TAKES[name]}; “{value[:40]}” is not one of them. Nothing was changed.",
    )


@pytest.mark.parametrize("name", ["feee", "streamer_role_id"])
async def test_an_unknown_setting_is_refused(town: Town, name: str) -> None:
    await town.refuses(
        town.type("Ada", "economy settings", setting=name, value="1"),
        f"There is no setting called “{name}”. `/economy settings` shows them all.",
    )


async def test_the_owner_runs_the_economy_too(town: Town) -> None:
    changed = await town.type("Olive", "economy settings", setting="fee_percent", value="5")
    assert "**fee_percent** is now **5** (it was 0)." in changed.text


async def test_the_streamers_are_listed(town: Town) -> None:
    listed = await town.type("Ada", "economy streamers")
    assert listed.is_private
    assert listed.text == (
        f"Streamers\nEverybody with the role: <@&{STREAMERS}>\nNamed: nobody yet\n"
        "Streamers can receive gifts, convert and claim."
    )


async def test_a_named_streamer_receives_gifts_until_taken_off_the_list(town: Town) -> None:
    await town.grant("Mia", 2)
    named = await town.type("Ada", "economy streamers", add="Noor")
    assert f"Named: <@{MEMBER_ID['Noor']}>" in named.text
    sent = await town.type("Mia", "gift", streamer="Noor", gift="petal")
    assert not sent.is_private
    removed = await town.type("Ada", "economy streamers", remove="Noor")
    assert "Named: nobody yet" in removed.text
    await town.refuses(
        town.type("Mia", "gift", streamer="Noor", gift="petal"),
        "Noor is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_role_can_stop_counting(town: Town) -> None:
    await town.grant("Mia", 1)
    shown = await town.type("Ada", "economy streamers", no_role=True)
    assert "Everybody with the role: none" in shown.text
    await town.refuses(
        town.type("Mia", "gift", streamer="Luna", gift="petal"),
        "Luna is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_bot_is_no_streamer(town: Town) -> None:
    await town.refuses(
        town.type("Ada", "economy streamers", add="Bouquet"),
        "Bots have no wallets. Pick a person.",
    )


async def test_somebody_who_left_is_not_named_but_can_be_taken_off_the_list(town: Town) -> None:
    await town.type("Ada", "economy streamers", add="Noor")
    await town.post("member", member="Noor", action="leave")
    removed = await town.type("Ada", "economy streamers", remove="Noor")
    assert "Named: nobody yet" in removed.text
    await town.refuses(
        town.type("Ada", "economy streamers", add="Noor"),
        "Noor is not in this server any more. Pick somebody who is.",
    )


async def test_a_grant_gives_bonus_coins_with_a_reason_in_the_books(town: Town) -> None:
    given = await town.type("Ada", "economy grant", member="Mia", coins=250, reason=" the\nraffle ")
    assert given.is_private
    assert given.text == f"<@{MEMBER_ID['Mia']}> received **250 coins** as bonus. Receipt #1"
    assert "0 bought · 250 bonus" in (await town.type("Mia", "wallet")).text
    granted_by = await town.books.read("SELECT actor_id, note FROM entry")
    assert [tuple(row) for row in granted_by] == [(MEMBER_ID["Ada"], "the raffle")]
    assert "**+250** 🪙 · the raffle `#1`" in (await town.type("Mia", "history")).text


@pytest.mark.parametrize("coins", [0, -1, 1_000_000_001, "many", 1.5])
async def test_discord_passes_on_no_grant_outside_its_bounds(town: Town, coins: Any) -> None:
    await town.discord_refuses(
        town.type("Ada", "economy grant", member="Mia", coins=coins, reason="x"), INVALID_FORM
    )


@pytest.mark.parametrize(
    ("coins", "sentence"),
    [
        (0, "The amount must be from 1 to 1,000,000,000."),
        (-1, "The amount must be from 1 to 1,000,000,000."),
        (1_000_000_001, "The amount must be from 1 to 1,000,000,000."),
        (2**60, "The amount must be from 1 to 1,000,000,000."),
        ("many", "“many” is not a whole number. Please type digits only, such as 10."),
        (1.5, "“1.5” is not a whole number. Please type digits only, such as 10."),
    ],
)
async def test_a_forged_grant_outside_its_bounds_is_refused_by_the_bot(
    town: Town, coins: Any, sentence: str
) -> None:
    await town.refuses(
        town.type("Ada", "economy grant", member="Mia", coins=coins, reason="x", force=True),
        sentence,
    )


async def test_a_grant_needs_a_reason(town: Town) -> None:
    for reason in ("", "x" * 201):
        await town.discord_refuses(
            town.type("Ada", "economy grant", member="Mia", coins=1, reason=reason), INVALID_FORM
        )
    for reason in ("   ", "\u200b", "x" * 201):
        await town.refuses(
            town.type("Ada", "economy grant", member="Mia", coins=1, reason=reason, force=True),
            REASON,
        )


async def test_a_grant_to_a_bot_is_refused(town: Town) -> None:
    await town.refuses(
        town.type("Ada", "economy grant", member="Bouquet", coins=1, reason="x"),
        "Bots have no wallets. Pick a person.",
    )


async def test_a_grant_to_somebody_who_left_is_refused(town: Town) -> None:
    await town.post("member", member="Mia", action="leave")
    await town.refuses(
        town.type("Ada", "economy grant", member="Mia", coins=1, reason="x"),
        "Mia is not in this server any more. Pick somebody who is.",
    )


async def test_a_wallet_at_the_ceiling_takes_no_further_grant(town: Town) -> None:
    mia = MEMBER_ID["Mia"]
    ceiling = Entry(
        guild_id=GUILD_ID,
        key="ceiling",
        kind="grant",
        actor_id=MEMBER_ID["Ada"],
        posted_at=town.clock.seconds(),
        lines=(from_house(Account.GRANTED, mia, Account.BONUS, MOST_AMOUNT - 1),),
        content=(),
    )
    await town.books.do(lambda connection: post(connection, ceiling))
    await town.refuses(
        town.type("Ada", "economy grant", member="Mia", coins=2, reason="x"),
        "That is more than a wallet can hold. Please choose a smaller amount.",
    )
    given = await town.type("Ada", "economy grant", member="Mia", coins=1, reason="x")
    assert "received **1 coin**" in given.text


async def test_a_closed_economy_can_still_be_run(town: Town) -> None:
    closed = await town.type("Ada", "economy settings", setting="open", value="off")
    assert "**open** is now **off** (it was on)." in closed.text
    given = await town.type("Ada", "economy grant", member="Mia", coins=5, reason="sorry")
    assert "received **5 coins**" in given.text
    assert "**5 coins**" in (await town.type("Mia", "wallet")).text


async def test_claim_limits_that_nobody_could_meet_are_refused(town: Town) -> None:
    await town.refuses(
        town.type("Ada", "economy settings", setting="claim_most_per_day", value="99"),
        "With at least 100 in a claim and at most 99 in 24 hours nobody could claim. "
        "Change the other one first. Nothing was changed.",
    )
