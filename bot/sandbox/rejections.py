"""What Discord says when it refuses: status, code, message and the tree of form errors."""

from typing import NamedTuple

from bot.sandbox.wire import Json


class Refusal(NamedTuple):
    """One of Discord's documented answers to what cannot be."""

    status: int
    code: int
    message: str


UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
NOT_FOUND = Refusal(404, 0, "404: Not Found")
METHOD_NOT_ALLOWED = Refusal(405, 0, "405: Method Not Allowed")
BAD_REQUEST = Refusal(400, 0, "400: Bad Request")
# What Discord says to who consumes twice, or what cannot be, is not documented.
NOT_CONSUMABLE = Refusal(400, 0, "400: Bad Request")
BAD_JSON = Refusal(400, 50109, "The request body contains invalid JSON.")
TOO_LARGE = Refusal(413, 40005, "Request entity too large")
UNKNOWN_APPLICATION = Refusal(404, 10002, "Unknown Application")
UNKNOWN_CHANNEL = Refusal(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Refusal(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = Refusal(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Refusal(404, 10008, "Unknown Message")
UNKNOWN_ROLE = Refusal(404, 10011, "Unknown Role")
UNKNOWN_USER = Refusal(404, 10013, "Unknown User")
UNKNOWN_WEBHOOK = Refusal(404, 10015, "Unknown Webhook")
UNKNOWN_SKU = Refusal(404, 10027, "Unknown SKU")
UNKNOWN_ENTITLEMENT = Refusal(404, 10029, "Unknown Entitlement")
UNKNOWN_INTERACTION = Refusal(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Refusal(404, 10063, "Unknown application command")
BOTS_ONLY = Refusal(403, 20002, "Only bots can use this endpoint")
TOO_MANY_COMMANDS = Refusal(400, 30032, "Maximum number of application commands reached (100).")
ALREADY_ACKNOWLEDGED = Refusal(400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = Refusal(403, 50001, "Missing Access")
EDIT_BY_ANOTHER = Refusal(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = Refusal(400, 50006, "Cannot send an empty message")
CANNOT_SEND_TO_USER = Refusal(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = Refusal(403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN = Refusal(401, 50027, "Invalid Webhook Token")
RATE_LIMITED = Refusal(429, 0, "You are being rate limited.")
INVALID_ROLE = Refusal(400, 50028, "Invalid role")
REPLY_WITHOUT_HISTORY = Refusal(
    403, 160002, "Cannot reply without permission to read message history"
)
SERVER_ERROR = Refusal(500, 0, "500: Internal Server Error")
INVALID_FORM = Refusal(400, 50035, "Invalid Form Body")


class DiscordError(Exception):
    """A refusal on its way to whoever asked."""

    def __init__(self, refusal: Refusal, errors: Json | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.errors = errors
        self.headers: dict[str, str] = {}

    def to_json(self) -> Json:
        """Write the answer's body as Discord does."""
        body: Json = {"message": self.refusal.message, "code": self.refusal.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class NotInSandbox(DiscordError):
    """Discord has it and the sandbox does not, which is said aloud rather than left out."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        problem = {"code": "NOT_IN_SANDBOX", "message": f"The sandbox has no {what}."}
        errors: Json = {"_errors": [problem]}
        for step in reversed(path):
            errors = {str(step): errors}
        super().__init__(INVALID_FORM, errors)
        self.what = what


class FormProblems:
    """Collects what is wrong with a form, field by field, in Discord's nested shape."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one problem of the field at this path.

        Discord tells what is wrong with a field or with its parts, never both: the first counts.
        """
        node = self._tree
        for step in path:
            if "_errors" in node:
                return
            node = node.setdefault(str(step), {})
        if not node or "_errors" in node:
            node.setdefault("_errors", []).append({"code": code, "message": message})

    def too_long(self, path: tuple[str | int, ...], most: int) -> None:
        """Note a text or list that is longer than allowed."""
        self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def bad_length(self, path: tuple[str | int, ...], least: int, most: int) -> None:
        """Note a text or list outside its bounds."""
        message = f"Must be between {least} and {most} in length."
        self.add(path, "BASE_TYPE_BAD_LENGTH", message)

    def required(self, path: tuple[str | int, ...]) -> None:
        """Note a field that is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def not_one_of(self, path: tuple[str | int, ...], allowed: object) -> None:
        """Note a value outside a fixed set."""
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")

    def raise_if_any(self) -> None:
        """Refuse the form when something was noted."""
        if self._tree:
            raise DiscordError(INVALID_FORM, self._tree)
