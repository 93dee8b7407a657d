"""Setting up a laptop or an office: what is made, and the steps that lead a newcomer there."""
