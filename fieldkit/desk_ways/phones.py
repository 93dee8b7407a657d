"""The way to the phones that send with ODK Collect: to one of them, to other forms for it, and to letting another in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.office.phone import PhoneScreen
from fieldkit.screens.office.phone_code import PhoneCodeScreen
from fieldkit.screens.office.phones import PhonesScreen
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick

if TYPE_CHECKING:
    from fieldkit.interop.openrosa.phones import Phone
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look after phones until somebody goes back; whatever is refused is said in words. Raises FieldkitError."""
    desk, at = app.at_desk, 0
    while (wanted := await app.push_screen_wait(PhonesScreen(desk, at))) is not None:
        at = wanted.at
        try:
            await (_look_after(app, wanted.user) if wanted.user else _let_in(app))
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))


async def _look_after(app: OfficeApp, user: str) -> None:
    while (phone := await app.push_screen_wait(PhoneScreen(app.at_desk, user))) is not None:
        chosen = await _asked(app, phone.name, phone)
        if chosen is not None:
            app.at_desk.phones.give(phone, *chosen)
            app.notify(_("{name} finds them when it next asks.", name=phone.name), markup=False)


async def _let_in(app: OfficeApp) -> None:
    phones = app.at_desk.phones
    name = await app.push_screen_wait(AskText(_("What to call the phone:")))
    chosen = await _asked(app, name) if name else None
    if not name or chosen is None:
        return
    url = await app.push_screen_wait(
        AskText(_("Where the phone reaches the office:"), phones.usual_address(chosen[0]))
    )
    if url:
        code = phones.add(name, *chosen, url)
        await app.push_screen_wait(PhoneCodeScreen(app.at_desk, code))


async def _asked(app: OfficeApp, name: str, has: Phone | None = None) -> tuple[list[str], list[str]] | None:
    """The forms for a phone and, where one of them looks up households, the villages; None where it was left. has: the phone, which
    has some already. Raises FieldkitError.
    """
    phones = app.at_desk.phones
    forms = phones.forms()
    asked = Pick(_("Which forms does {name} get?", name=name), [words for _id, words in forms], several=True)
    asked.marked = {at for at, (each, _words) in enumerate(forms) if has and each in has.forms}
    chosen = await app.push_screen_wait(asked)
    if not chosen:
        return None
    offered = {each for each, _words in forms}
    given = [forms[at][0] for at in chosen]
    given += [each for each in has.forms if each not in offered] if has else []
    if not phones.need_villages(given):
        return given, []
    villages = phones.villages()
    asked = Pick(
        _("Of which villages may {name} look up households? It gets their numbers, no names, over an encrypted line alone.", name=name),
        [words for _code, words in villages], several=True,
    )  # fmt: skip
    asked.marked = {at for at, (each, _words) in enumerate(villages) if has and each in has.villages}
    chosen = await app.push_screen_wait(asked)
    return (given, [villages[at][0] for at in chosen]) if chosen else None
