"""The reports, one file each: which questions they read, and the document they make of the figures."""
