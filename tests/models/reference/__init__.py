"""A slow, plain reference of the measures, written from the documents alone, to hold the models to."""
