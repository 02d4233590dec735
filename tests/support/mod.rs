//! What the tests of the live session share.

pub(crate) mod server;
