"""`batna rollback`: an earlier warehouse in the place of the published one, in one step and not for good."""
