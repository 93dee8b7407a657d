"""The laptop's side of sync."""

from fieldkit.exchange.device import Device, read_office_card
from fieldkit.exchange.exchange import Exchange, Exported, Status
from fieldkit.exchange.stored import as_record
from fieldkit.exchange.whereabouts import Whereabouts

__all__ = ["Device", "Exchange", "Exported", "Status", "Whereabouts", "as_record", "read_office_card"]
