//! The one client that all streams share: sends, gives up in time, and is made anew when the login ends.
//!
//! It turns every answer into a success or a [`Failure`] and knows whether the server answers at all; when it does again, all
//! that wait for their next attempt are woken. What is asked, and what a failure means for a list, is not its business.

use super::backoff::Backoff;
use super::connect::{Stamp, Target, stamp};
use super::failure::{Failure, Refusal, explain};
use super::publish::Facts;
use super::{ContextRef, Pace};
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, DATE, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::timeout;

/// Largest body of an answer that is not a success.
const LARGEST_REFUSAL: usize = 64 << 10;
/// Largest answer, unpacked: a page of 500 objects is some mebibytes, and what a few bytes can unpack to is without end.
const LARGEST: usize = 256 << 20;
/// A credential that lasts longer is renewed this long before it ends, so that it does not end on the way.
const EARLY: Duration = Duration::from_secs(30);

/// A clock that differs by less makes no age wrong that people see: the date of an answer is whole seconds, and it travels.
const IN_TIME: SignedDuration = SignedDuration::from_secs(10);

/// How far the clock of the server that answers is ahead of ours, where that is worth a word.
fn ahead(answer: &Response<Body>) -> Option<SignedDuration> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    let ahead = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().duration_since(Timestamp::now());
    Some(ahead).filter(|ahead| ahead.abs() > IN_TIME)
}

/// Counts the calls to try everything again now.
pub(super) type Wake = Arc<watch::Sender<u64>>;

/// The way to one API server.
pub(super) struct Access {
    context: ContextRef,
    address: String,
    /// How long everything may take.
    pub pace: Pace,
    login: Mutex<Option<Login>>,
    /// How the last attempt to log in failed, and at which call of `wake`.
    renewing: tokio::sync::Mutex<Option<(Instant, u64, Failure)>>,
    /// The waits while the cluster cannot be asked, and when the next attempt is made.
    outage: Mutex<Option<(Backoff, Timestamp)>>,
    wake: Wake,
    facts: Facts,
}

#[derive(Clone)]
struct Login {
    client: Client,
    /// When it is renewed without waiting for the server to refuse it.
    renew_at: Option<Timestamp>,
    /// The kubeconfig that it comes from.
    stamp: Stamp,
    number: u64,
}

/// How an answer may be packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Lists are large and compress well.
    Gzip,
    /// A compressed watch holds events back.
    Plain,
}

impl Access {
    /// The way to a cluster at `address`; nothing is sent, and nobody logs in, before the first stream asks.
    pub(super) fn new(context: ContextRef, address: String, pace: Pace, wake: Wake, facts: Facts) -> Self {
        let (login, renewing) = (Mutex::new(None), tokio::sync::Mutex::new(None));
        Self { context, address, pace, login, renewing, outage: Mutex::new(None), wake, facts }
    }

    /// Number of the login in use; 0 before the first.
    pub(super) fn login(&self) -> u64 {
        self.current().map_or(0, |login| login.number)
    }

    fn current(&self) -> Option<Login> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs in again, unless another stream did it since login `seen`. A plugin that fails is asked once for all streams.
    pub(super) async fn renew(&self, seen: u64) -> Result<(), Failure> {
        let mut last = self.renewing.lock().await;
        if self.login() != seen {
            return Ok(());
        }
        let call = *self.wake.borrow();
        if let Some((at, asked, failure)) = &*last
            && at.elapsed() < self.pace.denied / 2
            && *asked == call
        {
            return Err(failure.clone());
        }
        let fresh = match self.log_in(seen + 1).await {
            Ok(fresh) => fresh,
            Err(failure) => {
                *last = Some((Instant::now(), call, failure.clone()));
                return Err(failure);
            }
        };
        *self.login.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        // Who waits because there was no login need not wait any longer.
        if seen == 0 || last.take().is_some() {
            self.wake.send_modify(|calls| *calls += 1);
        }
        Ok(())
    }

    /// Reads the kubeconfig again: other programs put new tokens and addresses there. A plugin that takes longer than people
    /// like to wait is mentioned.
    async fn log_in(&self, number: u64) -> Result<Login, Failure> {
        let target = Target::find(&self.context, &self.pace).await.map_err(Failure::Credential)?;
        let mut asked = std::pin::pin!(target.client(&self.pace));
        let answer = if let Ok(answer) = timeout(self.pace.patience, asked.as_mut()).await {
            answer
        } else {
            self.facts.logging_in(target.plugin().unwrap_or_default()).await;
            asked.await
        };
        let (client, ends) = answer?;
        // What ends sooner, perhaps only by a clock that is wrong, is used until the server refuses it.
        let renew_at = ends.map(|ends| ends - EARLY).filter(|at| *at > Timestamp::now());
        Ok(Login { client, renew_at, stamp: target.stamp.clone(), number })
    }

    /// What it means that the server refuses a login that is new.
    pub(super) fn refused(&self) -> Failure {
        let context = self.context.context.as_deref().unwrap_or("in-cluster");
        Failure::Credential(format!(
            "The API server does not accept the login of context {context} (401). Log in again; it is tried again by itself."
        ))
    }

    /// Sends a GET and waits for the head of the answer.
    pub(super) async fn open(&self, url: &str, accept: &'static str, packing: Packing) -> Result<Response<Body>, Failure> {
        let Some(login) = self.current().filter(|login| !self.is_over(login)) else {
            return Err(Failure::Refused(Refusal { code: 401, ..Refusal::default() }));
        };
        let mut request = Request::get(url).header(ACCEPT, accept);
        if packing == Packing::Plain {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        let request = request.body(Body::empty()).map_err(|error| Failure::Broken(error.to_string()))?;
        let answer = match timeout(self.pace.stall + self.pace.connect, login.client.send(request)).await {
            Err(_) => return Err(Failure::Broken(self.stalled())),
            Ok(Err(error)) => return Err(explain(&error, &self.address)),
            Ok(Ok(answer)) => answer,
        };
        // Only who is let in can say that the server is well.
        if answer.status() != StatusCode::UNAUTHORIZED {
            self.answered(ahead(&answer)).await;
        }
        if answer.status().is_success() { Ok(answer) } else { Err(self.refusal(answer).await) }
    }

    /// Whether a login is about to end, or leads nowhere while the kubeconfig has been written anew.
    fn is_over(&self, login: &Login) -> bool {
        let is_silent = self.outage.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        login.renew_at.is_some_and(|at| at <= Timestamp::now()) || is_silent && login.stamp != stamp(&self.context)
    }

    /// Sends a GET and waits for the whole answer. It may take long, as long as something arrives.
    pub(super) async fn get(&self, url: &str, accept: &'static str) -> Result<Bytes, Failure> {
        let answer = self.open(url, accept, Packing::Gzip).await?;
        let length = answer.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut body = answer.into_body();
        let mut whole = BytesMut::with_capacity(length.unwrap_or(0).min(16 << 20));
        while let Some(part) = self.part(&mut body, self.pace.stall).await? {
            whole.extend_from_slice(&part);
            if whole.len() > LARGEST {
                return Err(Failure::Broken(format!("{} sent more than {} MiB in one answer", self.address, LARGEST >> 20)));
            }
        }
        Ok(whole.freeze())
    }

    /// The next bytes of an answer; none at its end.
    pub(super) async fn part(&self, body: &mut Body, patience: Duration) -> Result<Option<Bytes>, Failure> {
        loop {
            match timeout(patience, body.frame()).await {
                Err(_) => return Err(Failure::Broken(self.stalled())),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(explain(&error, &self.address)),
                Ok(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// Waits for the next attempt: until then, or until somebody wants it now.
    pub(super) async fn wait(&self, until: Timestamp) {
        let left = until.duration_since(Timestamp::now());
        let _ = timeout(left.try_into().unwrap_or_default(), self.woken()).await;
    }

    /// Waits until the server answers again after a silence, or somebody wants everything again.
    pub(super) async fn woken(&self) {
        let _ = self.wake.subscribe().changed().await;
    }

    /// The cluster cannot be asked, because of `failure`. Gives the time of the next attempt, which is the same for all streams,
    /// so that people see one time and not many.
    pub(super) async fn outage(&self, failure: &Failure) -> Timestamp {
        let next = {
            let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
            let (backoff, next) = outage.get_or_insert_default();
            if *next <= Timestamp::now() {
                *next = Timestamp::now() + backoff.after(failure, &self.pace);
            }
            *next
        };
        self.facts.outage(failure.clone(), next).await;
        next
    }

    async fn answered(&self, ahead: Option<SignedDuration>) {
        let outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner).take();
        if outage.is_some() {
            self.wake.send_modify(|calls| *calls += 1);
        }
        self.facts.answered(ahead).await;
    }

    fn stalled(&self) -> String {
        format!("no answer from {} for {}s", self.address, self.pace.stall.as_secs())
    }

    async fn refusal(&self, answer: Response<Body>) -> Failure {
        let code = answer.status().as_u16();
        let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut body = answer.into_body();
        let mut read = BytesMut::new();
        while let Ok(Some(part)) = self.part(&mut body, self.pace.stall).await
            && read.len() < LARGEST_REFUSAL
        {
            read.extend_from_slice(&part);
        }
        Failure::Refused(Refusal::read(code, seconds.map(Duration::from_secs), &read))
    }
}
