"""What people see: one extension per feature; each reads options, calls one service, shows it.

Another discord.py bot can load them without Bouquet's client: give it an `economy` attribute
(`bot.economy = Economy.over(await Books.open(path))`) and load the extensions.
With a `studio` too (`bot.studio = Studio()`, to be closed with the bot) answers have pictures.
"""

EXTENSIONS = (
    "cogs.wallet",
    "cogs.buy",
    "cogs.checkout",
    "cogs.purchases",
    "cogs.limits",
    "cogs.gift",
    "cogs.earnings",
    "cogs.live",
    "cogs.convert",
    "cogs.split",
    "cogs.claim",
    "cogs.payee",
    "cogs.perks",
    "cogs.payouts",
    "cogs.economy",
    "cogs.operator_desk",
    "cogs.promo",
)
