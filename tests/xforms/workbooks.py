"""Workbooks of sheets, made for a test."""

from __future__ import annotations

import io

import openpyxl


def workbook(**sheets):
    """The bytes of an .xlsx with these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
