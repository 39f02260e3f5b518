"""A profile for a CRM that nobody has a profile for, drafted from a sample: `batna profile FILE`."""
