"""The form of a draft has changed: what would move, what has no place, and the choice between both versions."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from fieldkit.commands import HELP
from fieldkit.i18n import N_, _, language
from fieldkit.session.versions import FormChange
from fieldkit.session.words import Words
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

Choice = Literal["stay", "carry"]

_WHY = {
    "gone": N_("the question is gone"),
    "kind": N_("this is another kind of question now"),
    "type": N_("the answer is no longer of the right kind"),
    "choice": N_("the answer is no longer among the choices"),
    "calculated": N_("this is calculated now"),
    "taken": N_("another answer stands there"),
}


class FormChangeScreen(Explained, ModalScreen[Choice | None]):
    """Returns "stay" to go on with the version the draft was begun with, "carry" to take the newer one, None for
    neither: the draft stays as it is.
    """

    ABOUT = N_(
        "The form has got a new version since this was begun. What would move and what has no place there stands in the box. A digit or Enter chooses, PgDn and PgUp show more, Esc leaves everything as it is."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("escape", "give_up", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    FormChangeScreen { align: center middle; }
    FormChangeScreen > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 90%; border: solid $accent; padding: 0 2;
        background: $surface;
    }
    FormChangeScreen VerticalScroll { height: auto; max-height: 10; }
    FormChangeScreen Static { height: auto; }
    FormChangeScreen Numbered { margin: 1 0; }
    """

    def __init__(self, change: FormChange) -> None:
        super().__init__()
        self.change = change
        self.choices: Numbered[Choice] = Numbered(self.dismiss)

    def compose(self) -> ComposeResult:
        """What changed, what it means, what can be done."""
        with Vertical():
            yield Static(
                _(
                    "{title} has changed since this interview was begun. Nothing you choose loses an answer.",
                    title=self.change.title,
                ),
                markup=False,
            )
            with VerticalScroll(can_focus=False):
                yield Static("\n".join(["", *self._facts()]), markup=False)
            yield self.choices
            yield Static(_("PgDn shows more of it; Esc leaves it as it is."), markup=False)

    def on_mount(self) -> None:
        """Offer what can be chosen."""
        change = self.change
        carry = _("Take the answers along to version {version}", version=change.new.version)
        lines: list[tuple[Choice, str]] = [("carry", carry)]
        if change.old is not None:
            stay = _("Go on with version {version}, as it was begun", version=change.version)
            lines.insert(0, ("stay", stay))
        self.choices.show(lines)

    def action_page(self, by: int) -> None:
        """Show more of what changes."""
        self.query_one(VerticalScroll).scroll_relative(y=by * 9, animate=False)

    def action_give_up(self) -> None:
        """Decide nothing."""
        self.dismiss(None)

    def _facts(self) -> list[str]:
        """What carrying does, a line each."""
        plan = self.change.plan
        old = Words(self.change.old or self.change.new, language())
        new = Words(self.change.new, language())
        answers = plan.answers
        facts = [
            _(
                "{count} {count:answer stays where it is|answers stay where they are}.",
                count=sum(map(new.is_asked, plan.kept)),
            )
        ]
        moves = [move for move in plan.moved if new.is_asked(move.new)]
        if moves:
            facts.append(_("These move:"))
            facts += [f"  {old.label(move.old)} -> {new.label(move.new, answers)}" for move in moves]
        if plan.orphans:
            facts.append(_("These have no place there, and are kept aside with the record:"))
            facts += ["  " + labelled(old.label(each.key), _(_WHY[each.why])) for each in plan.orphans]
        if plan.required:
            facts.append(_("These must be answered there:"))
            items = [self.change.new.items[path] for path in plan.required]
            facts += [f"  {new.text(item.label) or item.name}" for item in items]
        return facts
