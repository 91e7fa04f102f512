"""Photos and drawn signatures: what a file really is, and the views made from it. Originals are never changed."""
