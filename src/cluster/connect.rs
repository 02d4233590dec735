//! Which cluster is meant and how it is reached: kubeconfig files, contexts, proxy, credential.
//!
//! Files are found as kubectl finds them: `--kubeconfig`, else `$KUBECONFIG` (several, merged), else `~/.kube/config`, else the
//! service account of the pod we run in. Everything that is wrong is a sentence that names the file and the context. Nothing
//! here talks to the API server.

use super::credential;
use super::failure::Failure;
use super::{ContextRef, Pace, proxy};
use crate::snapshot::Text;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{HeaderValue, USER_AGENT};
use jiff::Timestamp;
use kube::config::{ExecConfig, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// One context of a kubeconfig, for the picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub name: Text,
    /// The cluster it names.
    pub cluster: Text,
    /// Whether it is the current one.
    pub current: bool,
}

/// The contexts of the kubeconfig, in its order. The error is a sentence for people.
pub fn contexts(kubeconfig: Option<&Path>) -> Result<Vec<Context>, String> {
    let (kubeconfig, _) = read(kubeconfig)?;
    let current = kubeconfig.current_context.as_deref();
    let row = |named: &kube::config::NamedContext| Context {
        name: named.name.as_str().into(),
        cluster: named.context.as_ref().map(|context| context.cluster.as_str()).unwrap_or_default().into(),
        current: current == Some(&named.name),
    };
    Ok(kubeconfig.contexts.iter().map(row).collect())
}

/// A cluster that could be asked.
pub(super) struct Target {
    /// Name of the context.
    pub context: Text,
    /// Host and port of the API server, for people.
    pub address: String,
    /// Where to find it again, also when another context has become the current one.
    pub again: ContextRef,
    /// What the kubeconfig files were when they were read.
    pub stamp: Stamp,
    config: Config,
    plugin: Option<ExecConfig>,
}

impl Target {
    /// Finds the cluster of a context. The error is a sentence for people.
    pub(super) async fn find(at: &ContextRef, pace: &Pace) -> Result<Self, String> {
        let mut again = at.clone();
        let stamp = stamp(at);
        let (mut config, name) = match read(at.kubeconfig.as_deref()) {
            Ok((kubeconfig, files)) => {
                let (config, name) = load(kubeconfig, &files, at.context.as_deref()).await?;
                again.context = Some(name.clone());
                (config, name)
            }
            Err(why) => match Config::incluster() {
                Ok(config) if *at == ContextRef::default() => (config, "in-cluster".to_owned()),
                _ => return Err(why),
            },
        };
        // Requests are tried again where it can be seen: the streams do it, and say so.
        config.default_retry = false;
        config.connect_timeout = Some(pace.connect);
        config.headers.push((USER_AGENT, HeaderValue::from_static(concat!("cnitui/", env!("CARGO_PKG_VERSION")))));
        let plugin = config.auth_info.exec.take();
        let address = config.cluster_url.authority().map(ToString::to_string).unwrap_or_default();
        Ok(Self { context: name.into(), address, again, stamp, config, plugin })
    }

    /// The command of the credential plugin, if one has to be asked.
    pub(super) fn plugin(&self) -> Option<&str> {
        self.plugin.as_ref().map(|plugin| plugin.command.as_deref().unwrap_or_default())
    }

    /// A client with a fresh credential, and when that ends.
    pub(super) async fn client(&self, pace: &Pace) -> Result<(Client, Option<Timestamp>), Failure> {
        let mut config = self.config.clone();
        let mut ends = None;
        if let Some(plugin) = &self.plugin {
            let given = credential::ask(plugin.clone(), pace.credential).await.map_err(Failure::Credential)?;
            ends = given.expiration_timestamp;
            config.auth_info.token = given.token.map(Into::into);
            config.auth_info.client_certificate_data = given.client_certificate_data.map(|pem| BASE64_STANDARD.encode(pem));
            config.auth_info.client_key_data = given.client_key_data.map(|pem| BASE64_STANDARD.encode(pem).into());
        }
        let context = &self.context;
        let client = Client::try_from(config).map_err(|error| Failure::Credential(format!("Context {context}: {error}.")))?;
        Ok((client, ends))
    }
}

/// Which files a kubeconfig is made of, and when each was written.
pub(super) type Stamp = Vec<(PathBuf, Option<SystemTime>)>;

/// The stamp that the files of a context have now.
pub(super) fn stamp(at: &ContextRef) -> Stamp {
    let written = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    files(at.kubeconfig.as_deref()).into_iter().map(|path| (path.clone(), written(&path))).collect()
}

/// The merged kubeconfig and the names of its files.
fn read(explicit: Option<&Path>) -> Result<(Kubeconfig, String), String> {
    merge(&files(explicit))
}

/// Where kubectl looks.
fn files(explicit: Option<&Path>) -> Vec<PathBuf> {
    match (explicit, std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty())) {
        (Some(path), _) => vec![path.to_owned()],
        (None, Some(list)) => std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
        (None, None) => std::env::home_dir().map(|home| home.join(".kube/config")).into_iter().collect(),
    }
}

/// Merges the files that are there, as kubectl does: what the first file names counts, and an empty name is none.
fn merge(candidates: &[PathBuf]) -> Result<(Kubeconfig, String), String> {
    let files: Vec<&PathBuf> = candidates.iter().filter(|path| path.exists()).collect();
    let names = |paths: &[&PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    if files.is_empty() {
        let looked = names(&candidates.iter().collect::<Vec<_>>());
        return Err(format!("No kubeconfig: {looked} does not exist. Name one with --kubeconfig or $KUBECONFIG."));
    }
    let mut merged = Kubeconfig::default();
    for path in &files {
        let sentence = |error| format!("{} cannot be used: {}.", path.display(), plain(&error));
        let mut one = Kubeconfig::read_from(path).map_err(sentence)?;
        one.current_context = one.current_context.filter(|name| !name.is_empty());
        merged = merged.merge(one).map_err(sentence)?;
    }
    Ok((merged, names(&files)))
}

async fn load(kubeconfig: Kubeconfig, files: &str, context: Option<&str>) -> Result<(Config, String), String> {
    let mut known = String::new();
    for named in &kubeconfig.contexts {
        let _ = write!(known, "{}{}", if known.is_empty() { "" } else { ", " }, named.name);
    }
    let Some(name) = context.map(str::to_owned).or_else(|| kubeconfig.current_context.clone()) else {
        return Err(format!("{files} has no current context. Choose one with --context: {known}."));
    };
    let named = kubeconfig.contexts.iter().find(|one| one.name == name).and_then(|one| one.context.as_ref());
    let cluster = named.map(|context| context.cluster.clone()).unwrap_or_default();
    let own_proxy = kubeconfig
        .clusters
        .iter()
        .find(|one| one.name == cluster)
        .and_then(|one| one.cluster.as_ref()?.proxy_url.clone())
        .filter(|url| !url.is_empty());
    let options = KubeConfigOptions { context: Some(name.clone()), ..KubeConfigOptions::default() };
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| match error {
        KubeconfigError::LoadContext(_) => format!("There is no context {name} in {files}. It has: {known}."),
        KubeconfigError::LoadClusterOfContext(cluster) => {
            format!("Context {name} names the cluster {cluster}, and {files} has none of that name.")
        }
        other => format!("Context {name} in {files} cannot be used: {}.", plain(&other)),
    })?;
    let proxy = own_proxy.or_else(|| proxy::from_env(&config.cluster_url, |name| std::env::var(name).ok()));
    config.proxy_url = match proxy.map(|url| (url.parse(), url)) {
        None => None,
        Some((Ok(uri), _)) => Some(uri),
        Some((Err(error), url)) => return Err(format!("Context {name}: the proxy {url} is no address: {error}.")),
    };
    Ok((config, name))
}

/// The error on one line, without the picture of the file that the YAML reader draws under it.
fn plain(error: &KubeconfigError) -> String {
    error.to_string().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "
apiVersion: v1
kind: Config
current-context: a
contexts:
- {name: a, context: {cluster: east}}
- {name: b, context: {cluster: nowhere}}
clusters:
- {name: east, cluster: {server: 'http://127.0.0.1:6443', proxy-url: 'http://proxy:3128'}}
";

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    async fn find(text: &str, context: Option<&str>) -> (String, Result<Target, String>) {
        let file = file(text);
        let at = ContextRef { kubeconfig: Some(file.path().to_owned()), context: context.map(str::to_owned) };
        (file.path().display().to_string(), Target::find(&at, &Pace::default()).await)
    }

    #[test]
    fn contexts_are_listed_with_the_current_one() {
        let listed = contexts(Some(file(TWO).path())).unwrap();
        let rows: Vec<_> = listed.iter().map(|c| (c.name.as_str(), c.cluster.as_str(), c.current)).collect();
        assert_eq!(rows, [("a", "east", true), ("b", "nowhere", false)]);
    }

    #[test]
    fn of_several_files_the_first_that_names_something_decides_and_an_empty_file_names_nothing() {
        let mine = "{current-context: '', contexts: [{name: b, context: {cluster: mine}}]}";
        let files = ["", mine, TWO].map(file);
        let files = files.each_ref().map(|file| file.path().to_owned());
        let (merged, _) = merge(&files).unwrap();
        assert_eq!(merged.current_context.as_deref(), Some("a"));
        let clusters: Vec<_> = merged.contexts.iter().map(|one| one.context.as_ref().unwrap().cluster.as_str()).collect();
        assert_eq!(clusters, ["mine", "east"]);
    }

    #[tokio::test]
    async fn the_proxy_of_the_kubeconfig_counts_even_for_loopback() {
        let (_, found) = find(TWO, None).await;
        let found = found.unwrap();
        assert_eq!((found.context.as_str(), found.address.as_str()), ("a", "127.0.0.1:6443"));
        assert_eq!(found.config.proxy_url.unwrap(), "http://proxy:3128/");
        assert!(!found.config.default_retry);
    }

    #[tokio::test]
    async fn what_is_wrong_names_file_and_context() {
        let why = |(file, found): (String, Result<Target, String>)| (found.err().unwrap(), file);
        let (no_context, file) = why(find(TWO, Some("c")).await);
        assert_eq!(no_context, format!("There is no context c in {file}. It has: a, b."));
        let (no_cluster, file) = why(find(TWO, Some("b")).await);
        assert_eq!(no_cluster, format!("Context b names the cluster nowhere, and {file} has none of that name."));
        let (no_yaml, file) = why(find("contexts: [", None).await);
        assert!(no_yaml.starts_with(&format!("{file} cannot be used: failed to parse kubeconfig YAML")), "{no_yaml}");
        assert_eq!(no_yaml.lines().count(), 1);
    }

    #[tokio::test]
    async fn a_kubeconfig_that_is_not_there_says_where_we_looked() {
        let at = ContextRef { kubeconfig: Some("/nowhere/config".into()), context: None };
        let why = Target::find(&at, &Pace::default()).await.err().unwrap();
        assert_eq!(why, "No kubeconfig: /nowhere/config does not exist. Name one with --kubeconfig or $KUBECONFIG.");
    }
}
