"""The laptop's store: TinyDB on an append-only, encrypted journal. It keeps documents and knows nothing of forms."""

from fieldkit.store.database import JournalDB
from fieldkit.store.storage import JournalStorage
from fieldkit.store.table import JournalTable
from fieldkit.store.workspace import Workspace, is_encrypted, read_settings

__all__ = ["JournalDB", "JournalStorage", "JournalTable", "Workspace", "is_encrypted", "read_settings"]
