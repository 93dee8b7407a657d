"""An OpenRosa server on the archive: phones with ODK Collect, and Enketo, fetch forms and send records (docs/phones.md).

phones      who may: a name, a password, a device of the archive; admitting: they come and go; desks: their workspaces
door        how they prove it: HTTP Digest and Basic
offers      what they are given: forms as XForms, and the lists beside them (entities, households)
receiving   what they send: a record becomes a signed revision, and comes into the archive as from a stick
sealed      what they send encrypted, with the key of keys; waiting: what cannot be opened yet; traces: what was refused
routes      the paths; serving: all of it on the office's port
"""
