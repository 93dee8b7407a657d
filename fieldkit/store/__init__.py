"""The laptop's store: TinyDB on an append-only, encrypted journal. It keeps documents and knows nothing of forms."""

from fieldkit.store.table import JournalDB, JournalStorage, JournalTable
from fieldkit.store.workspace import Workspace, is_encrypted, read_settings

__all__ = ["JournalDB", "JournalStorage", "JournalTable", "Workspace", "is_encrypted", "read_settings"]
