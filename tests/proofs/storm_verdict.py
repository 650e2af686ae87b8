"""Where the books and the truth differ once a storm over payments is over."""

from bot.ledger.books import Books
from bot.payments.provider import Payment
from bot.services.economy import Economy
from bot.services.lot_history import read_lots
from tests.proofs.paying_bot import GUILD_ID
from tests.proofs.storm_bonuses import wrong_bonuses
from tests.proofs.storm_scene import MEMBERS, PRICES, Scene


def differences(scene: Scene) -> list[str]:
    """Return where the books and the truth differ."""
    with scene.books() as books:
        booked = {
            row[0]: row[1:]
            for row in books.execute(
                "SELECT payment_id, order_id, refunded_minor, lost_minor, disputes_open"
                " FROM payment"
            )
        }
        reviewed = {row[0] for row in books.execute("SELECT payment_id FROM payment_review")}
        kept = "SELECT 1 FROM payment_review WHERE reason = 'defect'"
        defects = books.execute(kept).fetchall()
        sold = books.execute("SELECT -balance FROM pot WHERE account = 'sold'").fetchall()
        still_open = "SELECT order_id FROM purchase_order WHERE state = 'open'"
        waiting = [f"order {row[0]} waits for ever" for row in books.execute(still_open)]
        bonuses = wrong_bonuses(books, scene.service)
    found = [*scene.defects, *scene.service.defects, *_wrong_payments(scene, booked)]
    found += waiting + bonuses
    # A sweep may have healed them since; a bot in order never has one.
    found += ["a defect kept a payment from being booked"] * len(defects)
    found += _wrong_places(scene, booked, reviewed)
    coins = sum(_coins_of(scene, scene.service.payments[each]) for each in booked)
    if coins != (sold[0][0] if sold else 0):
        found.append(f"{coins} coins should be sold, {sold} are")
    return found


def _wrong_payments(scene: Scene, booked: dict[str, tuple[int, ...]]) -> list[str]:
    found: list[str] = []
    for payment_id, (order_id, *state) in booked.items():
        true = scene.service.payments[payment_id]
        truth = [true.refunded_minor, true.lost_minor, true.disputes_open]
        if [order_id, *state] != [true.order_id, *truth]:
            found.append(f"{payment_id} is {truth}, the books say {state}")
    return found


def _wrong_places(
    scene: Scene, booked: dict[str, tuple[int, ...]], reviewed: set[str]
) -> list[str]:
    """Return payments that are neither credited nor kept, and orders credited wrongly."""
    found: list[str] = []
    for payment_id, payment in scene.service.payments.items():
        if payment_id in booked and payment_id in reviewed:
            found.append(f"{payment_id} is credited and kept")
        is_back = payment.taken_back_minor == payment.amount_minor
        if payment_id not in booked and payment_id not in reviewed and not is_back:
            found.append(f"{payment_id} is lost")
    for order in scene.orders:
        right = [
            each
            for each in order.payments
            if scene.service.payments[each].amount_minor == PRICES[order.coins]
        ]
        credited = [each for each in order.payments if each in booked]
        if len(credited) != min(len(right), 1) or not set(credited) <= set(right):
            found.append(f"order {order.order_id} was credited for {credited} of {right}")
    return found


def _coins_of(scene: Scene, payment: Payment) -> int:
    coins = scene.orders[payment.order_id - 1].coins
    return coins - coins * payment.taken_back_minor // payment.amount_minor


async def wrong_lots(scene: Scene) -> list[str]:
    """Return members whose lots do not hold what their wallets do."""
    books = await Books.open(scene.path)
    found: list[str] = []
    try:
        for member_id in MEMBERS:
            wallet = await Economy.over(books).wallets.balance(GUILD_ID, member_id)
            lots = await books.do(lambda c, m=member_id: read_lots(c, GUILD_ID, m, 0))
            if lots.unspent_coins != wallet.paid_coins:
                found.append(f"member {member_id} has {wallet.paid_coins}, {lots.unspent_coins}")
    finally:
        await books.close()
    return found
