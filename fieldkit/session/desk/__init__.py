"""What people at the office do: one file for each part, all on one `Desk`."""
