"""Sentences that several commands and buttons refuse with."""

CLOSED = "The gift economy is closed here for now. Your coins are safe; please ask an admin."
OLD = "This button is from earlier and no longer works. Please use the command again."
USED = "This was already used and counted once. Please use the command again."
NOT_YOURS = "This button belongs to somebody else. Use the command yourself to get your own."
ADMINS_ONLY = "Only members with the Manage Server permission can do that. Please ask one of them."
NOT_IN_GUILD = "Coins and gifts live in a server. Please use this command there."
DISCORD_SILENT = "Discord does not answer me right now, so nothing was booked. Please try again."
TOO_LATE = "Discord was slow to bring that here, so nothing was booked. Please try again."
UNAVAILABLE = "The books cannot be written right now, so nothing was booked. Please try again."
BUSY = "It is very busy right now and nothing was booked. Please try again in a moment."
CHANGED = "This command has changed. Please reload Discord and type it again."
DEFECT = "Something went wrong on our side. `/history` shows what was booked."

# What Discord's own refusals are coded with.
UNKNOWN_MESSAGE = 10008
UNKNOWN_COMMAND = 10063
ALREADY_ANSWERED = 40060
MISSING_PERMISSIONS = 50013
INVALID_FORM = 50035
