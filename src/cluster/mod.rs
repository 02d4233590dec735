//! The edge: the only code that names `kube`. It reads a cluster and never writes to it.
