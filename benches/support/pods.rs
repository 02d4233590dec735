//! Pods of a large cluster as an API server lists them, about 6 KB each: the same ones at every run.
//!
//! Of fifteen pods four belong to `DaemonSets` (eight of them), ten to Deployments of eight replicas, one is a Job's and has ended.
//! Names, labels, owners, addresses and times differ as they do in clusters; what repeats there repeats here.

/// What pods are spread over.
const NODES: u64 = 5000;
const NAMESPACES: u64 = 400;

/// One page of a list of `of` pods: `count` of them from number `from` on. The token of the next page is its first number.
pub(crate) fn page(from: u64, count: u64, of: u64) -> String {
    let remaining = of.saturating_sub(from + count);
    let next = match remaining {
        0 => String::new(),
        _ => format!(r#","continue":"{}","remainingItemCount":{remaining}"#, from + count),
    };
    let mut body = format!(r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{"resourceVersion":"8231077"{next}}},"items":["#);
    for number in from..from + count {
        if number > from {
            body.push(',');
        }
        body.push_str(&pod(number));
    }
    body + "]}"
}

/// Pod number `number`, without `kind` and `apiVersion`, as lists have them.
pub(crate) fn pod(number: u64) -> String {
    let random = mix(number);
    let node = random % NODES;
    match number % 15 {
        0..4 => {
            let set = number / 15 * 4 + number % 15;
            let (agent, node) = (set % 8, set / 8 % NODES);
            let labels = format!(
                r#"{{"app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"agent-{agent}","controller-revision-hash":"7c5d9b6f{agent}","k8s-app":"agent-{agent}","pod-template-generation":"3"}}"#
            );
            fill(&Parts {
                number,
                node,
                namespace: format!("system-{agent}"),
                base: format!("agent-{agent}"),
                suffix: letters(random, 5),
                owner: ("DaemonSet", format!("agent-{agent}")),
                labels,
                ended: false,
            })
        }
        14 => {
            let uid = format!("{:016x}", mix(random));
            let labels = format!(
                r#"{{"batch.kubernetes.io/controller-uid":"{uid}","batch.kubernetes.io/job-name":"nightly-{number}","job-name":"nightly-{number}"}}"#
            );
            let namespace = format!("team-{}", random / 7 % NAMESPACES);
            fill(&Parts {
                number,
                node,
                namespace,
                base: format!("nightly-{number}"),
                suffix: letters(random, 5),
                owner: ("Job", format!("nightly-{number}")),
                labels,
                ended: true,
            })
        }
        _ => {
            let replica = number / 15 * 10 + number % 15 - 4;
            let app = replica / 8;
            let hash = letters(mix(app), 9);
            let labels = format!(
                r#"{{"app.kubernetes.io/component":"api","app.kubernetes.io/instance":"shop-{app}","app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"shop-{app}","app.kubernetes.io/version":"1.{}.0","helm.sh/chart":"shop-4.2.1","pod-template-hash":"{hash}"}}"#,
                app % 40
            );
            let base = format!("shop-{app}-{hash}");
            fill(&Parts {
                number,
                node,
                namespace: format!("team-{}", app % NAMESPACES),
                owner: ("ReplicaSet", base.clone()),
                base,
                suffix: letters(random, 5),
                labels,
                ended: false,
            })
        }
    }
}

struct Parts {
    number: u64,
    node: u64,
    namespace: String,
    base: String,
    suffix: String,
    owner: (&'static str, String),
    labels: String,
    ended: bool,
}

fn fill(parts: &Parts) -> String {
    let random = mix(parts.number ^ 0xfeed);
    let (hour, minute, second) = (random / 3600 % 24, random / 60 % 60, random % 60);
    let time = format!("2026-01-{:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + random % 28);
    let uid = format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        random as u32,
        random >> 8 & 0xffff,
        random >> 20 & 0xfff,
        random >> 30 & 0xfff,
        random & 0xffff_ffff_ffff
    );
    let ip = format!("10.{}.{}.{}", parts.number >> 16 & 255, parts.number >> 8 & 255, parts.number & 255);
    let digest = format!("{:016x}", mix(random)).repeat(4);
    let (state, phase, ready) = if parts.ended {
        (
            format!(
                r#"{{"terminated":{{"exitCode":0,"reason":"Completed","startedAt":"{time}","finishedAt":"{time}","containerID":"containerd://{digest}"}}}}"#
            ),
            "Succeeded",
            "False",
        )
    } else {
        (format!(r#"{{"running":{{"startedAt":"{time}"}}}}"#), "Running", "True")
    };
    let is_ready = if parts.ended { "false" } else { "true" };
    TEMPLATE
        .replace("$NAMESPACE", &parts.namespace)
        .replace("$NAME", &format!("{}-{}", parts.base, parts.suffix))
        .replace("$BASE", &parts.base)
        .replace("$LABELS", &parts.labels)
        .replace("$OWNERKIND", parts.owner.0)
        .replace("$OWNER", &parts.owner.1)
        .replace("$STATE", &state)
        .replace("$PHASE", phase)
        .replace("$READY", ready)
        .replace("$ISREADY", is_ready)
        .replace("$UID", &uid)
        .replace("$NODE", &format!("ip-10-{}-{}.eu-west-1.compute.internal", parts.node / 256, parts.node % 256))
        .replace("$TIME", &time)
        .replace("$DIGEST", &digest)
        .replace("$IP", &ip)
}

/// A well-mixed number for each number (the finaliser of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The letters of Kubernetes' random suffixes.
fn letters(mut random: u64, len: usize) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut out = String::with_capacity(len);
    for _ in 0..len {
        out.push(char::from(LETTERS[(random % 27) as usize]));
        random /= 27;
    }
    out
}

const TEMPLATE: &str = concat!(
    r#"{"metadata":{"name":"$NAME","generateName":"$BASE-","namespace":"$NAMESPACE","uid":"$UID","resourceVersion":"8230551","creationTimestamp":"$TIME","labels":$LABELS,"#,
    r#""annotations":{"checksum/config":"$DIGEST","cni.projectcalico.org/containerID":"$DIGEST","cni.projectcalico.org/podIP":"$IP/32","cni.projectcalico.org/podIPs":"$IP/32","prometheus.io/path":"/metrics","prometheus.io/port":"9090","prometheus.io/scrape":"true"},"#,
    r#""ownerReferences":[{"apiVersion":"apps/v1","kind":"$OWNERKIND","name":"$OWNER","uid":"$UID","controller":true,"blockOwnerDeletion":true}],"#,
    r#""managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"$TIME","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{},"f:prometheus.io/path":{},"f:prometheus.io/port":{},"f:prometheus.io/scrape":{}},"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/component":{},"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},"f:app.kubernetes.io/version":{},"f:helm.sh/chart":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"$UID\"}":{}}},"f:spec":{"f:affinity":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"GOMEMLIMIT\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"POD_IP\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}},"k:{\"containerPort\":9090,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:readinessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{}},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:serviceAccount":{},"f:serviceAccountName":{},"f:terminationGracePeriodSeconds":{}}}},{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"$TIME","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"$IP\"}":{".":{},"f:ip":{}}},"f:startTime":{}}},"subresource":"status"}]},"#,
    r#""spec":{"volumes":[{"name":"kube-api-access-x7k2p","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],"#,
    r#""containers":[{"name":"app","image":"registry.example.com/$NAMESPACE/app:1.27.3","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"metrics","containerPort":9090,"protocol":"TCP"}],"env":[{"name":"GOMEMLIMIT","value":"450MiB"},{"name":"POD_IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}],"resources":{"limits":{"memory":"512Mi"},"requests":{"cpu":"100m","memory":"256Mi"}},"volumeMounts":[{"name":"kube-api-access-x7k2p","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{"path":"/healthz","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"readinessProbe":{"httpGet":{"path":"/ready","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent","securityContext":{"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false}}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"app","serviceAccount":"app","nodeName":"$NODE","securityContext":{"runAsUser":10001,"fsGroup":10001},"schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"#,
    r#""status":{"phase":"$PHASE","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastProbeTime":null,"lastTransitionTime":"$TIME"},{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"$TIME"},{"type":"Ready","status":"$READY","lastProbeTime":null,"lastTransitionTime":"$TIME"},{"type":"ContainersReady","status":"$READY","lastProbeTime":null,"lastTransitionTime":"$TIME"},{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"$TIME"}],"hostIP":"10.1.2.3","hostIPs":[{"ip":"10.1.2.3"}],"podIP":"$IP","podIPs":[{"ip":"$IP"}],"startTime":"$TIME","containerStatuses":[{"name":"app","state":$STATE,"lastState":{},"ready":$ISREADY,"restartCount":0,"image":"registry.example.com/$NAMESPACE/app:1.27.3","imageID":"registry.example.com/$NAMESPACE/app@sha256:$DIGEST","containerID":"containerd://$DIGEST","started":$ISREADY,"volumeMounts":[{"name":"kube-api-access-x7k2p","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true,"recursiveReadOnly":"Disabled"}]}],"qosClass":"Burstable"}}"#,
);
