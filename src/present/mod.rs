//! How answers read: words, units, columns and roles, shared by both front-ends. It knows no terminal.
