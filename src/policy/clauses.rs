//! What the numbers say that verdicts and lints cite: the rules of the policy APIs, one sentence each.
//!
//! A rule is numbered once and for good; NP is `NetworkPolicy`, ANP the two admin kinds of v1alpha1, CNP `ClusterNetworkPolicy`. To cite
//! a new one: a row here first. A test holds the code against this table.

/// A rule of a policy API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// As it is cited, such as `NP-2`.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
}

const fn clause(id: &'static str, says: &'static str) -> Clause {
    Clause { id, says }
}

impl Clause {
    /// Where its API is documented.
    pub fn source(self) -> &'static str {
        if self.id.starts_with("NP") {
            "https://kubernetes.io/docs/concepts/services-networking/network-policies/"
        } else {
            "https://network-policy-api.sigs.k8s.io/api-overview/"
        }
    }
}

/// All rules that are cited, by number.
pub const CLAUSES: &[Clause] = &[
    clause(
        "NP-1",
        "A pod is isolated in a direction as soon as one policy of its namespace selects it for that direction; else all is open.",
    ),
    clause(
        "NP-2",
        "What any rule of any selecting policy admits is admitted; the rest is closed. Policies have no order and no deny.",
    ),
    clause("NP-3", "A connection needs both sides: the egress of who calls and the ingress of who is called."),
    clause("NP-4", "Without policyTypes a policy is for ingress, and for egress only if it has egress rules."),
    clause("NP-5", "Rules of a direction that policyTypes leaves out have no effect."),
    clause("NP-6", "A listed direction without rules admits nothing; one empty rule admits everything."),
    clause(
        "NP-7",
        "An empty or missing podSelector selects every pod of the namespace; NotIn and DoesNotExist hold where the key is absent.",
    ),
    clause("NP-10", "A rule without peers is about everybody, inside and outside; a peer that names nobody is invalid."),
    clause("NP-11", "Two selectors in one peer must both hold; in two peers either suffices."),
    clause(
        "NP-12",
        "A podSelector alone looks in the policy's own namespace, a namespaceSelector alone takes all pods of its namespaces.",
    ),
    clause("NP-13", "Every namespace carries kubernetes.io/metadata.name with its name, which nobody can change."),
    clause("NP-14", "An ipBlock stands alone in its peer; each except lies inside of its cidr and is smaller."),
    clause("NP-15", "Whether an ipBlock also matches pods by their addresses differs between CNIs."),
    clause("NP-16", "0.0.0.0/0 is IPv4 only; IPv6 needs a block of its own."),
    clause("NP-17", "Egress to a Service is judged by the pods behind it and their own ports, in every common CNI."),
    clause("NP-20", "A rule without ports is about every protocol and port."),
    clause("NP-21", "A port without protocol is TCP."),
    clause("NP-22", "endPort needs a number as port that is not above it."),
    clause(
        "NP-23",
        "A named port is looked up on the pod that is called, by name and protocol; a pod without it does not match.",
    ),
    clause("NP-25", "ICMP and other protocols than TCP, UDP and SCTP are not decided by the API."),
    clause("NP-26", "Ports are 1 to 65535; a rule whose ports match nothing isolates all the same."),
    clause("NP-30", "Pods on the host network: a CNI may treat them as pods or as their node, and most do the latter."),
    clause("NP-31", "A pod can neither be cut off from itself nor from the node that it runs on."),
    clause("NP-32", "A pod that has ended has no address and takes no part; one that is ending keeps both until it is gone."),
    clause("NP-34", "IPv4 and IPv6 are judged apart where blocks are involved."),
    clause(
        "ANP-1",
        "Admin policies are the cluster's; the lower priority decides first, and equal priorities have no defined order.",
    ),
    clause(
        "ANP-2",
        "In an admin policy the first matching rule decides: Allow and Deny are final, Pass hands on to NetworkPolicy.",
    ),
    clause("ANP-3", "An admin policy without a matching rule decides nothing."),
    clause("ANP-4", "The baseline policy is asked only about pods that no NetworkPolicy isolates in that direction."),
    clause("ANP-5", "A rule with ports decides those ports only; the others go on to the next rule."),
    clause("ANP-6", "A subject is either namespaces or pods; pods on the host network are none."),
    clause("ANP-7", "Ingress peers are namespaces or pods; egress peers may be networks, nodes and domain names, too."),
    clause("ANP-8", "networks match any destination by its address, pods among them."),
    clause("ANP-9", "A port is a number, a range or a name; a named port matches whatever protocol the container gives it."),
    clause("ANP-10", "A peer or port that is not understood fails closed: it admits nothing, and denies all that it could mean."),
    clause("ANP-11", "sameLabels and notSameLabels are gone from the API; a policy that has them is not understood there."),
    clause("CNP-1", "ClusterNetworkPolicy has two tiers, Admin and Baseline; in a tier the lower priority decides first."),
    clause("CNP-3", "Its actions are Accept, Deny and Pass; Pass leaves the tier."),
    clause(
        "CNP-4",
        "A protocol is tcp, udp or sctp with a destination port or range, or a named port; without any it is all traffic.",
    ),
    clause("CNP-5", "nodes and domainNames are experimental egress peers."),
    clause("CNP-6", "A domain name is exact, or begins with *. and then stands for every subdomain and not the domain itself."),
    clause("CNP-9", "What is not understood fails closed, as in ANP-10."),
    clause(
        "CNP-10",
        "Which CNIs implement ClusterNetworkPolicy, and which of its peers, is for each of them to say; elsewhere it has no effect.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::LINTS;

    #[test]
    fn every_rule_that_a_lint_cites_is_told_once() {
        let told = |id: &str| CLAUSES.iter().filter(|one| one.id == id).count();
        let wrong: Vec<&str> = CLAUSES.iter().map(|one| one.id).filter(|id| told(id) != 1).collect();
        let cited = LINTS.iter().flat_map(|lint| lint.rule.split(", "));
        assert_eq!((wrong, cited.filter(|id| told(id) == 0).collect::<Vec<_>>()), (vec![], vec![]));
    }
}
