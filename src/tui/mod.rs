//! Front-end 2: the terminal dashboard. The only code that names ratatui.
