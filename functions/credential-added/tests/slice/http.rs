//! HTTP/1.1 on loopback, as little of it as the three services of the slice speak.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What is done about a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// The connection is cut without a word.
    Cut,
}

impl Reply {
    pub(crate) fn of(status: u16, kind: &str, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }
}

/// Serves on a port the system chooses, until the test's process ends.
pub(crate) fn serve(handler: impl Fn(Request) -> Reply + Send + Sync + 'static) -> u16 {
    Server::open(handler).port
}

/// What serves on a port.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    closed: Arc<AtomicBool>,
}

impl Server {
    /// Serves on a port the system chooses, until it is closed.
    pub(crate) fn open(handler: impl Fn(Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closed = Arc::new(AtomicBool::new(false));
        accept(listener, Arc::clone(&closed), Arc::new(handler));
        Self { port, closed }
    }

    /// Takes no more connections.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // Whoever waits for a connection looks up.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn accept(
    listener: TcpListener,
    closed: Arc<AtomicBool>,
    handler: Arc<impl Fn(Request) -> Reply + Send + Sync + 'static>,
) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if closed.load(Ordering::Acquire) {
                return;
            }
            let handler = Arc::clone(&handler);
            thread::spawn(move || converse(stream, handler.as_ref()));
        }
    });
}

/// Answers one connection's requests; a caller that goes away ends it.
fn converse(stream: TcpStream, handler: &impl Fn(Request) -> Reply) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        match handler(read_request(&mut reader)?) {
            Reply::Cut => return None,
            Reply::Answer { status, headers, body } => {
                write_message(&mut writer, &format!("HTTP/1.1 {status} It"), &headers, &body)?;
            }
        }
    }
}

/// Passes a request on and returns the answer.
pub(crate) fn forward(port: u16, request: &Request) -> Reply {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let kept = |name: &str| !matches!(name, "host" | "content-length" | "transfer-encoding" | "connection");
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .filter(|(name, _)| kept(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let first = format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close", request.method, request.path);
    write_message(&mut stream.try_clone().unwrap(), &first, &headers, &request.body).unwrap();
    let mut reader = BufReader::new(stream);
    let status = line(&mut reader).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = read_headers(&mut reader).unwrap();
    let body = read_body(&mut reader, &headers).unwrap();
    let headers = headers.into_iter().filter(|(name, _)| kept(name)).collect();
    Reply::Answer { status, headers, body }
}

fn write_message(writer: &mut impl Write, first: &str, headers: &[(String, String)], body: &[u8]) -> Option<()> {
    let mut message = format!("{first}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        message.extend([name, ": ", value, "\r\n"]);
    }
    message.push_str("\r\n");
    writer.write_all(&[message.as_bytes(), body].concat()).ok()
}

fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let first = line(reader)?;
    let mut parts = first.split(' ').map(str::to_owned);
    let (method, path) = (parts.next()?, parts.next()?);
    let headers = read_headers(reader)?;
    let body = read_body(reader, &headers)?;
    Some(Request { method, path, headers, body })
}

fn read_headers(reader: &mut impl BufRead) -> Option<BTreeMap<String, String>> {
    let mut headers = BTreeMap::new();
    loop {
        let line = line(reader)?;
        let Some((name, value)) = line.split_once(':') else { return Some(headers) };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
}

fn read_body(reader: &mut impl BufRead, headers: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length") {
        body.resize(length.parse().ok()?, 0);
        reader.read_exact(&mut body).ok()?;
    } else if headers.get("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        loop {
            let length = u64::from_str_radix(line(reader)?.trim(), 16).ok()?;
            reader.by_ref().take(length).read_to_end(&mut body).ok()?;
            line(reader)?;
            if length == 0 {
                break;
            }
        }
    }
    Some(body)
}

/// One line without its end; none where the other side has gone.
fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    Some(line.trim_end().to_owned())
}
