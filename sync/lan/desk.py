"""The office's desk: takes in what has arrived, one bundle after another, and makes return packs."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sync.errors import SyncError
from sync.lan.site import Answer, Site
from sync.lan.spool import Spool

_ANSWERS = 2000
_PACKS, _PACKS_EACH = 60, 2
"""Return packs that are kept, of all laptops and of each; who still wants an older one has it made anew."""
_STALE_AFTER = 30.0
"""Seconds after which a pack that was made and not asked for again is made anew."""
_REST_AFTER, _REST_LATEST = 3.0, 60.0
"""Seconds without a bundle after which `Site.rest` has its turn; and after which it has it though more come."""
_FAILED = "lan.office-failed"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Pack:
    """A return pack that was made: its file, what the office calls it, and what names its bytes."""

    path: Path
    name: str
    sha256: str
    bytes: int


class Desk:
    """One bundle is taken in at a time, whoever brought it; packs are made beside that."""

    def __init__(self, site: Site, spool: Spool, packs: Path) -> None:
        self._site = site
        self._spool = spool
        self._folder = packs
        self._imports = ThreadPoolExecutor(1, "import")
        self._packing = ThreadPoolExecutor(1, "pack")
        self._looking = ThreadPoolExecutor(1, "look")
        self._pending: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._taken: dict[str, int] = {}
        self._making: dict[str, tuple[int, asyncio.Task[Pack | None]]] = {}
        self._packs: OrderedDict[tuple[str, str], Pack] = OrderedDict()
        self._resting: asyncio.TimerHandle | None = None
        self._unrested_since = 0.0
        self._is_closing = False

    def open(self) -> None:
        """Go on with what waits from before."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._spool.drop_old()
        for device, sha256 in self._spool.waiting():
            self.take(device, sha256)

    async def close(self) -> None:
        """Finish the import under way; what has not begun waits for the next start."""
        self._is_closing = True
        if self._resting is not None:
            self._resting.cancel()
        await asyncio.gather(*self._pending.values(), return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._imports, self._tidy)
        for each in (self._imports, self._packing, self._looking):
            each.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def look(self, ask: Callable[[str], Result], device: str) -> Result:
        """Ask the archive something short."""
        return await asyncio.get_running_loop().run_in_executor(self._looking, ask, device)

    # -- bundles ------------------------------------------------------------------------------------------

    def take(self, device: str, sha256: str) -> None:
        """Take a bundle in that is whole, when its turn comes; nothing where that is being done."""
        if (device, sha256) not in self._pending:
            task = asyncio.get_running_loop().create_task(self._take(device, sha256))
            self._pending[device, sha256] = task

    async def answer(self, device: str, sha256: str, seconds: float) -> tuple[str, Answer | None]:
        """How a bundle stands: "part", "waiting", or "done" with the answer, for which it waits some seconds."""
        if (task := self._pending.get((device, sha256))) is not None:
            await asyncio.wait([task], timeout=seconds)
        if (found := self._answers.get((device, sha256))) is not None:
            if found.refusal == _FAILED:  # it is still here, and tried again when it is asked for again
                del self._answers[device, sha256]
            return "done", found
        if (device, sha256) in self._pending:
            return "waiting", None
        if self._spool.whole(device, sha256).is_file():
            self.take(device, sha256)
            return "waiting", None
        return "part", None

    async def _take(self, device: str, sha256: str) -> None:
        """Its turn comes when those before it are done."""
        if self._resting is not None:
            self._resting.cancel()
        answer = await asyncio.get_running_loop().run_in_executor(
            self._imports, self._taken_in, device, sha256
        )
        del self._pending[device, sha256]
        if answer is None:
            return
        self._answers[device, sha256] = answer
        if len(self._answers) > _ANSWERS:
            self._answers.popitem(last=False)
        self._taken[device] = self._taken.get(device, 0) + 1
        loop = asyncio.get_running_loop()
        self._unrested_since = self._unrested_since or loop.time()
        if loop.time() - self._unrested_since > _REST_LATEST:
            self._rested()
        elif not self._pending and not self._is_closing:
            self._resting = loop.call_later(_REST_AFTER, self._rested)

    def _taken_in(self, device: str, sha256: str) -> Answer | None:
        """In the thread of imports; None where it is too late for that, or somebody else of the office took it in, by hand
        or with a second server: its laptop then brings it again, and is told that it is held.
        """
        if self._is_closing:
            return None
        path = self._spool.whole(device, sha256)
        try:
            answer = Answer.of(self._site.take(path))
        except SyncError as error:
            if not path.exists():
                return None
            if not error.code.startswith("bundle."):
                self._site.fault(error)
                return Answer({}, refusal=_FAILED)
            about = {name: each for name, each in error.params.items() if name != "path"}
            answer = Answer({}, refusal=error.code, params=about)
        except Exception as error:
            self._site.fault(error)
            return Answer({}, refusal=_FAILED)
        self._spool.remove(device, sha256)
        return answer

    def _rested(self) -> None:
        self._resting = None
        self._imports.submit(self._tidy)

    def _tidy(self) -> None:
        """In the thread of imports: what was put off while bundles came."""
        if not self._unrested_since:
            return
        self._unrested_since = 0.0
        try:
            self._site.rest()
        except Exception as error:
            self._site.fault(error)
        self._spool.drop_old()

    # -- return packs -------------------------------------------------------------------------------------

    async def make_pack(self, device: str, seconds: float) -> Pack | None:
        """The return pack of a laptop as things stand now; None where it takes longer than that.

        Raises SyncError("lan.office-failed").
        """
        taken = self._taken.get(device, 0)
        of, task = self._making.get(device, (-1, None))
        if task is None or of != taken:
            task = asyncio.get_running_loop().create_task(self._made(device))
            self._making[device] = taken, task
            task.add_done_callback(lambda _task: self._forget_soon(device, task))
        await asyncio.wait([task], timeout=seconds)
        if not task.done():
            return None
        self._forget(device, task)
        if (pack := task.result()) is None:
            raise SyncError(_FAILED)
        return pack

    def pack(self, device: str, sha256: str) -> Pack | None:
        """A return pack of a laptop that was made and is still here: a second server of this office takes them away."""
        found = self._packs.get((device, sha256))
        return found if found is not None and found.path.is_file() else None

    def _forget_soon(self, device: str, task: asyncio.Task[Pack | None] | None) -> None:
        """A pack that nobody asks for once it is made would be old when somebody does."""
        asyncio.get_running_loop().call_later(_STALE_AFTER, self._forget, device, task)

    def _forget(self, device: str, task: asyncio.Task[Pack | None] | None) -> None:
        if self._making.get(device, (0, None))[1] is task:
            self._making.pop(device, None)

    async def _made(self, device: str) -> Pack | None:
        loop = asyncio.get_running_loop()
        pack = await loop.run_in_executor(self._packing, self._write_pack, device)
        if pack is None:
            return None
        self._packs[device, pack.sha256] = pack
        own = [key for key in self._packs if key[0] == device]
        for key in [*own[:-_PACKS_EACH], *list(self._packs)[:-_PACKS]]:
            if (old := self._packs.pop(key, None)) is not None:
                with contextlib.suppress(OSError):
                    old.path.unlink(missing_ok=True)
        return pack

    def _write_pack(self, device: str) -> Pack | None:
        """In the thread of packs; None where it cannot be made, which is told here."""
        folder = self._folder / device
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = self._site.pack(device, folder)
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            kept = path.with_name(f"{sha256[:16]}-{path.name}")
            path.replace(kept)
            return Pack(kept, path.name, sha256, kept.stat().st_size)
        except Exception as error:
            self._site.fault(error)
            return None
