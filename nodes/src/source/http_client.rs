//! The client all http sources share: TLS by rustls with the system's certificates, or Mozilla's where there are none.

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

/// Wait for a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// Wait for the head of a response.
pub(super) const HEADERS_WAIT: Duration = Duration::from_secs(15);
/// Wait for the next bytes of a body. There is no limit for a whole body: tracks last as long as they last.
pub(super) const READ_WAIT: Duration = Duration::from_secs(10);

/// A client for requests without a body.
pub(crate) type Client = hyper_util::client::legacy::Client<HttpsConnector<HttpConnector>, String>;

/// The shared client; making it reads the certificates once.
pub(super) fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            let mut http = HttpConnector::new();
            http.enforce_http(false);
            http.set_connect_timeout(Some(CONNECT_WAIT));
            let provider = rustls::crypto::ring::default_provider();
            let tls = match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider) {
                Ok(tls) => tls,
                Err(_) => HttpsConnectorBuilder::new().with_webpki_roots(),
            };
            let connector = tls.https_or_http().enable_http1().wrap_connector(http);
            hyper_util::client::legacy::Client::builder(TokioExecutor::new())
                .pool_idle_timeout(Duration::from_secs(20))
                .pool_max_idle_per_host(1)
                .build(connector)
        })
        .clone()
}

/// A failed request in words: the innermost cause says most.
pub(super) fn explain(url: &str, error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("cannot reach {url}: {cause}")
}
