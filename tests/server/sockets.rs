//! Blocking connections to a server of a test.

use super::{PATIENCE, Server};
use std::net::TcpStream;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring};

/// A connection within TLS.
pub type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A connection to the listener of a member of the ready file.
pub fn connect(server: &Server, member: &str) -> TcpStream {
    connect_to(server.ready(member))
}

/// A connection to a URL.
pub fn connect_to(url: &str) -> TcpStream {
    let address = url.split("//").nth(1).expect("a URL");
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    stream
}

/// TLS over a connection, with the test CA alone to be trusted.
pub fn tls(server: &Server, stream: TcpStream, name: &str) -> Tls {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(server.ready("ca_file")).expect("the CA")).expect("a CA");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("versions").with_root_certificates(roots);
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let client = ClientConnection::new(Arc::new(builder.with_no_client_auth()), name).expect("a client");
    StreamOwned::new(client, stream)
}
