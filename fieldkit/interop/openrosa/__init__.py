"""An OpenRosa server on the archive: phones with ODK Collect, and Enketo, fetch forms and send records (docs/phones.md).

phones      who may: a name, a password, a device of the archive
door        how they prove it: HTTP Digest and Basic
offers      what they are given: forms as XForms, and the lists beside them
receiving   what they send: a record becomes a signed revision, and comes into the archive as from a stick
sealed      what they send encrypted
routes      the paths; serving: all of it on the office's port
"""
