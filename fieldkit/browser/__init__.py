"""The app in a browser: a page of our own, a gate before it, and one app process behind each tab."""
