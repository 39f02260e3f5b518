"""For whoever keeps the job running: what ran (`batna runs`), and what needs mending (`batna doctor`)."""
