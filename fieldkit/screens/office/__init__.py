"""The screens of the office; like those of the laptop they do not know each other."""
