"""A published week goes out: by mail, into a folder, to a webhook; each once. It undoes nothing that was published."""
