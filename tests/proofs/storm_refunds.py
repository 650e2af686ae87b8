"""What admins do in a storm over payments: ask for refunds, press, and press again."""

from collections import Counter
from dataclasses import dataclass, field

from tests.proofs.paying_bot import ADMIN_ID
from tests.proofs.storm_scene import Scene

# What an admin who pressed can hear; the last ones say that nothing went, or not by this button.
_SENT = {"RefundSent", "AlreadyUsed"}
_REFUSED = {"RefundedAlready", "RefundTooLarge", "ProviderRefused", "OldButton"}
_UNANSWERED = "RefundUnanswered"
_DIED = "died"


@dataclass
class Refund:
    """A refund that an admin looked at, and what they heard each time they pressed."""

    request_id: int
    heard: list[str] = field(default_factory=list[str])


class Admins:
    """Those who look after the guild's money."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chance = scene.chance
        self.refunds: list[Refund] = []
        self._asked = 0

    async def refund(self) -> None:
        """Ask for a refund of an order that was paid, and press, perhaps twice at once."""
        paid = [order for order in self._scene.orders if order.payments]
        if not paid:
            return
        self._asked += 1
        request_id, order = self._asked, self._chance.choice(paid[-6:])
        typed = self._chance.choice([None, "1", "2.50", "4.99"])
        asked = await self._scene.ask(
            "refund", request_id=request_id, order_id=order.order_id, typed=typed
        )
        if asked != "RefundRequest":
            return
        refund = Refund(request_id)
        self.refunds.append(refund)
        await self._press(refund)

    async def press_again(self) -> None:
        """Press once more what was pressed before, whatever came of it."""
        if self.refunds:
            await self._press(self._chance.choice(self.refunds[-5:]))

    async def _press(self, refund: Refund) -> None:
        refund.heard.append(_DIED)
        place = len(refund.heard) - 1
        refund.heard[place] = await self._scene.ask("press", request_id=refund.request_id) or _DIED

    async def press_what_died(self) -> None:
        """Press again where the bot never said a word, as whoever sees that does."""
        for refund in self.refunds:
            if set(refund.heard) == {_DIED}:
                await self._press(refund)

    def differences(self) -> list[str]:
        """Return where requests, their answers and what was given back do not agree."""
        with self._scene.books() as books:
            rows = books.execute(
                "SELECT r.request_id, p.payment_id, r.amount_minor, r.tried_at, r.sent_at"
                " FROM refund_request AS r LEFT JOIN payment AS p USING (guild_id, order_id)"
            ).fetchall()
            letters = books.execute(
                "SELECT subject, kind FROM letter WHERE member_id = ?", (ADMIN_ID,)
            ).fetchall()
        sent = Counter((row[1], row[2]) for row in rows if row[4])
        given = Counter(
            (each.payment_id, each.amount_minor) for each in self._scene.service.refunds.values()
        )
        found = [f"{each} was sent, and never given" for each in (sent - given).elements()]
        found += [f"{each} was given, and never sent" for each in (given - sent).elements()]
        found += [f"nobody knows of refund {row[0]}" for row in rows if row[3] and not row[4]]
        told = {(int(subject.split(":")[0]), kind) for subject, kind in letters if ":" in subject}
        ids_sent = {row[0] for row in rows if row[4]}
        for refund in self.refunds:
            found += self._unheard(refund, told, is_sent=refund.request_id in ids_sent)
        return found

    def _unheard(self, refund: Refund, told: set[tuple[int, str]], *, is_sent: bool) -> list[str]:
        """Return what an admin was never told of a refund."""
        strange = set(refund.heard) - _SENT - _REFUSED - {_UNANSWERED, _DIED}
        found = [f"refund {refund.request_id}: {each}" for each in strange]
        kind, words = ("refund_sent", _SENT) if is_sent else ("refund_refused", _REFUSED)
        # Who saw the bot die looks for themselves; who was promised a letter waits for it.
        is_heard = words & set(refund.heard) or (refund.request_id, kind) in told
        if not is_heard and refund.heard[-1] != _DIED:
            found.append(f"refund {refund.request_id} is {kind}, the admin heard {refund.heard}")
        return found
