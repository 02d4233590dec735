//! Exec credential plugins (`client.authentication.k8s.io`): run once a login, never on the terminal.
//!
//! kube runs a plugin up to three times a client, without a time limit, and lets it read the keyboard; here it runs once, away
//! from the terminal, and is ended when it takes too long or nobody waits any more. A plugin that needs an answer therefore
//! fails, and says so in the words of [`WANTS_ANSWER`]. It does not know what the credential is used for.

use jiff::Timestamp;
use kube::config::ExecConfig;
use serde::Deserialize;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// What a plugin gave.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Credential {
    /// Bearer token.
    pub token: Option<String>,
    /// Certificate and key, PEM.
    pub client_certificate_data: Option<String>,
    /// Its key, PEM.
    pub client_key_data: Option<String>,
    /// When it ends.
    pub expiration_timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ExecCredential {
    status: Option<Credential>,
}

/// What is said when a plugin cannot go on by itself.
pub(super) const WANTS_ANSWER: &str = "The credential plugin wants an answer. Leave, log in, come back.";

/// Asks the plugin, for at most `limit`.
pub(super) async fn ask(plugin: ExecConfig, limit: Duration) -> Result<Credential, String> {
    let waiting = Arc::new(());
    let watched = Arc::downgrade(&waiting);
    let asked = tokio::task::spawn_blocking(move || run(&plugin, limit, &watched)).await;
    drop(waiting);
    asked.unwrap_or_else(|failed| Err(format!("The credential plugin could not be run: {failed}.")))
}

fn run(plugin: &ExecConfig, limit: Duration, waiting: &Weak<()>) -> Result<Credential, String> {
    let name = plugin.command.clone().unwrap_or_default();
    let mut child = command(plugin, &name).spawn().map_err(|error| {
        let hint = plugin.install_hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
        format!("The credential plugin {name} cannot be started: {error}.{hint}")
    })?;
    let output = collect(&mut child);
    let began = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < limit && waiting.strong_count() > 0 => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                // It may be stopped for reaching for the terminal; then only this ends it.
                let _ = child.kill();
                let _ = child.wait();
                return Err(WANTS_ANSWER.to_owned());
            }
            Err(error) => return Err(format!("The credential plugin {name} was lost: {error}.")),
        }
    };
    let (stdout, stderr) = output.join().unwrap_or_default();
    if !status.success() {
        let said = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason").trim();
        return Err(format!("{WANTS_ANSWER} {name}: {said}"));
    }
    let answer: ExecCredential = serde_yaml::from_str(&stdout)
        .map_err(|error| format!("The credential plugin {name} answered something that is no ExecCredential: {error}."))?;
    answer.status.ok_or_else(|| format!("{WANTS_ANSWER} {name} answered without a credential."))
}

fn command(plugin: &ExecConfig, name: &str) -> Command {
    let info = serde_json::json!({
        "kind": "ExecCredential",
        "apiVersion": plugin.api_version,
        "spec": { "interactive": false, "cluster": plugin.cluster },
    });
    let mut command = Command::new(name);
    command.args(plugin.args.iter().flatten()).env("KUBERNETES_EXEC_INFO", info.to_string());
    for variable in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own is in the background of the terminal: who opens /dev/tty to read a password is stopped, not served.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Reads both outputs beside the waiting, so that a talkative plugin does not block on a full pipe.
fn collect(child: &mut Child) -> std::thread::JoinHandle<(String, String)> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::spawn(move || {
        let errors = std::thread::spawn(move || text(stderr));
        (text(stdout), errors.join().unwrap_or_default())
    })
}

/// At most a mebibyte of it; the rest is read and dropped.
fn text(pipe: Option<impl Read>) -> String {
    let mut kept = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.by_ref().take(1 << 20).read_to_end(&mut kept);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn shell(script: &str) -> Result<Credential, String> {
        let plugin = ExecConfig {
            command: Some("sh".to_owned()),
            args: Some(vec!["-c".to_owned(), script.to_owned()]),
            ..ExecConfig::default()
        };
        ask(plugin, Duration::from_millis(400)).await
    }

    #[tokio::test]
    async fn a_token_and_its_end_are_read() {
        let script = r#"echo '{"kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2026-11-25T01:00:00Z"}}'"#;
        let credential = shell(script).await.unwrap();
        assert_eq!(credential.token.as_deref(), Some("t"));
        assert_eq!(credential.expiration_timestamp, Some("2026-11-25T01:00:00Z".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_plugin_that_asks_gets_no_answer_and_says_so() {
        let failed = shell("echo 'Password: ' >&2; read answer || exit 1").await.unwrap_err();
        assert_eq!(failed, format!("{WANTS_ANSWER} sh: Password:"));
    }

    #[tokio::test]
    async fn a_plugin_that_hangs_is_ended() {
        let began = Instant::now();
        assert_eq!(shell("exec sleep 60").await.unwrap_err(), WANTS_ANSWER);
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_plugin_that_is_not_installed_gives_its_hint() {
        let plugin = ExecConfig {
            command: Some("/nowhere/login".to_owned()),
            install_hint: Some("Install it with: brew install login".to_owned()),
            ..ExecConfig::default()
        };
        let failed = ask(plugin, Duration::from_secs(1)).await.unwrap_err();
        assert!(failed.contains("/nowhere/login cannot be started"), "{failed}");
        assert!(failed.ends_with("brew install login"), "{failed}");
    }
}
