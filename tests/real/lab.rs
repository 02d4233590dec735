//! A real cluster for a test, and the program against it.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A real cluster of this test's own; goes with it.
pub(crate) struct Lab {
    kit: PathBuf,
    dir: tempfile::TempDir,
    env: [(&'static str, String); 2],
    children: Vec<Child>,
}

impl Lab {
    /// A control plane on `port`, or nothing where there is no kit.
    pub(crate) fn new(port: u16, net: &str) -> Option<Self> {
        let Some(kit) = std::env::var_os("CNITUI_TEST_LAB").map(PathBuf::from) else {
            eprintln!("SKIPPED: CNITUI_TEST_LAB is not set, so there is no real cluster to test on");
            return None;
        };
        let env = [("KUBE_PORT", port.to_string()), ("KUBE_NET", net.to_owned())];
        let lab = Self { kit, dir: tempfile::tempdir().unwrap(), env, children: Vec::new() };
        assert!(Command::new(lab.kit.join("get")).stdout(Stdio::null()).status().unwrap().success(), "get failed");
        lab.run("images", &[]);
        lab.run("up", &[]);
        lab.until_controllers_run();
        Some(lab)
    }

    /// Hollow nodes bring addresses of their own, which only controllers that already run accept.
    fn until_controllers_run(&self) {
        let mut kubectl = Command::new("kubectl");
        kubectl.arg("--kubeconfig").arg(self.path("kubeconfig")).args(["get", "serviceaccount", "default"]);
        for _ in 0..120 {
            if kubectl.output().unwrap().status.success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        panic!("the controllers did not start");
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.dir.path().join(inside)
    }

    pub(crate) fn command(&self, script: &str, args: &[&str]) -> Command {
        let mut command = Command::new(self.kit.join(script));
        command.args(args).arg(self.dir.path()).envs(self.env.clone()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, script: &str, args: &[&str]) {
        let done = self.command(script, args).output().unwrap();
        assert!(done.status.success(), "{script} {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    pub(crate) fn hollow(&mut self, count: &str) {
        let child = self.command("hollow", &[count]).stdout(Stdio::null()).spawn().unwrap();
        self.children.push(child);
    }

    pub(crate) fn kubectl(&self, args: &[&str], stdin: &str) -> String {
        let mut child = Command::new("kubectl")
            .arg("--kubeconfig")
            .arg(self.path("kubeconfig"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl is on the path");
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "kubectl {args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Ends a program at once. An API server that is only asked to end serves open watches for another minute.
    pub(crate) fn kill(&self, name: &str) {
        let pid = fs::read_to_string(self.path(name)).unwrap();
        let pid = pid.trim();
        assert!(Command::new("kill").args(["-9", pid]).status().unwrap().success());
        // A zombie counts as running to the kit, whose file it therefore must not find.
        let runs = || fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        while runs() {
            std::thread::sleep(Duration::from_millis(50));
        }
        fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn status(kubeconfig: &Path) -> (Value, i32) {
        let done = cnitui(kubeconfig).args(["status", "-o", "json"]).output().unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        let answer = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&done.stderr)));
        (answer, done.status.code().unwrap())
    }

    pub(crate) fn watch(&self) -> Watch {
        let mut child =
            cnitui(&self.path("kubeconfig")).args(["status", "--watch", "-o", "json"]).stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(serde_json::from_str(&line).unwrap()).is_err() {
                    break;
                }
            }
        });
        Watch { child, lines, last: Value::Null }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = self.command("down", &[]).status();
    }
}

/// The binary that cargo built, for a kubeconfig.
pub(crate) fn cnitui(kubeconfig: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
    command.arg("--kubeconfig").arg(kubeconfig).env_remove("KUBECONFIG").stdin(Stdio::null());
    command
}

/// One `cnitui status --watch`: nobody touches it while the world changes around it.
pub(crate) struct Watch {
    child: Child,
    lines: Receiver<Value>,
    last: Value,
}

impl Watch {
    /// Waits until an answer satisfies `wanted`, and returns it.
    pub(crate) fn until(&mut self, what: &str, seconds: u64, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        while !wanted(&self.last) {
            let left = Duration::from_secs(seconds).saturating_sub(begun.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(answer) => self.last = answer,
                Err(RecvTimeoutError::Timeout) => panic!("not within {seconds}s: {what}\nlast: {:#}", self.last),
                Err(RecvTimeoutError::Disconnected) => panic!("cnitui ended: {:?}", self.child.wait()),
            }
        }
        eprintln!("{what}: {:.1}s", begun.elapsed().as_secs_f32());
        self.last.clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
