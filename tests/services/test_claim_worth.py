"""What a claim is worth in money: fixed when it is requested, and nothing where a guild plays."""

from fractions import Fraction

import pytest

from bot.claim_errors import ClaimWorthTooMuch
from bot.currencies import Money
from bot.ledger.audit import audit
from bot.paid_errors import PaidModeOnly
from bot.services.claim import sending_of
from bot.services.claim_requests import worth_of
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from bot.services.settings import PAID, GuildSettings
from tests.services.claiming import ClaimDesk
from tests.services.conftest import ADMIN_ID, GUILD_ID, Play
from tests.services.paid import OWNER_ID, Paid


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A guild that takes euros and pays half a cent a diamond; the streamer has 1,000."""
    await Paid(economy).begin()
    await play.set("diamond_value_minor", "1/2")
    await play.diamonds(1_000)
    return ClaimDesk(economy, play)


async def test_a_claims_worth_is_rounded_down_and_stays_as_it_was(
    desk: ClaimDesk, play: Play
) -> None:
    claim = (await play.claim(201)).claim
    assert claim.worth == claim.left_worth == Money(100, "EUR")
    await play.set("diamond_value_minor", "3")
    assert (await desk.find()).worth == Money(100, "EUR")
    assert (await play.claim(100)).claim.worth == Money(300, "EUR")


async def test_the_parts_of_a_claim_are_worth_as_much_as_the_whole(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(201)
    await desk.approve()
    left = [(await desk.pay(67)).claim.left_worth for _ in range(3)]
    assert left == [Money(67, "EUR"), Money(34, "EUR"), Money(0, "EUR")]
    assert await economy.books.read("SELECT amount_minor FROM claim_payment ORDER BY part") == [
        (33,),
        (33,),
        (34,),
    ]
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_what_is_sent_is_worth_its_part(desk: ClaimDesk, play: Play) -> None:
    for claim_id in (1, 2):
        await play.claim(201)
        await desk.approve(claim_id)
    await desk.pay()
    sending = sending_of((await desk.begin(100, claim_id=2)).claim)
    assert (sending.amount_minor, sending.currency) == (49, "EUR")


async def test_where_diamonds_have_no_value_a_claim_is_worth_nothing(
    desk: ClaimDesk, play: Play
) -> None:
    await play.set("diamond_value_minor", "0")
    assert (await play.claim(200)).claim.worth is None
    assert (await desk.find()).left_worth is None


async def test_play_mode_knows_no_value(economy: Economy, play: Play) -> None:
    with pytest.raises(PaidModeOnly):
        await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "diamond_value_minor", "1")
    await play.diamonds(500)
    assert (await play.claim(200)).claim.worth is None
    # A guild that went back to play keeps the setting for the next time.
    assert worth_of(5, GuildSettings(diamond_value_minor=Fraction(1), currency="EUR")) == (0, "")


@pytest.mark.parametrize(("currency", "value"), [("EUR", Fraction(2)), ("USD", Fraction(0))])
async def test_a_value_in_another_currency_is_forgotten(
    economy: Economy, play: Play, currency: str, value: Fraction
) -> None:
    paid = Paid(economy)
    await paid.begin()
    await play.set("diamond_value_minor", "2")
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await paid.begin(currency=currency)
    assert (await economy.guilds.get(GUILD_ID)).settings.diamond_value_minor == value


def test_a_claim_is_worth_no_more_than_the_books_take() -> None:
    settings = GuildSettings(mode=PAID, diamond_value_minor=Fraction(3), currency="EUR")
    most = 10**15 // 3
    assert worth_of(most, settings) == (most * 3, "EUR")
    with pytest.raises(ClaimWorthTooMuch) as refusal:
        worth_of(most + 1, settings)
    assert refusal.value.most == most
