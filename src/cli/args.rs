//! The command line as clap reads it: flags, commands, and their help.

use crate::catalog::{Environment, Kernel, Order};
use crate::report::Format;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use std::time::Duration;

/// A terminal instrument for Kubernetes cluster networking: which CNIs there are, which one runs here, and whether it is well.
///
/// Without a command it opens the dashboard.
#[derive(Debug, Parser)]
#[command(name = "cnitui", version, subcommand_precedence_over_arg = true, disable_help_subcommand = true, after_help = EXIT)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    /// Keep what changes in a file of JSON lines, across runs, never more than 8 MiB; cnitui timeline reads it
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXIT: &str = "Exit status: 0 well, 1 something is wrong, 2 it could not be told or the call was wrong.";

/// What every command takes.
#[allow(clippy::struct_excessive_bools, reason = "a flag that is given or not is a bool to clap")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// Kubeconfig file; else $KUBECONFIG, else ~/.kube/config
    #[arg(long, value_name = "FILE", global = true, conflicts_with_all = ["from", "demo"])]
    pub(super) kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig; else its current one
    #[arg(long, value_name = "NAME", global = true, conflicts_with_all = ["from", "demo"])]
    pub(super) context: Option<String>,
    /// Files and folders instead of a cluster, as kubectl get -o yaml or json wrote them; - is standard input
    #[arg(long, alias = "manifests", value_name = "PATH", num_args = 1.., global = true, conflicts_with = "demo")]
    pub(super) from: Vec<PathBuf>,
    /// A small cluster inside this program instead of a real one
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", global = true)]
    pub(super) demo: Option<String>,
    /// Show only this namespace
    #[arg(short, long, value_name = "NAME", global = true, conflicts_with = "all_namespaces")]
    pub(super) namespace: Option<String>,
    /// Show all namespaces (as without -n)
    #[arg(short = 'A', long, global = true)]
    pub(super) all_namespaces: bool,
    /// How to write: table (folded to the terminal), wide (all of it), json, yaml, csv, markdown; policy lint also sarif, junit, probe also junit
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true, global = true)]
    pub(super) output: Format,
    /// When to colour
    #[arg(long, help = "When to colour; NO_COLOR is heeded", value_name = "WHEN", value_enum, default_value_t, global = true)]
    pub(super) color: Color,
    /// A folder to read the catalogue from; it replaces the built-in one as a whole
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) data: Option<PathBuf>,
    /// Colours of the dashboard: auto, dark, light, mono, or with their number, dark-256, light-16
    #[arg(long, value_name = "THEME", global = true)]
    pub(super) theme: Option<String>,
    /// Signs in ASCII
    #[arg(long, global = true)]
    pub(super) ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long, global = true)]
    pub(super) no_mouse: bool,
    /// Never write to a cluster
    #[arg(long, global = true)]
    pub(super) readonly: bool,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The matrix of providers, or all that is known of those named
    Providers(Providers),
    /// Providers side by side
    Compare(Compare),
    /// Which provider for which needs: who is left, and the cell that excludes each of the others
    #[command(after_help = CHOOSE)]
    Choose(Choose),
    /// Which CNI runs here, in which version and mode, who enforces policy, and what is wrong
    Status {
        /// Print it again whenever it changes; each JSON line says in changes what changed since the one before
        #[arg(long)]
        watch: bool,
        /// Keep what changes in a file, too, as the dashboard does
        #[arg(long, value_name = "FILE", requires = "watch")]
        record: Option<PathBuf>,
    },
    /// A bundle for the tracker of the network that runs, which --from reads again: a summary to paste, and the facts
    Report(Report),
    /// What changed, when, and what appeared in the minutes after it, from a file that --record wrote
    Timeline {
        /// The file
        file: PathBuf,
    },
    /// The facts about the cluster as a file that --from reads
    Snapshot(Snapshot),
    /// Policies
    #[command(subcommand, arg_required_else_help = false)]
    Policy(Policy),
    /// What the cluster really does, measured
    #[command(subcommand)]
    Probe(Probe),
    /// The roles that reading, or probing, needs, as YAML for kubectl apply
    Rbac {
        /// What for
        #[arg(value_enum, default_value_t)]
        part: RbacPart,
    },
    /// Completion for a shell, on standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// The manual page, on standard output
    Man {
        /// The command that it is about; all of them without
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Providers {
    /// Ids or other names of providers; without any, the matrix
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Only those that pass, such as 'in:yes encryption:yes !status:dead nodes<=100'
    #[arg(long, value_name = "EXPR")]
    pub(super) filter: Option<String>,
    /// Only these columns, in this order
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(super) columns: Vec<String>,
    /// Order by a column; - in front turns it
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(super) sort: Option<String>,
    /// The matrix as it was published: 2017-10, 2018-11
    #[arg(long, value_name = "ID", conflicts_with_all = ["names", "filter", "columns", "sort"])]
    pub(super) edition: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Ids or other names of providers
    #[arg(value_name = "NAME", num_args = 2.., required = true)]
    pub(super) names: Vec<String>,
    /// Only where they differ; what is unknown is equal to nothing
    #[arg(long)]
    pub(super) diff: bool,
}

const CHOOSE: &str = "FEATURE is a column of the matrix by any of its names; LEVEL is yes (if left out), partial (yes too), no, n/a or \
unknown, another feature of its group (network-policies=egress), or a word of the cell (encryption=wireguard). What nobody could \
source meets no need.\n\nExit status: 0 somebody is left, 1 nobody is, 2 the call was wrong.";

#[derive(Debug, Args)]
pub(super) struct Choose {
    /// A feature that has to be there
    #[arg(long, value_name = "FEATURE[=LEVEL]")]
    pub(super) need: Vec<String>,
    /// A feature or a provider that must not be
    #[arg(long, value_name = "FEATURE[=LEVEL]|PROVIDER")]
    pub(super) avoid: Vec<String>,
    /// Where: aws, private-vpc, azure, gcp, on-prem, on-prem-bgp, air-gapped, windows, ipv6-only, dual-stack
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(super) env: Vec<Environment>,
    /// How many nodes
    #[arg(long, value_name = "N")]
    pub(super) nodes: Option<u32>,
    /// The oldest kernel among the nodes, such as 5.10
    #[arg(long, value_name = "VERSION")]
    pub(super) kernel: Option<Kernel>,
    /// Support that can be bought
    #[arg(long, value_name = "KIND", value_enum)]
    pub(super) support: Option<Support>,
    /// Dead and dormant ones too
    #[arg(long)]
    pub(super) dead: bool,
    /// How to order: conditions, status, release, name
    #[arg(long, value_name = "ORDER", default_value = "conditions", hide_default_value = true)]
    pub(super) order: Order,
    /// The provider that runs today; else that of the cluster that the call names
    #[arg(long, value_name = "NAME")]
    pub(super) from_provider: Option<String>,
    /// Write a decision record there, as markdown; - is standard output, in place of the answer
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
}

/// Whose support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Support {
    /// Of a vendor, for money.
    Commercial,
}

#[derive(Debug, Args)]
pub(super) struct Snapshot {
    /// Where to write it; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Replace names and addresses by pseudonyms
    #[arg(long)]
    pub(super) redact: bool,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    /// Where to write it: a new folder, or a file that ends in .tar.gz; else one is named after the time
    #[arg(short, long, value_name = "PATH")]
    pub(super) file: Option<PathBuf>,
    /// A record of changes to put beside the facts
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// Leave names and addresses as they are
    #[arg(long)]
    pub(super) no_redact: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Policy {
    /// Which policies there are and what they select
    List,
    /// What policies protect, by namespace and workload, weighed by whether they are enforced
    Coverage {
        /// How policies are read
        #[command(flatten)]
        dialect: DialectArgs,
    },
    /// Whether one end can call another, and every step that decides it
    #[command(after_help = EXPLAIN)]
    Explain(Explain),
    /// What is wrong with policies, or probably not meant so
    Lint {
        /// How policies are read
        #[command(flatten)]
        dialect: DialectArgs,
        /// Only say what the rules are whose numbers are cited, such as NP-2
        #[arg(long)]
        rules: bool,
    },
    /// Who can reach whom, on which ports, and what else could
    #[command(after_help = CONNECTIVITY)]
    Connectivity(Connectivity),
    /// What other policies change: what opens, what closes
    #[command(after_help = DIFF)]
    Diff(Diff),
}

const CONNECTIVITY: &str = "A pod and itself are no pair, nor is what a pod may always do with its own node.\n\n\
Exit status: 0 all is known, 1 nobody enforces the policies, 2 something could not be told or the call was wrong.";

#[derive(Debug, Args)]
pub(super) struct Connectivity {
    /// What is shown as one: workloads, pods, or classes of pods that no policy can tell apart
    #[arg(long, value_name = "workload|pod|class", value_enum, hide_possible_values = true, default_value_t)]
    pub(super) level: Level,
    #[command(flatten)]
    pub(super) dialect: DialectArgs,
}

const DIFF: &str = "With B, A is how it was and B how it is to be: files or folders with pods and policies. Without, A is a draft: its \
policies are laid over those of the cluster, or of --from or --demo.\n\n\
Exit status: 0 all is known, 1 with --exit-code something changes, 2 something could not be told or the call was wrong.";

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// How it was; alone, a draft
    #[arg(value_name = "A")]
    pub(super) before: PathBuf,
    /// How it is to be
    #[arg(value_name = "B")]
    pub(super) after: Option<PathBuf>,
    /// End with 1 if something changes
    #[arg(long)]
    pub(super) exit_code: bool,
    #[command(flatten)]
    pub(super) dialect: DialectArgs,
}

/// What is shown as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Level {
    /// Workloads.
    #[default]
    Workload,
    /// Pods.
    Pod,
    /// Pods that no policy can tell apart.
    Class,
}

impl From<Level> for crate::policy::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Workload => Self::Workload,
            Level::Pod => Self::Pod,
            Level::Class => Self::Class,
        }
    }
}

const EXPLAIN: &str = "SRC and DST are ns/pod, ns/kind/name (Deployment, StatefulSet, Service, ...) or an address.\n\n\
Exit status: 0 it can, 1 it cannot, or not on all that was asked about, 2 it could not be told or the call was wrong.";

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Who calls
    pub(super) src: String,
    /// Who is called
    pub(super) dst: String,
    /// Where, such as TCP/80, UDP/53, TCP/8000-9000; all ports if left out
    #[arg(value_name = "PROTO/PORT")]
    pub(super) port: Option<String>,
    #[command(flatten)]
    pub(super) dialect: DialectArgs,
}

/// What the policy APIs leave open.
#[derive(Debug, Args)]
pub(super) struct DialectArgs {
    /// Read policies as this CNI does, or as the specification says: spec; else as the one that is seen
    #[arg(long, value_name = "NAME")]
    pub(super) cni: Option<String>,
    /// Whether ipBlock matches pods by their addresses
    #[arg(long, value_name = "yes|no", value_enum, hide_possible_values = true)]
    pub(super) ipblock_matches_pods: Option<YesNo>,
    /// Whether ipBlock matches nodes, and pods on their network, by their addresses
    #[arg(long, value_name = "yes|no", value_enum, hide_possible_values = true)]
    pub(super) ipblock_matches_nodes: Option<YesNo>,
    /// What pods on the host network are to policies
    #[arg(long, value_name = "as-pod|as-node", value_enum, hide_possible_values = true)]
    pub(super) host_network: Option<HostNetwork>,
    /// What pods that have ended are
    #[arg(long, value_name = "drop|keep", value_enum, hide_possible_values = true)]
    pub(super) finished_pods: Option<Finished>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum YesNo {
    /// It is so.
    Yes,
    /// It is not.
    No,
}

/// What pods on the host network are to policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HostNetwork {
    /// Pods like any other.
    AsPod,
    /// The node they run on.
    AsNode,
}

/// What pods that have ended are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Finished {
    /// Gone.
    Drop,
    /// Pods like any other.
    Keep,
}

#[derive(Debug, Subcommand)]
pub(super) enum Probe {
    /// Whether policy is enforced: on each node, for each direction, and how soon
    #[command(after_help = ENFORCEMENT)]
    Enforcement(Enforcement),
    /// Removes what an interrupted probe left, and nothing else
    Cleanup,
}

const ENFORCEMENT: &str = "Nothing is created before the plan was shown and agreed to. Servers and clients in a namespace of their own, \
cnitui-probe, call each other without a policy, with one that denies, and without again; everything is removed at the end. A denied flow \
counts only if it passed before and after.\n\n\
Exit status: 0 enforced, 1 not enforced or not everywhere, 2 it could not be told, was not run, or the call was wrong.";

#[derive(Debug, Args)]
pub(super) struct Enforcement {
    /// Nodes by name, how many, or all; else all up to 10, a sample of more
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub(super) nodes: Vec<String>,
    /// Another image with the prober, such as that of a mirror
    #[arg(long, value_name = "REF")]
    pub(super) image: Option<String>,
    /// Print the manifests of all that would be created, and create nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Agree to the plan without being asked
    #[arg(long)]
    pub(super) yes: bool,
    /// How long a policy may take before what it denies counts as open; else 20s
    #[arg(long = "for", value_name = "DURATION", value_parser = seconds)]
    pub(super) watch: Option<Duration>,
}

/// A duration such as 30s or 2m.
fn seconds(text: &str) -> Result<Duration, String> {
    let read = text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
    let fits = |span: &Duration| (2..=600).contains(&span.as_secs());
    read.filter(fits).ok_or_else(|| "it is a duration from 2s to 10m, such as 30s".to_owned())
}

/// What a role is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum RbacPart {
    /// Reading: the dashboard, status, snapshot, policy.
    #[default]
    Read,
    /// Probing, beside reading.
    Probe,
}
