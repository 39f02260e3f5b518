"""E-mail: the server of the settings, and one message to one recipient."""
