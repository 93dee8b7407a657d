"""Open doors: how other programs of the ODK family reach the archive, and how it reaches them."""
