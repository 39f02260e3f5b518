"""`batna schedule`: the jobs of a workspace at their times, each slot once, whatever happens to the service."""
