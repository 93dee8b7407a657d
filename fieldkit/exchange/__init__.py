"""The laptop's side of sync."""

from fieldkit.exchange.carried import Status, Taken
from fieldkit.exchange.carrying import Came, Carry
from fieldkit.exchange.device import Device, read_office_card
from fieldkit.exchange.diary import Entry, What
from fieldkit.exchange.exchange import Exchange, Exported, Progress
from fieldkit.exchange.handing_in import HandingIn
from fieldkit.exchange.returns import ReceiptIs
from fieldkit.exchange.stored import as_record
from fieldkit.exchange.whereabouts import Whereabouts
from sync import Comment, Operation, covers

__all__ = [
    "Came",
    "Carry",
    "Comment",
    "Device",
    "Entry",
    "Exchange",
    "Exported",
    "HandingIn",
    "Operation",
    "Progress",
    "ReceiptIs",
    "Status",
    "Taken",
    "What",
    "Whereabouts",
    "as_record",
    "covers",
    "read_office_card",
]
