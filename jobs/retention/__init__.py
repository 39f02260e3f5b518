"""What a workspace keeps no longer: said beforehand (`batna retention --dry-run`), and removed."""
