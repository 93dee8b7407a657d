"""The laptop's side of sync."""

from fieldkit.exchange.device import Device, read_office_card
from fieldkit.exchange.exchange import Exchange, Status, as_record

__all__ = ["Device", "Exchange", "Status", "as_record", "read_office_card"]
