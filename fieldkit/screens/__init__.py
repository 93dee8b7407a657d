"""One file for each screen. A screen takes the session, posts messages up, and returns typed results."""
