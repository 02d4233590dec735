//! Flags and subcommands, dispatch, exit codes.
