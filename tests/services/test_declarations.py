"""A buyer declares once; countries are those of ISO 3166, in the reader's language."""

import pytest

from bot.paid_errors import DeclarationMissing, UnknownCountry
from bot.services.countries import countries, countries_like, find_country
from bot.services.declarations import DECLARATION_VERSION, Declaration, require_declaration
from bot.services.economy import Economy
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID


async def test_a_member_declares_once(economy: Economy, clock: MovableClock) -> None:
    assert await economy.declarations.of(GUILD_ID, GIVER_ID) is None
    first = await economy.declarations.declare(GUILD_ID, GIVER_ID, "deutschland", "de")
    assert first == Declaration(GUILD_ID, GIVER_ID, "DE", DECLARATION_VERSION, clock.now)
    clock.advance(60)
    again = await economy.declarations.declare(GUILD_ID, GIVER_ID, "FR", "de", text_version=2)
    assert again == first == await economy.declarations.of(GUILD_ID, GIVER_ID)


async def test_a_declaration_counts_in_its_own_guild_and_for_its_own_member(
    economy: Economy,
) -> None:
    await economy.declarations.declare(GUILD_ID, GIVER_ID, "DE", "de")
    read = economy.books.read
    assert (await require_declaration(read, GUILD_ID, GIVER_ID)).country == "DE"
    for guild_id, member_id in ((GUILD_ID + 1, GIVER_ID), (GUILD_ID, GIVER_ID + 1)):
        with pytest.raises(DeclarationMissing):
            await require_declaration(read, guild_id, member_id)


async def test_an_unknown_country_declares_nothing(economy: Economy) -> None:
    with pytest.raises(UnknownCountry) as refusal:
        await economy.declarations.declare(GUILD_ID, GIVER_ID, "Atlantis", "en-US")
    assert refusal.value.name == "Atlantis"
    assert await economy.declarations.of(GUILD_ID, GIVER_ID) is None


@pytest.mark.parametrize("typed", ["de", " DE ", "Germany", "germany", "Deutschland"])
def test_a_country_is_found_by_code_by_name_and_in_english(typed: str) -> None:
    assert find_country(typed, "de") == "DE"


@pytest.mark.parametrize("typed", ["", "EU", "ZZ", "XA", "UN", "TA", "001", "Deutschlan", "xx"])
def test_what_is_no_country_is_refused(typed: str) -> None:
    with pytest.raises(UnknownCountry):
        find_country(typed, "de")


def test_there_are_as_many_countries_as_iso_has_and_kosovo() -> None:
    assert len(countries("en-US")) == 249 + 1
    assert all(len(code) == 2 for code in countries("ja"))


def test_countries_are_suggested_with_those_first_that_begin_so() -> None:
    assert [code for code, _ in countries_like("ger", "en-US")][:1] == ["DE"]
    assert [code for code, _ in countries_like("united k", "en-US")] == ["GB"]
    assert ("DE", "Deutschland") in countries_like("de", "de")
    assert len(countries_like("", "en-US")) == 25
