//! A small API server: lists in pages, watches, and everything that goes wrong with them, on request.
//!
//! It serves what tests put into it at any path. [`Fault`]s are used up in order by the requests that they match.
//! It can be stopped, which cuts every connection, and started again at the same address.

use crate::writes::{Reply, Writes};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use http_body_util::{BodyExt, Collected, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// The first page of a list.
    First,
    /// A later page.
    Later,
    /// A watch.
    Watch,
    /// Whatever it is.
    Any,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A Status with that code and message.
    Status(u16, &'static str),
    /// A Status with that code and `Retry-After`, in seconds.
    Busy(u16, u64),
    /// No answer at all.
    Silence,
    /// 410 for a list, with or without a token to go on with.
    Expired { resume: bool },
    /// 410 as the first event of a watch.
    Gone,
    /// Half an answer, then the connection is gone.
    Cut,
    /// Half an answer, then nothing.
    Stall,
    /// An answer without an end, as a few packed bytes can be.
    Flood,
}

/// Something that goes wrong with the next requests at a path.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// End of the path, such as `pods`.
    pub(crate) path: &'static str,
    pub(crate) on: On,
    pub(crate) what: What,
    /// How often; it lasts until [`Server::heal`] with `usize::MAX`.
    pub(crate) times: usize,
}

struct Watcher {
    path: String,
    name: Option<String>,
    lines: UnboundedSender<Result<Frame<Bytes>, io::Error>>,
}

/// Says why a request for a list or a watch, with its query, is forbidden.
pub(crate) type Guard = Box<dyn Fn(&str, &BTreeMap<String, String>) -> Result<(), String> + Send>;

#[derive(Default)]
pub(crate) struct World {
    guard: Option<Guard>,
    /// How far the clock is ahead, in seconds.
    ahead: i64,
    pub(crate) version: u64,
    page: usize,
    token: Option<String>,
    pub(crate) lists: BTreeMap<String, Vec<Value>>,
    watchers: Vec<Watcher>,
    faults: Vec<Fault>,
    requests: Vec<String>,
    pub(crate) writes: Writes,
}

pub(crate) struct Server {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    running: Option<Runtime>,
    kubeconfig: tempfile::NamedTempFile,
}

impl Server {
    /// A server with `page` objects a page.
    pub(crate) fn start(page: usize) -> Self {
        let world = Arc::new(Mutex::new(World { page, version: 100, ..World::default() }));
        let (running, address) = serve(&world, "127.0.0.1:0".parse().unwrap());
        let kubeconfig = tempfile::NamedTempFile::new().unwrap();
        let server = Self { address, world, running: Some(running), kubeconfig };
        server.user("{}");
        server
    }

    /// Writes the kubeconfig with that user, in YAML's flow style.
    pub(crate) fn user(&self, user: &str) {
        let address = self.address;
        let text = format!(
            "current-context: test\ncontexts: [{{name: test, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]\nusers: [{{name: u, user: {user}}}]\n"
        );
        std::fs::write(self.kubeconfig.path(), text).unwrap();
    }

    pub(crate) fn kubeconfig(&self) -> std::path::PathBuf {
        self.kubeconfig.path().to_owned()
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Adds or replaces an object, and tells who watches.
    pub(crate) fn put(&self, path: &str, mut object: Value) {
        let mut world = self.world();
        world.version += 1;
        object["metadata"]["resourceVersion"] = world.version.to_string().into();
        let list = world.lists.entry(path.to_owned()).or_default();
        let known = list.iter_mut().find(|one| key(one) == key(&object));
        let what = if known.is_some() { "MODIFIED" } else { "ADDED" };
        match known {
            Some(one) => *one = object.clone(),
            None => list.push(object.clone()),
        }
        world.tell(path, what, &object);
    }

    /// Removes the object of that name, and tells who watches.
    pub(crate) fn remove(&self, path: &str, name: &str) {
        let mut world = self.world();
        world.version += 1;
        let version = world.version;
        let list = world.lists.entry(path.to_owned()).or_default();
        let Some(at) = list.iter().position(|one| one["metadata"]["name"] == name) else { return };
        let mut object = list.remove(at);
        object["metadata"]["resourceVersion"] = version.to_string().into();
        world.tell(path, "DELETED", &object);
    }

    /// Removes an object without a word, as when events are lost.
    pub(crate) fn lose(&self, path: &str, name: &str) {
        self.world().lists.entry(path.to_owned()).or_default().retain(|one| one["metadata"]["name"] != name);
    }

    /// Breaks the watches of one path.
    pub(crate) fn cut_watches(&self, path: &str) {
        for watcher in self.world().watchers.extract_if(.., |watcher| watcher.path == path) {
            let _ = watcher.lines.unbounded_send(Err(io::ErrorKind::ConnectionReset.into()));
        }
    }

    /// Ends all watches, as the server does after their time (`cut` false) or as a broken network does.
    pub(crate) fn end_watches(&self, cut: bool) {
        for watcher in self.world().watchers.drain(..) {
            if cut {
                let _ = watcher.lines.unbounded_send(Err(io::ErrorKind::ConnectionReset.into()));
            }
        }
    }

    pub(crate) fn fault(&self, path: &'static str, on: On, what: What, times: usize) {
        self.world().faults.push(Fault { path, on, what, times });
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.world().faults.clear();
    }

    /// Only requests with this bearer token are answered.
    pub(crate) fn require(&self, token: &str) {
        self.world().token = Some(token.to_owned());
    }

    /// Sets the clock.
    pub(crate) fn ahead(&self, seconds: i64) {
        self.world().ahead = seconds;
    }

    /// Only what `guard` lets pass is answered.
    pub(crate) fn guard(&self, guard: Guard) {
        self.world().guard = Some(guard);
    }

    /// Tells who watches that nothing happened.
    pub(crate) fn bookmark(&self) {
        let world = self.world();
        for watcher in &world.watchers {
            watcher.send("BOOKMARK", &json!({"metadata": {"resourceVersion": world.version.to_string()}}));
        }
    }

    /// What was asked so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.world().requests.clone()
    }

    /// How many watches are open.
    pub(crate) fn watches(&self) -> usize {
        let mut world = self.world();
        world.watchers.retain(|watcher| !watcher.lines.is_closed());
        world.watchers.len()
    }

    /// Cuts every connection and takes no more.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown_background();
        }
        self.world().watchers.clear();
    }

    /// Serves again, at the same address.
    pub(crate) fn start_again(&mut self) {
        self.running = Some(serve(&self.world, self.address).0);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(world: &Arc<Mutex<World>>, address: SocketAddr) -> (Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = {
        let _inside = runtime.enter();
        let listener = std::net::TcpListener::bind(address).unwrap_or_else(|_| {
            // The port is free again once the sockets of the last run are gone.
            std::thread::sleep(std::time::Duration::from_millis(200));
            std::net::TcpListener::bind(address).unwrap()
        });
        listener.set_nonblocking(true).unwrap();
        TcpListener::from_std(listener).unwrap()
    };
    let address = listener.local_addr().unwrap();
    let world = Arc::clone(world);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let answer = service_fn(|request: Request<Incoming>| {
                    let world = Arc::clone(&world);
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
                        match answer(&world, &head, &body) {
                            Some(mut answer) => {
                                let now = Timestamp::now() + SignedDuration::from_secs(world.lock().unwrap().ahead);
                                let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                                answer.headers_mut().insert("date", date.parse().unwrap());
                                Ok::<_, Infallible>(answer)
                            }
                            None => std::future::pending().await,
                        }
                    }
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
    (runtime, address)
}

/// The answer to a request; none is silence.
fn answer(world: &Mutex<World>, request: &Parts, body: &[u8]) -> Option<Response<Body>> {
    let mut world = world.lock().unwrap();
    let path = request.uri.path().to_owned();
    world.requests.push(request.uri.to_string());
    match world.object(&request.method, &path, body) {
        Reply::Answer(answer) => return Some(answer),
        Reply::Silence => return None,
        Reply::IsList => {}
    }
    let query: BTreeMap<String, String> = request
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.replace("%3D", "=")))
        .collect();
    let on = match (query.contains_key("watch"), query.contains_key("continue")) {
        (true, _) => On::Watch,
        (false, true) => On::Later,
        (false, false) => On::First,
    };
    let bearer = request.headers.get("authorization").map(|value| value.to_str().unwrap().trim_start_matches("Bearer "));
    if world.token.is_some() && world.token.as_deref() != bearer {
        return Some(status(401, "Unauthorized", &json!({})));
    }
    if let Some(Err(why)) = world.guard.as_ref().map(|guard| guard(&path, &query)) {
        return Some(status(403, &why, &json!({})));
    }
    if let Some(what) = world.next_fault(&path, on) {
        return (!matches!(what, What::Silence)).then(|| broken(&mut world, &what, &query));
    }
    if path == "/version" {
        return Some(whole(200, &json!({"gitVersion": "v1.36.2"})));
    }
    let name = query.get("fieldSelector").and_then(|selector| selector.strip_prefix("metadata.name=")).map(str::to_owned);
    if on == On::Watch {
        let (lines, stream) = unbounded();
        let since = query.get("resourceVersion").and_then(|version| version.parse().ok()).unwrap_or(0);
        let watcher = Watcher { path, name, lines };
        world.replay(&watcher, since);
        world.watchers.push(watcher);
        return Some(Response::new(StreamBody::new(stream).boxed()));
    }
    Some(whole(200, &world.list(&path, name.as_deref(), &query)))
}

impl World {
    fn next_fault(&mut self, path: &str, on: On) -> Option<What> {
        let at = self.faults.iter().position(|fault| path.ends_with(fault.path) && (fault.on == on || fault.on == On::Any))?;
        let fault = &mut self.faults[at];
        let what = fault.what.clone();
        fault.times = fault.times.saturating_sub(usize::from(fault.times != usize::MAX));
        if fault.times == 0 {
            self.faults.remove(at);
        }
        Some(what)
    }

    fn list(&self, path: &str, name: Option<&str>, query: &BTreeMap<String, String>) -> Value {
        let from: usize = query.get("continue").map_or(0, |token| token.trim_end_matches("-late").parse().unwrap());
        let all: Vec<&Value> = self.lists.get(path).into_iter().flatten().filter(|one| named(one, name)).collect();
        let end = all.len().min(from + self.page);
        let mut metadata = json!({"resourceVersion": self.version.to_string()});
        if end < all.len() {
            metadata["continue"] = end.to_string().into();
            metadata["remainingItemCount"] = (all.len() - end).into();
        }
        json!({"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": all[from..end]})
    }

    fn replay(&self, watcher: &Watcher, since: u64) {
        for object in self.lists.get(&watcher.path).into_iter().flatten().filter(|one| named(one, watcher.name.as_deref())) {
            let version: u64 = object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
            if version > since {
                watcher.send("ADDED", object);
            }
        }
    }

    fn tell(&mut self, path: &str, what: &str, object: &Value) {
        self.watchers.retain(|watcher| !watcher.lines.is_closed());
        for watcher in &self.watchers {
            if watcher.path == path && named(object, watcher.name.as_deref()) {
                watcher.send(what, object);
            }
        }
    }
}

impl Watcher {
    fn send(&self, what: &str, object: &Value) {
        let line = format!("{}\n", json!({"type": what, "object": object}));
        let _ = self.lines.unbounded_send(Ok(Frame::data(line.into())));
    }
}

fn key(object: &Value) -> (&Value, &Value) {
    (&object["metadata"]["namespace"], &object["metadata"]["name"])
}

fn named(object: &Value, name: Option<&str>) -> bool {
    name.is_none_or(|name| object["metadata"]["name"] == name)
}

pub(crate) fn whole(code: u16, value: &Value) -> Response<Body> {
    let body = Full::new(Bytes::from(format!("{value}\n"))).map_err(|never| match never {}).boxed();
    Response::builder().status(code).body(body).unwrap()
}

pub(crate) fn status(code: u16, message: &str, metadata: &Value) -> Response<Body> {
    whole(code, &json!({"kind": "Status", "status": "Failure", "code": code, "message": message, "metadata": metadata}))
}

fn broken(world: &mut World, what: &What, query: &BTreeMap<String, String>) -> Response<Body> {
    let half = || Ok(Frame::data(Bytes::from_static(b"{\"kind\":\"List\",\"metadata\":{")));
    match what {
        What::Status(code, message) => status(*code, message, &json!({})),
        What::Busy(code, seconds) => {
            let mut answer = status(*code, "ask again later", &json!({}));
            answer.headers_mut().insert("retry-after", seconds.to_string().parse().unwrap());
            answer
        }
        What::Expired { resume } => {
            world.version += 1;
            let token = query.get("continue").map(|token| format!("{token}-late")).filter(|_| *resume);
            status(410, "The provided continue parameter is too old", &json!({"continue": token.unwrap_or_default()}))
        }
        What::Gone => {
            let object = json!({"kind": "Status", "code": 410, "message": "too old resource version"});
            whole(200, &json!({"type": "ERROR", "object": object}))
        }
        What::Cut => {
            let gone = Err(io::Error::from(io::ErrorKind::ConnectionReset));
            Response::new(StreamBody::new(futures::stream::iter([half(), gone])).boxed())
        }
        What::Flood => {
            let part = Bytes::from(vec![b' '; 1 << 20]);
            Response::new(StreamBody::new(futures::stream::repeat_with(move || Ok(Frame::data(part.clone())))).boxed())
        }
        What::Stall | What::Silence => {
            let (lines, stream) = unbounded();
            tokio::spawn(async move {
                let _ = lines.unbounded_send(half());
                // The sender lives for as long as somebody waits for more.
                while !lines.is_closed() {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            });
            Response::new(StreamBody::new(stream).boxed())
        }
    }
}
