//! Facts from the outside: objects in, snapshots out.

mod store;
