"""The monthly self-check (自查表, L3): each of the twenty checks with what the records say, and room for one's own words."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from fieldkit.i18n import N_, _, language
from fieldkit.privacy.leaks import leaks
from fieldkit.report.conditions import Condition, Has, Not, NotAfter, Number, both, either, is_, ticked
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, wanted
from fieldkit.report.document import Blanks, Column, Document, Table
from fieldkit.report.facts import Facts, Wanted
from fieldkit.report.figures import TOWN
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures, until
from fieldkit.report.periods import Period
from fieldkit.report.targets import READS as TARGET_READS
from fieldkit.report.targets import TARGET, target_of

NAME = "self-check"
