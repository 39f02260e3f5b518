"""What analysts ask of the published warehouse: `batna sql`, `ask`, `tables`, `columns` and `export`."""
