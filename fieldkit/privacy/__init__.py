"""The rights of the people in the records, as code: one file for each rule."""
