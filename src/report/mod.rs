//! Front-end 1: answers as text, JSON, YAML, CSV or markdown.
