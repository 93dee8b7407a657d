"""Checks at every merge: a table says what is looked at, and what is found is a task for the office, never a score.

`table` reads the checks, `records` looks at each record, `bunches` at what several records say together, `questions` at
whole questions over the town, `found` puts together what waits.
"""
