"""Kinds of answers that a standard defines, one file each: numbers for people, telephone numbers, dates, money."""
