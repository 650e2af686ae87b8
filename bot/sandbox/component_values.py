"""Turns a press, a choice or a filled-in modal into an interaction's data."""

from typing import Any

from bot.sandbox.component_parts import SELECTS, ButtonStyle, Kind
from bot.sandbox.component_rules import find_component, walk
from bot.sandbox.lookup import NotThere
from bot.sandbox.rejections import INVALID_FORM, DiscordError, FormProblems
from bot.sandbox.resolved import ENTITY_OF_SELECT, Resolver
from bot.sandbox.wire import Json, as_list, as_object

UNPRESSABLE = {ButtonStyle.LINK, ButtonStyle.PREMIUM}
LONGEST_INPUT = 4000


def component_data(
    message: Json, custom_id: str, values: list[str], resolver: Resolver, *, force: bool
) -> Json:
    """Write the data of a press or choice, or refuse it as Discord does."""
    component = find_component(message["components"], custom_id)
    if component is None:
        if not force:
            raise invalid_component("The component is not on the message.")
        component = {"type": Kind.BUTTON, "custom_id": custom_id}
    is_pressable = not component.get("disabled") and component.get("style") not in UNPRESSABLE
    if not is_pressable and not force:
        raise invalid_component("The component is disabled.")
    data: Json = {
        "custom_id": custom_id,
        "component_type": int(component["type"]),
        "id": component.get("id", 1),
    }
    if component["type"] in SELECTS:
        data["values"] = chosen_values(component, values, resolver, force=force)
        if resolver.resolved:
            data["resolved"] = resolver.resolved
    return data


def invalid_component(message: str) -> DiscordError:
    """Make Discord's refusal of a component that cannot be used."""
    problem = {"code": "COMPONENT_VALIDATION_FAILED", "message": message}
    return DiscordError(INVALID_FORM, {"data": {"custom_id": {"_errors": [problem]}}})


def chosen_values(
    component: Json, values: list[Any], resolver: Resolver, *, force: bool
) -> list[Any]:
    """Check the values chosen from a select and resolve what they name."""
    problems = FormProblems()
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not least <= len(values) <= most:
        problems.bad_length(("values",), least, most)
    if component["type"] == Kind.STRING_SELECT:
        known = {option["value"] for option in component["options"]}
        chosen = [str(value) for value in values]
        seen: set[str] = set()
        for index, value in enumerate(chosen):
            if value not in known or value in seen:
                problems.not_one_of(("values", index), tuple(sorted(known)))
            seen.add(value)
    else:
        chosen = resolved_values(component, values, resolver, problems)
    if not force:
        problems.raise_if_any()
    return chosen


def resolved_values(
    component: Json, values: list[Any], resolver: Resolver, problems: FormProblems
) -> list[Any]:
    """Turn names into ids for a select of people, roles or channels."""
    chosen: list[Any] = []
    for index, value in enumerate(values):
        try:
            entity_id = resolver.add(ENTITY_OF_SELECT[Kind(component["type"])], value)
            chosen.append(entity_id)
            allowed = as_list(component.get("channel_types"))
            if allowed and resolver.resolved["channels"][entity_id]["type"] not in allowed:
                problems.not_one_of(("values", index), tuple(allowed))
        except NotThere as error:
            problems.add(("values", index), "UNKNOWN_ENTITY", error.sentence)
            chosen.append(value)
    return chosen


def modal_data(modal: Json, values: Json, resolver: Resolver, *, force: bool) -> Json:
    """Write the data of a sent modal, or refuse what its fields do not take."""
    problems = FormProblems()
    sheet = _Sheet(values, resolver, problems, force=force)
    parts = [sheet.part(part) for part in map(as_object, as_list(modal["components"]))]
    fields = {one["custom_id"] for one in walk(modal["components"]) if one.get("custom_id")}
    for name in set(values) - fields:
        problems.add(("values", name), "UNKNOWN_FIELD", "There is no such field.")
    if not force:
        problems.raise_if_any()
    data: Json = {"custom_id": modal["custom_id"], "components": parts}
    return data | {"resolved": resolver.resolved} if resolver.resolved else data


class _Sheet:
    """What a person filled into a modal."""

    def __init__(
        self, values: Json, resolver: Resolver, problems: FormProblems, *, force: bool
    ) -> None:
        self._values = values
        self._resolver = resolver
        self._problems = problems
        self._force = force

    def part(self, part: Json) -> Json:
        """Write one part of the modal with what stands in it."""
        written: Json = {"type": part["type"], "id": part.get("id", 1)}
        if part["type"] == Kind.ACTION_ROW:
            return written | {"components": [self._field(one) for one in part["components"]]}
        if part["type"] == Kind.LABEL:
            return written | {"component": self._field(part["component"])}
        return written

    def _field(self, field: Json) -> Json:
        custom_id, kind = field["custom_id"], Kind(field["type"])
        written: Json = {"type": int(kind), "id": field.get("id", 1), "custom_id": custom_id}
        value = self._values.get(custom_id)
        match kind:
            case Kind.TEXT_INPUT:
                text = str(field.get("value") or "") if value is None else str(value)
                _check_typed(self._problems, field, text)
                return written | {"value": text}
            case Kind.CHECKBOX:
                return written | {"value": bool(value)}
            case Kind.RADIO_GROUP:
                chosen = None if value is None else str(value)
                _check_options(self._problems, field, [] if chosen is None else [chosen])
                return written | {"value": chosen}
            case _:
                return written | {"values": self._listed(field, as_list(value))}

    def _listed(self, field: Json, values: list[Any]) -> list[Any]:
        path = ("values", field["custom_id"])
        if not values and field.get("required") is False:
            return values
        if field["type"] == Kind.CHECKBOX_GROUP:
            chosen = [str(value) for value in values]
            _check_options(self._problems, field, chosen)
            return chosen
        if field["type"] == Kind.FILE_UPLOAD:
            least, most = field["min_values"], field["max_values"]
            if not least <= len(values) <= most:
                self._problems.bad_length(path, least, most)
            add = self._resolver.add_upload
            return [
                add(value, self._problems, (*path, index)) for index, value in enumerate(values)
            ]
        return chosen_values(field, values, self._resolver, force=self._force)


def _check_typed(problems: FormProblems, field: Json, text: str) -> None:
    path = ("values", field["custom_id"])
    if not text:
        if field.get("required", True):
            problems.required(path)
        return
    least, most = field.get("min_length") or 0, field.get("max_length") or LONGEST_INPUT
    if not least <= len(text) <= most:
        problems.bad_length(path, least, most)


def _check_options(problems: FormProblems, field: Json, values: list[Any]) -> None:
    path = ("values", field["custom_id"])
    if not values and field.get("required", True):
        problems.required(path)
    known = {option["value"] for option in as_list(field.get("options"))}
    if not known.issuperset(values):
        problems.not_one_of(path, tuple(sorted(known)))
