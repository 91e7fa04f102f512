"""Values become screens: texts and buttons in the reader's language."""
