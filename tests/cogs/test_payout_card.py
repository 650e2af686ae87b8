"""What a card says of a streamer that not every claim has: disputes, debts, what went back."""

from dataclasses import replace
from fractions import Fraction

from bot.currencies import CoinPrice
from bot.services.claim import Claim, ClaimStep
from bot.services.claim_cards import ClaimCard, StreamerRecord
from bot.services.claim_states import ClaimAction, ClaimState
from bot.texts import texts_for
from cogs.claim_words import timeline
from cogs.payout_batch import question_embed, read_ids, written_ids
from cogs.payout_card import card_embed

TEXTS = texts_for("en-US")
CLAIM = Claim(7, 3, 20, 200, ClaimState.APPROVED, 10)
QUIET = StreamerRecord(
    paid_claims=1,
    paid_diamonds=500,
    returned_claims=2,
    first_claim_at=5,
    received_coins=0,
    largest_id=0,
    largest_coins=0,
    returned_coins=0,
    converted_coins=0,
    converted_bonus_coins=0,
    is_disputed=False,
    debt_coins=0,
)


def fields(record: StreamerRecord) -> dict[str | None, str | None]:
    texts = TEXTS.priced(CoinPrice(Fraction(1), "EUR"))
    embed = card_embed(texts, ClaimCard(CLAIM, (), record))
    return {field.name: field.value for field in embed.fields}


def step(number: int, note: str = "") -> ClaimStep:
    return ClaimStep(
        step=number,
        action=ClaimAction.PAY_PART,
        state=ClaimState.APPROVED,
        actor_id=1,
        taken_at=number,
        note=note,
        diamonds=number,
    )


def test_a_record_without_a_stain_says_no_more_than_it_has() -> None:
    assert fields(QUIET) == {
        "Streamer": "<@20>\n1 claim paid (500 diamonds), 2 returned, since <t:5:D>",
        "What it rests on": "No gifts or conversions in this season.",
    }


def test_what_should_make_an_admin_look_twice_is_said() -> None:
    found = fields(
        replace(
            QUIET,
            received_coins=300,
            largest_id=10,
            largest_coins=299,
            returned_coins=40,
            converted_coins=200,
            converted_bonus_coins=1,
            is_disputed=True,
            debt_coins=30,
        )
    )
    assert (found["Streamer"] or "").splitlines()[2:] == [
        "⚖️ A payment of this streamer is disputed right now.",
        "⚠️ This streamer owes 30 coins (€0.30).",
    ]
    assert (found["What it rests on"] or "").splitlines() == [
        "300 coins (€3.00) in gifts, 99% of them from <@10>",
        "↩️ 40 coins (€0.40) went back out of gifts",
        "0% of the converted coins were bonus coins",
    ]


def test_a_long_story_keeps_its_latest_steps_and_fits_into_a_card() -> None:
    told = timeline(TEXTS, tuple(step(number, "*" * 200) for number in range(1, 31)))
    assert told.startswith("22 earlier steps\n<t:23:f> · 💸 23 diamonds paid by <@1>\n> ")
    assert len(told) < 4_000
    assert "earlier" not in timeline(TEXTS, (step(1),))


def test_the_ids_of_a_page_come_back_as_they_were_and_fit_into_a_button() -> None:
    for ids in ((1,), (35, 36, 1_295, 1_296), tuple(range(10**10, 10**10 + 10))):
        assert read_ids(written_ids(ids)) == ids
        assert len(f"bouquet:batch_yes:{written_ids(ids)}") <= 100


def test_a_batch_says_what_it_is_worth_also_where_the_oldest_claim_is_for_a_perk() -> None:
    texts = TEXTS.priced(CoinPrice(Fraction(1), "EUR"))
    money = replace(CLAIM, claim_id=4, amount_minor=400, currency="EUR")
    embed = question_embed(texts, (CLAIM, money))
    assert embed.footer.text == "400 diamonds (€4.00) for 1 streamer"
