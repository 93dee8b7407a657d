"""What goes wrong with an archive's database, its backups and its kept bundles, in words. Codes as in `sync.errors`."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

ARCHIVE: Mapping[str, str] = {
    "archive.moved": N_("{path} is not the office's archive any more: it went to {new}. Nothing was changed. Use the office's folder as it is there, with the office.toml of after the move."),
    "backup.changed": N_("{path} is not as it was when the backup was written, or is gone. Nothing was restored. Take another backup."),
    "backup.clock": N_("The clock here says {now}, but the backup was made later, at {made}. Set the clock right first: laptops know a restored archive by its time. Nothing was restored."),
    "backup.inside": N_("{path} lies in the office's own folder, where a backup is lost with it. Choose another disk."),
    "backup.none": N_("There is no whole backup in {path}. Name a folder that `fieldkit office backup` made: it holds backup.json."),
    "database.differs": N_("What arrived in {where} is not what was sent. Nothing was changed; the archive is where it was. Try again, or choose another database."),
    "kept.ahead": N_("Somebody else wrote to the store of bundles in {path} at the same moment (note {number}). Nothing was changed; do it again."),
    "kept.already": N_("This office keeps its bundles in {path} already. If that store is lost for good, begin another with --instead."),
    "kept.damaged": N_("The store of bundles cannot be read at {path}: {reason}. Nothing was changed there. Bring that object back from a copy of the store."),
    "kept.gone": N_("The store of bundles is not at {path}. Nothing was changed. Mount it, or connect the disk, and do it again; what is here can be read meanwhile."),
    "kept.missing": N_("A bundle is missing from the store: {path}. What was done before it stays. Bring that file back from a copy of the store and do it again."),
    "kept.not-empty": N_("{path} is not empty. Choose a new or empty folder for the store of bundles."),
    "kept.other-office": N_("{path} holds the bundles of another office ({office}). Nothing was changed. Check the path."),
    "kept.unnamed": N_("This office keeps its bundles, but its office.toml does not say where ({path}). Nothing was changed. Bring office.toml back from the latest backup."),
    "office.keeps-none": N_("This office keeps no bundles yet. Name a new folder for them: fieldkit office bundles DIR"),
}  # fmt: skip
