"""The fictional town of Qingxi: every place, household and person in it is invented from a seed."""
