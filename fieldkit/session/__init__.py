"""What screens and the command line hold: a session over one workspace, with a facet for each kind of work."""
