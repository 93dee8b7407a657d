"""`fieldkit office serve`: bundles in and return packs out over the local network."""

from __future__ import annotations

import argparse
import contextlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, log_of_fault, now, open_office, warn
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain, explain_code
from fieldkit.i18n import _
from fieldkit.wording import counted, labelled

if TYPE_CHECKING:
    import ssl

    from fieldkit.interop.openrosa.receiving import Taken
    from fieldkit.office import Office
    from fieldkit.office.serving import Happened
    from sync.lan.address import Address

_LOOPBACK = "127.0.0.1"
_PHONES_PORT = 8421


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of the office."""
    serve = actions.add_parser(
        "serve", parents=[common], help=_("let laptops exchange over the local network")
    )
    serve.add_argument(
        "--host",
        metavar="ADDRESS",
        default=_LOOPBACK,
        help=_(
            "an address of this computer that laptops reach; 0.0.0.0 for all; this computer alone without it"
        ),
    )
    serve.add_argument("--port", metavar="N", type=int, help=_("the port; 8420 without it"))
    serve.add_argument(
        "--announce",
        action="store_true",
        help=_("let laptops find it by itself, as it does wherever others than this computer reach it"),
    )
    serve.add_argument(
        "--copies",
        metavar="N",
        type=int,
        default=1,
        help=_("how many copies of the archive there are, backups kept elsewhere included"),
    )
    serve.add_argument(
        "--openrosa",
        action="store_true",
        help=_("let phones with ODK Collect, and Enketo, fetch forms and send too"),
    )
    door = serve.add_mutually_exclusive_group()
    door.add_argument(
        "--plain",
        action="store_true",
        help=_(
            "phones come to a port of their own without encryption; restricted forms then go encrypted or not at all"
        ),
    )
    door.add_argument(
        "--certificate",
        metavar="FILE",
        type=Path,
        help=_("phones come to a port of their own with this certificate and its key (PEM)"),
    )
    serve.add_argument(
        "--phones-port", metavar="N", type=int, help=_("the port for phones alone; 8421 without it")
    )
    serve.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM."""
    from fieldkit.office.roles import Act
    from fieldkit.office.serving import Serving
    from sync.lan import PORT
    from sync.lan.address import Address

    port = PORT if options.port is None else options.port
    if options.copies < 1:
        raise FieldkitError("usage", reason=_("--copies takes a number from 1 on"))
    if not 0 <= port <= 65535:
        raise FieldkitError("usage", reason=_("--port takes a number from 0 to 65535"))
    door, tls = _door(options)
    office = open_office(options, Act.MERGE)
    log = _Log(options, office)
    is_open = not (options.host.startswith("127.") or options.host in {"::1", "localhost"})
    with contextlib.ExitStack() as at_end:
        at_end.callback(office.close)

        def ready(address: Address) -> None:
            log.ready(address, is_open=is_open)
            if options.announce or is_open:
                _announce(office, address, at_end)

        serving = Serving(office, log.told, copies=options.copies)
        beside = None
        if options.openrosa:
            from fieldkit.interop.openrosa.serving import Phones

            log.door = door
            beside = Phones(office, log.told).beside(door, tls)
        serving.server(Address(options.host, port), beside).run(ready)
    if not options.json:
        print(_("Stopped. Everything that came is in the archive or goes on where it stopped."), flush=True)
    return 0


def _door(options: argparse.Namespace) -> tuple[Address | None, ssl.SSLContext | None]:
    """The port for phones alone, and what is spoken there. Raises FieldkitError("usage"), ("phone.certificate")."""
    from sync.lan.address import Address

    has_door = options.plain or options.certificate is not None
    if (has_door or options.phones_port is not None) and not options.openrosa:
        raise FieldkitError(
            "usage", reason=_("--plain, --certificate and --phones-port belong to --openrosa")
        )
    if options.phones_port is not None and not has_door:
        raise FieldkitError("usage", reason=_("--phones-port needs --plain or --certificate"))
    if not has_door:
        return None, None
    port = _PHONES_PORT if options.phones_port is None else options.phones_port
    if not 1 <= port <= 65535:
        raise FieldkitError("usage", reason=_("--phones-port takes a number from 1 to 65535"))
    if options.plain:
        return Address(options.host, port), None
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(options.certificate, password=lambda: "")
    except (OSError, ValueError) as error:
        raise FieldkitError("phone.certificate", path=str(options.certificate), reason=str(error)) from error
    return Address(options.host, port), context


def _announce(office: Office, address: Address, at_end: contextlib.ExitStack) -> None:
    """Let laptops find it; where that cannot be, they are told the address as before."""
    from sync import SyncError
    from sync.lan.discovery import announced

    try:
        at_end.enter_context(announced(office.key.id, address))
    except SyncError as error:
        warn(explain(error))


class _Log:
    """A line for each exchange, to be read aloud: which laptop, how many; never an answer."""

    def __init__(self, options: argparse.Namespace, office: Office) -> None:
        self._json = options.json
        self._saying = threading.Lock()
        self._waiting: list[Happened | Taken] | None = []
        self._office = office
        self.door: Address | None = None

    def ready(self, address: Address, *, is_open: bool) -> None:
        """Say where laptops find it, before anything else."""
        with self._saying:
            self._say_where(address, is_open=is_open)
            for happened in self._waiting or ():
                self._say(happened)
            self._waiting = None

    def _say_where(self, address: Address, *, is_open: bool) -> None:
        from sync.lan.address import Address, reached_at

        office = self._office
        addresses = [str(Address(each, address.port)) for each in reached_at(address)]
        if self._json:
            facts = {
                "address": addresses[0],
                "addresses": addresses,
                "office": office.key.id,
                "name": office.name,
            }
            self._print(facts)
            return
        print(
            _(
                "{office} can be reached at {address}. Ctrl+C stops it.",
                office=office.name,
                address=_(", ").join(addresses),
            )
        )
        if is_open:
            print(
                _(
                    "Every computer on this network can knock there; only laptops enrolled here are let in. The firewall must let port {port} (TCP) through, and 5353 (UDP) to be found by name.",
                    port=address.port,
                )
            )
        else:
            print(
                _(
                    "Only this computer can reach it. For laptops name an address of this computer: --host ADDRESS"
                )
            )
        if self.door is not None:
            print(_("Phones come to port {port}, with the path /openrosa.", port=self.door.port))
        print(end="", flush=True)

    def told(self, happened: Happened | Taken) -> None:
        """Say what happened, one after another: bundles and packs come from threads of their own."""
        with self._saying:
            if self._waiting is None:
                self._say(happened)
            else:
                self._waiting.append(happened)

    def _say(self, happened: Happened | Taken) -> None:
        from fieldkit.interop.openrosa.receiving import Taken
        from fieldkit.office import WrittenPack
        from fieldkit.office.serving import NotTaken
        from sync import MergeReport, spoken_code

        if isinstance(happened, MergeReport):
            code = spoken_code(happened.sha256)
            said = f"{counted(happened.counts())}  " + _("check code {code}", code=code)
            reasons = [explain_code(reason, {}) for reason in happened.reasons]
            facts = {"took": happened.counts(), "reasons": list(happened.reasons), "code": code}
            self._line(happened.device, "\n  ".join([said, *reasons]), facts)
        elif isinstance(happened, WrittenPack):
            said = _("return pack made, check code {code}", code=happened.code)
            self._line(happened.device, said, {"return": happened.path.name, "code": happened.code})
        elif isinstance(happened, NotTaken):
            error = happened.error
            about = {**error.params, "path": happened.path.name}
            device = str(error.params.get("device", ""))
            self._line(device, explain_code(error.code, about), {"refused": error.code})
        elif isinstance(happened, Taken):
            self._say_taken(happened)
        elif hasattr(happened, "code"):
            warn(explain(happened))
        else:
            warn(log_of_fault(happened))

    def _line(self, device: str, said: str, facts: Mapping[str, object]) -> None:
        known = self._office.known(device)
        name = known.name if known else _("a laptop that is not enrolled here ({id})", id=device[:8])
        if self._json:
            self._print({"laptop": name, **facts})
        else:
            print(f"{now():%H:%M}  {labelled(name, said)}", flush=True)

    def _say_taken(self, taken: Taken) -> None:
        """What a phone sent: which form, and nothing of the answers; of a decline no more than of any other."""
        form = self._office.library.known(taken.form)
        said = [form.title if form is not None and form.title else taken.form]
        said += [_("answers that break a rule: {count}", count=taken.unfit)] if taken.unfit else []
        said += [_("files still to come: {count}", count=taken.missing)] if taken.missing else []
        if self._json:
            facts = {"phone": taken.phone, "form": taken.form, "unfit": taken.unfit, "missing": taken.missing}
            self._print(facts)
        else:
            print(f"{now():%H:%M}  {labelled(taken.phone, '  '.join(said))}", flush=True)

    @staticmethod
    def _print(data: Mapping[str, object]) -> None:
        print(json.dumps(data, ensure_ascii=False), flush=True)
