//! The session against an API server that misbehaves: each trouble is shown as it is, and heals without a key press.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

mod following;
mod kinds;
mod lists;
mod login;
mod oneshot;
mod outage;
mod probe;
mod roles;
mod server;
mod session;
mod watches;
mod writes;
