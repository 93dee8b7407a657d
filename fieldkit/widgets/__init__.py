"""What screens are made of: one file for each kind of question, lists, the bar of keys."""
