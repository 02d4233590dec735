//! Pods may send packets that with what the network adds are larger than Ethernet carries unless it was told to.

use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "mtu-overhead", needs: &[Kind::DaemonSet, Kind::ConfigMap], run };

/// What Ethernet carries unless every interface and switch on the way is told otherwise (IEEE 802.3). No object tells what the nodes'
/// interfaces are set to; whoever declares more than this for pods knows that theirs carry more.
const ETHERNET: u32 = 1500;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let network = &context.detection.network;
    let Some(mtu) = network.mtu.as_ref().filter(|mtu| mtu.bytes <= ETHERNET) else { return Vec::new() };
    let Some(overhead) = mtu.overhead.as_ref().filter(|overhead| mtu.bytes + overhead.bytes > ETHERNET) else {
        return Vec::new();
    };
    let words = [&network.mode.encapsulation, &network.mode.encryption].into_iter().flatten().filter(|word| *word != "none");
    let mode = words.cloned().collect::<Vec<_>>().join(" with ");
    let whole = mtu.bytes + overhead.bytes;
    vec![Finding {
        id: CHECK.id,
        severity: Severity::Info,
        object: Object::default(),
        message: format!(
            "pods send {} bytes ({}), and {mode} adds {}: {whole} between nodes",
            mtu.bytes, mtu.declared, overhead.bytes
        ),
        why: format!("Where an interface on the way carries {ETHERNET}, large packets are cut or lost, and small ones arrive."),
        remedy: format!("see that the nodes' interfaces carry {whole}, or declare {}", ETHERNET - overhead.bytes),
        source: overhead.source.location.clone(),
        ..Finding::default()
    }]
}
