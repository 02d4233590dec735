//! What the server does with single objects: it makes, gives and removes them, and can be made to fall silent at any write.

use crate::server::{Body, Server, World, status, whole};
use hyper::{Method, Response};
use serde_json::{Value, json};

/// What was written, and what comes next.
#[derive(Default)]
pub(crate) struct Writes {
    /// Method and path with the name of the object, in order.
    pub(crate) seen: Vec<String>,
    /// After so many writes, the next is not answered; and whether it is done all the same.
    pub(crate) silent_after: Option<(usize, bool)>,
    /// A resource that nobody may create.
    pub(crate) forbidden: Option<&'static str>,
}

impl Server {
    /// The names of the objects at a path.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let world = self.world();
        world.lists.get(path).into_iter().flatten().map(|one| one["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// What comes of a request.
pub(crate) enum Reply {
    /// This.
    Answer(Response<Body>),
    /// Nothing ever: that was asked for.
    Silence,
    /// It is about a list, which others answer.
    IsList,
}

impl World {
    /// The answer to a request about one object.
    pub(crate) fn object(&mut self, method: &Method, path: &str, body: &[u8]) -> Reply {
        if path.ends_with("/selfsubjectaccessreviews") {
            let review: Value = serde_json::from_slice(body).unwrap();
            let resource = &review["spec"]["resourceAttributes"]["resource"];
            let allowed = self.writes.forbidden.is_none_or(|forbidden| resource != forbidden);
            return Reply::Answer(whole(201, &json!({"status": {"allowed": allowed}})));
        }
        if *method == Method::GET {
            let parts = path.trim_matches('/').split('/').count();
            let is_one = if path.starts_with("/apis/") { parts == 7 } else { parts == 4 || parts == 6 };
            let Some((list, name)) = path.rsplit_once('/').filter(|_| is_one) else { return Reply::IsList };
            let found = self.lists.get(list).into_iter().flatten().find(|one| one["metadata"]["name"] == name);
            return Reply::Answer(found.map_or_else(|| status(404, "not found", &json!({})), |one| whole(200, one)));
        }
        let silent = self.writes.silent_after.filter(|(after, _)| *after == self.writes.seen.len());
        let object: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_creation = *method == Method::POST;
        let (list, name) =
            if is_creation { (path, object["metadata"]["name"].as_str().unwrap()) } else { path.rsplit_once('/').unwrap() };
        self.writes.seen.push(format!("{method} {list}/{name}"));
        if matches!(silent, Some((_, false))) {
            return Reply::Silence;
        }
        let answer = if is_creation { self.create(list, name, object.clone()) } else { self.delete(list, name, &object) };
        if silent.is_some() { Reply::Silence } else { Reply::Answer(answer) }
    }

    fn create(&mut self, list: &str, name: &str, mut object: Value) -> Response<Body> {
        let uid = format!("uid-{}", self.writes.seen.len());
        self.version += 1;
        let all = self.lists.entry(list.to_owned()).or_default();
        if all.iter().any(|one| one["metadata"]["name"] == name) {
            return status(409, &format!("{name} already exists"), &json!({}));
        }
        object["metadata"]["uid"] = uid.into();
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        all.push(object.clone());
        whole(201, &object)
    }

    /// Only with the uid that it is known by.
    fn delete(&mut self, list: &str, name: &str, options: &Value) -> Response<Body> {
        let all = self.lists.entry(list.to_owned()).or_default();
        let Some(at) = all.iter().position(|one| one["metadata"]["name"] == name) else {
            return status(404, "not found", &json!({}));
        };
        if options["preconditions"]["uid"] != all[at]["metadata"]["uid"] {
            return status(409, "the uid differs", &json!({}));
        }
        whole(200, &all.remove(at))
    }
}
