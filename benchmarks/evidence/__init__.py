"""Whether the measures find what is there, and only that: planted effects by size, false alarms without any."""
