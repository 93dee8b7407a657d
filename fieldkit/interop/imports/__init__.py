"""Records of other ODK programs, read from their files: CSV exports of Central, CSV and workbooks of Kobo, folders of Briefcase.

Here they are only read and put beside their form; by its rules they are checked and kept in `fieldkit.session.importing`.
"""
