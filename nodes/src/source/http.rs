//! Bytes over http and https: ranges, redirects, and going on at the byte where a connection broke.

use super::bytes::{ByteWriter, Flow, Origin};
use super::http_client::{Client, HEADERS_WAIT, READ_WAIT, explain};
use super::http_response::{Answer, judge};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use hyper::{Request, Response, Uri};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Redirects followed for one request.
const MAX_REDIRECTS: usize = 5;
/// Attempts in a row that bring no byte before the source is given up.
const MAX_TRIES: u32 = 5;
/// Pause before the second attempt; doubles with each up to four seconds.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// What is remembered of the resource, to know it again.
#[derive(Clone, Debug, Default)]
struct Resource {
    length: Option<u64>,
    tag: Option<HeaderValue>,
    ranges: bool,
}

/// Why an attempt ended.
enum Fault {
    /// Trying again may help.
    Passing(String),
    /// It will not.
    Final(String),
}

/// Feeds `writer` from `url` until nobody listens any more.
pub(crate) async fn feed(client: Client, url: String, writer: ByteWriter) {
    let mut task = Task { client, url, writer, resource: None, at: 0, tries: 0 };
    let mut flow = Flow::On;
    loop {
        match flow {
            Flow::Closed => return,
            Flow::Seek(to) => {
                task.at = to;
                task.tries = 0;
            }
            Flow::On => {}
        }
        flow = task.read().await;
    }
}

struct Task {
    client: Client,
    url: String,
    writer: ByteWriter,
    resource: Option<Resource>,
    at: u64,
    tries: u32,
}

impl Task {
    /// Reads from `at` until something else is wanted, through as many connections as it takes.
    async fn read(&mut self) -> Flow {
        if self.resource.as_ref().is_some_and(|r| r.length.is_some_and(|length| self.at >= length)) {
            self.writer.end();
            return self.writer.wait().await;
        }
        let fault = match self.connect().await {
            Ok((body, skip)) => match self.pass_on(body, skip).await {
                Ok(flow) => return flow,
                Err(fault) => fault,
            },
            Err(fault) => fault,
        };
        self.tries += 1;
        let message = match fault {
            Fault::Passing(_) if self.tries < MAX_TRIES => {
                let pause = FIRST_PAUSE * (1 << (self.tries - 1).min(4));
                return tokio::select! {
                    flow = self.writer.wait() => flow,
                    () = sleep(pause.min(Duration::from_secs(4))) => Flow::On,
                };
            }
            Fault::Passing(message) => format!("{message} (tried {MAX_TRIES} times)"),
            Fault::Final(message) => message,
        };
        self.writer.fail(message);
        self.writer.wait().await
    }

    /// Asks for the bytes from `at` on. Returns the body and how many of its bytes come too early.
    async fn connect(&mut self) -> Result<(Incoming, u64), Fault> {
        let response = self.request().await?;
        let known = self.resource.as_ref();
        let answer = judge(response.status(), response.headers(), self.at, known.map(|r| (r.length, r.tag.as_ref())));
        match answer {
            Answer::From { skip, length, ranges, tag } => {
                if self.resource.is_none() {
                    self.writer.opened(Origin { length, seekable: ranges && length.is_some() });
                    self.resource = Some(Resource { length, tag, ranges });
                }
                Ok((response.into_body(), skip))
            }
            Answer::Again(message) => Err(Fault::Passing(message)),
            Answer::No(message) => Err(Fault::Final(message)),
        }
    }

    /// Sends the request and follows redirects.
    async fn request(&self) -> Result<Response<Incoming>, Fault> {
        let mut url = self.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let uri: Option<Uri> = url.parse().ok();
            let plain = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
            let Some(uri) = uri.filter(plain) else {
                return Err(Fault::Final(format!("{url} cannot be opened; only http and https addresses can")));
            };
            let mut request = Request::get(&uri)
                .header(ACCEPT, "*/*")
                .header(ACCEPT_ENCODING, "identity")
                .header(USER_AGENT, concat!("lavalink-rust/", env!("CARGO_PKG_VERSION")));
            let ranged = self.resource.as_ref().is_none_or(|r| r.ranges);
            if ranged {
                request = request.header(RANGE, format!("bytes={}-", self.at));
            }
            if let Some(tag) = self.resource.as_ref().and_then(|r| r.tag.as_ref()).filter(|_| ranged && self.at > 0) {
                request = request.header(IF_RANGE, tag);
            }
            let request = request.body(String::new()).map_err(|error| Fault::Final(error.to_string()))?;
            let response = match timeout(HEADERS_WAIT, self.client.request(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => return Err(Fault::Passing(explain(&url, &error))),
                Err(_) => return Err(Fault::Passing(format!("{url} does not answer"))),
            };
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let location = response.headers().get(LOCATION).and_then(|l| l.to_str().ok());
            let location =
                location.ok_or_else(|| Fault::Final(format!("{url} leads elsewhere without saying where")))?;
            url = resolve(&uri, location);
        }
        Err(Fault::Final(format!("{} leads through more than {MAX_REDIRECTS} other addresses", self.url)))
    }

    /// Pushes the body; its end is the end of the source unless bytes are missing.
    async fn pass_on(&mut self, mut body: Incoming, mut skip: u64) -> Result<Flow, Fault> {
        loop {
            let frame = tokio::select! {
                flow = self.writer.wait() => return Ok(flow),
                frame = timeout(READ_WAIT, body.frame()) => frame,
            };
            let data = match frame {
                Err(_) => return Err(Fault::Passing("the server has stopped sending".into())),
                Ok(None) => break,
                Ok(Some(Err(error))) => return Err(Fault::Passing(format!("the connection broke: {error}"))),
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => data,
                    Err(_) => continue,
                },
            };
            let early = (data.len() as u64).min(skip);
            skip -= early;
            let data = &data[early as usize..];
            if data.is_empty() {
                continue;
            }
            match self.writer.push(data).await {
                Flow::On => {
                    self.at += data.len() as u64;
                    self.tries = 0;
                }
                flow => return Ok(flow),
            }
        }
        match self.resource.as_ref().and_then(|r| r.length) {
            Some(length) if self.at < length => Err(Fault::Passing("the server ended the file too early".into())),
            _ => {
                self.writer.end();
                Ok(self.writer.wait().await)
            }
        }
    }
}

/// The address a `Location` header means, seen from `base`.
fn resolve(base: &Uri, location: &str) -> String {
    let scheme = base.scheme_str().unwrap_or("http");
    let authority = base.authority().map_or("", |a| a.as_str());
    if location.contains("://") {
        location.into()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn locations_are_relative_to_where_they_were_said() {
        let base = "https://a.example:8443/x/y.mp3?q=1".parse().expect("an address");
        assert_eq!(resolve(&base, "http://b/z"), "http://b/z");
        assert_eq!(resolve(&base, "//b/z"), "https://b/z");
        assert_eq!(resolve(&base, "/z"), "https://a.example:8443/z");
        assert_eq!(resolve(&base, "z"), "https://a.example:8443/x/z");
    }
}
