//! What may be said aloud: words that tell which software runs, and nothing about who runs it.
//!
//! Kubernetes' own words stand here; those of the networks come from whoever knows them (the catalogue). Everything else is
//! somebody's own. A word of Kubernetes that is missing costs a pseudonym where none was needed, and never a name.

use crate::snapshot::Kind;
use std::collections::HashSet;

/// Names, keys, values and reasons that Kubernetes, its distributions and the clouds made, between spaces.
const NAMES: &str = "
default kube-system kube-public kube-node-lease
antrea-system calico-apiserver calico-system cilium cilium-secrets cilium-system gke-managed-system gmp-system kube-flannel kube-ovn
kube-router openshift-dns openshift-multus openshift-network-operator openshift-ovn-kubernetes ovn-kubernetes romana
submariner-operator tigera-operator weave
kube-proxy coredns kube-dns dns-default node-local-dns kube-apiserver kube-controller-manager kube-scheduler etcd metrics-server
konnectivity-agent local-path-provisioner kubernetes kubernetes-services-endpoint pause
Node Namespace Pod Service DaemonSet Deployment StatefulSet ReplicaSet ReplicationController Job CronJob ConfigMap
CustomResourceDefinition NetworkPolicy SnapshotInfo
ClusterIP NodePort LoadBalancer ExternalName
NoSchedule PreferNoSchedule NoExecute Exists Equal True False Unknown
http https dns dns-tcp metrics
kubernetes.io/metadata.name kubernetes.io/hostname kubernetes.io/os kubernetes.io/arch kubernetes.io/role linux windows amd64 arm64
node-role.kubernetes.io/control-plane node-role.kubernetes.io/master node-role.kubernetes.io/worker
node.kubernetes.io/not-ready node.kubernetes.io/unreachable node.kubernetes.io/disk-pressure node.kubernetes.io/memory-pressure
node.kubernetes.io/pid-pressure node.kubernetes.io/unschedulable node.kubernetes.io/network-unavailable
node.kubernetes.io/instance-type node.cloudprovider.kubernetes.io/uninitialized
topology.kubernetes.io/zone topology.kubernetes.io/region pod-security.kubernetes.io/enforce privileged baseline restricted
app.kubernetes.io/name app.kubernetes.io/instance app.kubernetes.io/component app.kubernetes.io/part-of app.kubernetes.io/version
app.kubernetes.io/managed-by app k8s-app component name tier pod-template-hash controller-revision-hash pod-template-generation
statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index batch.kubernetes.io/job-name batch.kubernetes.io/controller-uid
job-name controller-uid deprecated.daemonset.template.generation deployment.kubernetes.io/revision
eks.amazonaws.com/nodegroup cloud.google.com/gke-nodepool kubernetes.azure.com/cluster node.openshift.io/os_id
minikube.k8s.io/name microk8s.io/cluster kops.k8s.io/instancegroup k3s.io/node-args
kube-router.io/pod-cidr kube-router.io/pod-cidrs
Ready MemoryPressure DiskPressure PIDPressure NetworkUnavailable
KubeletReady KubeletNotReady KubeletHasSufficientMemory KubeletHasInsufficientMemory KubeletHasNoDiskPressure
KubeletHasDiskPressure KubeletHasSufficientPID NodeStatusUnknown NodeStatusNeverUpdated RouteCreated NoRouteCreated
Unschedulable SchedulerError CrashLoopBackOff ContainerCreating PodInitializing ImagePullBackOff ErrImagePull ErrImageNeverPull
InvalidImageName CreateContainerConfigError CreateContainerError RunContainerError ContainerCannotRun StartError OOMKilled Error
Completed ContainerStatusUnknown Evicted NodeLost NodeAffinity NodeShutdown Terminated Preempting UnexpectedAdmissionError
DeadlineExceeded OutOfcpu OutOfmemory OutOfpods PostStartHookError ContainersNotReady FailedCreatePodSandBox
NetworkNotReady NetworkPluginNotReady NetworkReady
";

/// What kubelets, API servers and readers of objects say, as far as it is always the same: each word of it may be said.
const SENTENCES: &str = "
kubelet is posting ready status; kubelet stopped posting node status; kubelet has sufficient memory, no disk pressure, sufficient
PID available; kubelet never posted; kubelet is not functional; is running on this node; route controller failed to create a route
container runtime network not ready: NetworkReady=false reason: message: network plugin returns error: cni plugin not initialized,
no networks found in /etc/cni/net.d; cni config uninitialized; docker network plugin is not ready
back-off 5m0s restarting failed container in pod; back-off pulling image; failed to pull and unpack image; failed to resolve
reference; unexpected status from HEAD request; not found; unauthorized; no such host; manifest unknown
0/3 nodes are available: node(s) had untolerated taint, didn't match Pod's node affinity/selector, had volume conflict; insufficient
cpu memory pods; preemption: no preemption victims found for incoming pod; is not helpful for scheduling; too many pods
containers with unready status; containers with incomplete status; pod sandbox; failed to create; failed to setup network for;
failed to assign an IP address to; exit code; out of
liveness readiness startup probe failed; permission denied; connection refused; connection reset by peer; i/o timeout; timed out;
deadline exceeded; context; dial tcp udp lookup on read write; get; post; eof; tls handshake x509 certificate signed by unknown
authority; has expired; no route to host; no answer from; does not answer; network is unreachable; server unavailable
is forbidden: User cannot list watch get resource in API group at the cluster scope; the namespace; system serviceaccount
serviceaccounts anonymous node nodes; rbac may be read; kubeconfig context current
invalid type: string integer boolean floating point null map sequence unit, expected a; invalid value: expected value; unknown
variant field; missing field; duplicate; skipped; not valid YAML JSON; no Kubernetes object: it has no kind; its apiVersion or kind is
no text, or its items are no list; it is a list of no kind; it is a text or a number; has no name; without a
name; list of lists lies too deep; it is a template: give what it renders; one of; a CIDR such as; an IP address; a port from to or a
port's name; TCP UDP SCTP; a time such as; is below port endPort; null is an empty object to the API server; read as; is not known;
it says nothing; it has both and; more objects were skipped; others; an object tells the time, which is yet to come; ages do not
count from there; names nobody: neither a selector nor an ipBlock; exclude each other; line key must be control character
metadata labels annotations creationTimestamp spec status ports port protocol targetPort ingress egress from to podSelector
namespaceSelector matchLabels matchExpressions operator values key podCIDR podCIDRs podIP podIPs hostIP containers
initContainers env args command image nodeName nodeSelector tolerations taints effect replicas selector policyTypes cidr except
namespaces configmaps services daemonsets deployments networkpolicies customresourcedefinitions
yaml yml json http https svc cluster local var run etc opt bin lib log sh bash exec start stdout stderr true false yes on off none
auto always never enabled disabled info debug warning error fatal level
docker io quay ghcr gcr registry k8s public ecr aws mcr microsoft com dkr amazonaws rancher
network networks name namespace cniVersion type plugins ipam subnet ranges routes mtu backend bridge host local portmap bandwidth
loopback vxlan ipip geneve gre wireguard sleeve iptables nftables ipvs ebpf bpf ovs vpp bgp static ipsec node policy server agent
disable flannel wireguard-native host-gw proxy kube cilium calico
v alpha beta rc pre dev latest build eks gke k3s k3s1 rke2 rke2r1 k0s el fc amzn ubuntu debian red hat enterprise fedora coreos rhcos
centos rocky almalinux amazon bottlerocket flatcar container optimized os google talos alpine suse sles opensuse leap nixos
photon mariner azure azurelinux linux gnu lts generic server virtual kvm cloud x86 amd64 arm64 aarch64 ppc64le s390x
containerd docker cri-o kind gce digitalocean hcloud openstack vsphere metal ibm oci linode vultr
";

/// Words that are everybody's.
pub struct Public {
    names: HashSet<String>,
    /// Beginnings that a short or public end may follow.
    beginnings: Vec<String>,
    images: Vec<String>,
    words: HashSet<String>,
}

impl Public {
    /// Kubernetes' own words, and those of networks: names of any kind, one that ends in `*` standing for all that begin so, and
    /// ends of image repositories.
    pub fn new<N: AsRef<str>, I: Into<String>>(names: impl IntoIterator<Item = N>, images: impl IntoIterator<Item = I>) -> Self {
        let mut public = Self {
            names: HashSet::new(),
            beginnings: Vec::new(),
            images: images.into_iter().map(Into::into).collect(),
            words: tokens(SENTENCES).collect(),
        };
        NAMES.split_whitespace().for_each(|name| public.add(name));
        Kind::ALL.iter().filter(|kind| kind.is_installed()).for_each(|kind| public.add(&kind.crd_name()));
        names.into_iter().for_each(|name| public.add(name.as_ref()));
        for image in public.images.clone() {
            public.words.extend(tokens(&image));
        }
        public
    }

    fn add(&mut self, name: &str) {
        self.words.extend(tokens(name));
        match name.strip_suffix('*') {
            Some("") => {}
            Some(beginning) => self.beginnings.push(beginning.to_owned()),
            // Groups of installed kinds are public with them.
            None => self.names.extend([name, name.split_once('.').map_or(name, |(_, group)| group)].map(str::to_owned)),
        }
    }

    /// Whether all of `text` is one of these names.
    pub(super) fn is_name(&self, text: &str) -> bool {
        let known_end = |end: &str| end.len() <= 3 || tokens(end).all(|token| self.is_word(&token, 2));
        text.is_empty()
            || self.names.contains(text)
            || self.beginnings.iter().any(|beginning| text.strip_prefix(beginning.as_str()).is_some_and(known_end))
    }

    /// Whether an image is that of a network or of Kubernetes, in whatever registry.
    pub(super) fn is_image(&self, image: &str) -> bool {
        let repository = image.split('@').next().unwrap_or_default();
        let repository = repository.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(repository, |(name, _)| name);
        let ends = |known: &str| repository.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let last = repository.rsplit('/').next().unwrap_or_default();
        self.images.iter().any(|known| ends(known)) || (last.contains('-') && self.names.contains(last)) || last == "coredns"
    }

    /// Whether it is one of these words, with nothing added.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// Whether a run of letters and digits is a word of these names, or a number of at most so many digits, or both.
    pub(super) fn is_word(&self, token: &str, digits: usize) -> bool {
        let token = token.to_lowercase();
        if self.words.contains(&token) {
            return true;
        }
        let letters = token.trim_end_matches(|c: char| c.is_ascii_digit());
        let numbered = token.len() - letters.len();
        let is_measure = token.starts_with(|c: char| c.is_ascii_digit()) && token.len() <= 6;
        match letters {
            "" => numbered <= digits,
            "v" => numbered <= digits && numbered > 0,
            // 5m0s, 128Mi
            _ if is_measure => token.chars().all(|c| c.is_ascii_digit() || "smhkgib".contains(c)),
            _ => numbered <= 2 && self.words.contains(letters),
        }
    }
}

fn tokens(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_lowercase)
}
