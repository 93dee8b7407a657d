"""The ways through the screens of the office: one file for each part of Home, with `go(app)`, which ends when somebody is back.

Screens never know each other; what is chosen on one leads to the next here.
"""
