"""`batna rebuild`: the warehouse made again from archive/, with the same rows, numbers and scores."""
