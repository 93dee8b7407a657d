"""Form definitions, code lists and translations, shipped as package data (see `importlib.resources`)."""
