//! A stand-in for Lambda and the function behind it: it keeps what it is invoked with, and fails when told to.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a stage that cannot be set is a failed test")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// No answer at all.
const HUNG: u16 = 0;

/// What becomes of an invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// The function fails.
    Fails,
    /// It takes half of the batch, and says why no more.
    Half(&'static str),
    /// There is none.
    Absent,
    /// Whoever asks may not.
    Denied,
    /// It takes the batch, or does not, and never answers.
    Hangs(bool),
}

#[derive(Debug, Default)]
struct Kept {
    invoked: usize,
    fates: BTreeMap<usize, Fate>,
    names: Vec<String>,
    taken: Vec<(String, Value)>,
    largest: usize,
    hung: Option<Sender<()>>,
}

/// The function.
#[derive(Debug)]
pub(crate) struct Function {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Function {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (port, kept) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Kept::default())));
        let within = Arc::clone(&kept);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&within);
                thread::spawn(move || while answer(&stream, &kept).is_some() {});
            }
        });
        Self { port, kept }
    }

    /// What the program must be told to come here.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ]
    }

    /// What becomes of the nth invocation, from 1.
    pub(crate) fn fate(&self, nth: usize, fate: Fate) {
        self.kept.lock().unwrap().fates.insert(nth, fate);
    }

    /// Says when an invocation hangs.
    pub(crate) fn hung(&self) -> Receiver<()> {
        let (says, hears) = channel();
        self.kept.lock().unwrap().hung = Some(says);
        hears
    }

    /// The functions that were invoked.
    pub(crate) fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().names.clone()
    }

    /// The subjects it took, in the order they came.
    pub(crate) fn subjects(&self) -> Vec<String> {
        self.kept.lock().unwrap().taken.iter().map(|(subject, _)| subject.clone()).collect()
    }

    /// What it took of each subject.
    pub(crate) fn merged(&self) -> BTreeMap<String, Value> {
        self.kept.lock().unwrap().taken.iter().cloned().collect()
    }

    /// The largest batch, in bytes.
    pub(crate) fn largest(&self) -> usize {
        self.kept.lock().unwrap().largest
    }
}

fn answer(stream: &TcpStream, kept: &Mutex<Kept>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let name = line.split('/').nth(3).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (status, header, said) = kept.lock().unwrap().take(name, &body);
    if status == HUNG {
        kept.lock().unwrap().hung.as_ref()?.send(()).ok()?;
        // Until whoever asked is gone.
        return reader.read_line(&mut line).ok().filter(|read| *read > 0).map(drop);
    }
    let message = format!("HTTP/1.1 {status} It\r\n{header}Content-Length: {}\r\n\r\n{said}", said.len());
    let mut stream = stream;
    stream.write_all(message.as_bytes()).ok()
}

impl Kept {
    fn take(&mut self, name: String, body: &[u8]) -> (u16, &'static str, String) {
        self.invoked += 1;
        self.names.push(name);
        self.largest = self.largest.max(body.len());
        let batch: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(batch["version"], 1);
        let subjects = batch["subjects"].as_array().unwrap();
        let (taken, stopped) = match self.fates.get(&self.invoked) {
            Some(Fate::Fails) => {
                return (200, "X-Amz-Function-Error: Unhandled\r\n", json!({ "errorMessage": "planned" }).to_string());
            }
            Some(Fate::Absent) => {
                return (
                    404,
                    "x-amzn-ErrorType: ResourceNotFoundException\r\n",
                    json!({ "Message": "no" }).to_string(),
                );
            }
            Some(Fate::Denied) => {
                return (403, "x-amzn-ErrorType: AccessDeniedException\r\n", json!({ "Message": "no" }).to_string());
            }
            Some(Fate::Hangs(taken)) => {
                for subject in subjects.iter().filter(|_| *taken) {
                    self.taken.push((subject[0].as_str().unwrap().to_owned(), subject[1].clone()));
                }
                return (HUNG, "", String::new());
            }
            Some(Fate::Half(why)) => (subjects.len() / 2, json!(why)),
            None => (subjects.len(), Value::Null),
        };
        for subject in &subjects[..taken] {
            self.taken.push((subject[0].as_str().unwrap().to_owned(), subject[1].clone()));
        }
        let said = json!({ "merged": taken, "requests": taken, "units": taken, "stopped": stopped });
        (200, "", said.to_string())
    }
}
