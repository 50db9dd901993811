//! Lambda: a Runtime API and the function's own binary behind it.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::http::{Reply, Request, Server};

/// How long anything may take before the test is given up; nothing waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The address table.
pub(crate) const NETWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/networks/data/networks.bin");

/// What the function said.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// It is ready for an event.
    Ready,
    /// It dealt with one.
    Response(String),
    /// It gave one back.
    Error(String),
    /// Its process ended.
    Gone,
}

/// What became of one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The function dealt with the event.
    Taken,
    /// It gave the event back.
    GivenBack,
    /// Its process ended before it said anything.
    Died,
}

/// An event, and until when it may take, in milliseconds since 1970.
type Event = (String, u128);

/// A moment nobody here lives to see.
const NEVER: u128 = 4_102_444_800_000;

/// A process that somebody else may kill.
#[derive(Debug, Clone)]
pub(crate) struct Process(Arc<Mutex<Child>>);

impl Process {
    /// Kills it as Lambda would: without a word.
    pub(crate) fn kill(&self) {
        let mut process = self.0.lock().unwrap();
        // It may have ended by itself.
        let _killed = process.kill();
        let _ended = process.wait();
    }
}

/// One function process with its Runtime API.
#[derive(Debug)]
pub(crate) struct Function {
    process: Process,
    runtime_api: Server,
    events: Sender<Event>,
    said: Receiver<Said>,
}

impl Function {
    /// Starts the function and waits until it asks for its first event.
    pub(crate) fn start(environment: &[(&str, String)]) -> Self {
        let function = Self::launch(environment, Stdio::inherit());
        assert!(function.is_ready(), "the function starts");
        function
    }

    /// Starts the function without waiting for it, its log going there.
    pub(crate) fn launch(environment: &[(&str, String)], log: Stdio) -> Self {
        let (events, waiting) = channel();
        let (says, said) = channel();
        let (waiting, says) = (Arc::new(Mutex::new(waiting)), Arc::new(Mutex::new(says)));
        let last = Arc::clone(&says);
        let runtime_api = Server::open(move |request| answer(&request, &waiting, &says));
        let mut command = command(runtime_api.port, environment);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        // A function writes nothing there: the end of it is the end of the process.
        thread::spawn(move || {
            let _written = output.read_to_end(&mut Vec::new());
            let _heard = last.lock().unwrap().send(Said::Gone);
        });
        Self { process: Process(Arc::new(Mutex::new(process))), runtime_api, events, said }
    }

    /// Whether it asks for its first event; otherwise it could not start.
    pub(crate) fn is_ready(&self) -> bool {
        self.hear() == Said::Ready
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        self.process.clone()
    }

    /// Starts a function that cannot know what it must, and answers what it says of it.
    pub(crate) fn fails_to_start(environment: &[(&str, String)]) -> String {
        let output = command(1, environment).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// Gives the function an event without waiting for it.
    pub(crate) fn begin(&self, event: &Value) {
        self.events.send((event.to_string(), NEVER)).unwrap();
    }

    /// Gives the function an event it has only so much time for, and waits for its answer.
    pub(crate) fn invoke_within(&self, event: &Value, time: Duration) -> Result<String, String> {
        self.begin_within(event, time);
        self.answer()
    }

    /// Delivers an event, which the process may not survive.
    pub(crate) fn deliver(&self, event: &Value, time: Option<Duration>) -> Delivery {
        self.attempt(event, time).0
    }

    /// Delivers an event, which the process may not survive, and answers with what it said.
    pub(crate) fn attempt(&self, event: &Value, time: Option<Duration>) -> (Delivery, String) {
        match time {
            Some(time) => self.begin_within(event, time),
            None => self.begin(event),
        }
        self.answered(self.hear())
    }

    /// Delivers an event to a function that is told so much time, and that Lambda ends when so much has passed.
    pub(crate) fn attempt_until(&self, event: &Value, told: Duration, ends: Duration) -> (Delivery, String) {
        self.begin_within(event, told);
        let said = self.said.recv_timeout(ends).unwrap_or_else(|_| {
            self.process.kill();
            self.hear()
        });
        self.answered(said)
    }

    fn answered(&self, said: Said) -> (Delivery, String) {
        let answer = match said {
            Said::Response(body) => (Delivery::Taken, body),
            Said::Error(body) => (Delivery::GivenBack, body),
            Said::Gone => return (Delivery::Died, String::new()),
            Said::Ready => panic!("the function asked for another event before it answered"),
        };
        // It may still be killed before it asks for the next.
        match self.hear() {
            Said::Ready => answer,
            Said::Gone => (Delivery::Died, String::new()),
            said => panic!("the function answered twice: {said:?}"),
        }
    }

    fn begin_within(&self, event: &Value, time: Duration) {
        #[expect(clippy::disallowed_methods, reason = "a deadline is a moment of the clock")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        self.events.send((event.to_string(), (now + time).as_millis())).unwrap();
    }

    /// Gives the function an event and waits for its answer.
    pub(crate) fn invoke(&self, event: &Value) -> Result<String, String> {
        self.begin(event);
        self.answer()
    }

    /// Waits for the answer to an event it was given.
    pub(crate) fn answer(&self) -> Result<String, String> {
        let said = self.hear();
        assert_eq!(self.hear(), Said::Ready, "the function goes on after an event");
        match said {
            Said::Response(body) => Ok(body),
            Said::Error(body) => Err(body),
            Said::Ready => panic!("the function asked for another event before it answered"),
            Said::Gone => panic!("the function's process ended"),
        }
    }

    /// Kills the process as Lambda would: without a word.
    pub(crate) fn kill(self) {
        self.process.kill();
    }

    fn hear(&self) -> Said {
        match self.said.recv_timeout(PATIENCE) {
            Ok(said) => said,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!("the function says nothing"),
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.process.kill();
        self.runtime_api.close();
    }
}

/// The function's own binary, as Lambda would start it.
fn command(runtime_api: u16, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(crate::BINARY);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{runtime_api}"))
        .envs([
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ])
        .envs([("AWS_LAMBDA_LOG_GROUP_NAME", "g"), ("AWS_LAMBDA_LOG_STREAM_NAME", "s"), ("AWS_REGION", "us-east-1")])
        .envs([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_MAX_ATTEMPTS", "1")])
        .envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

fn answer(request: &Request, waiting: &Mutex<Receiver<Event>>, says: &Mutex<Sender<Said>>) -> Reply {
    let say = |said: Said| {
        let _heard = says.lock().unwrap().send(said);
    };
    if request.path.ends_with("/invocation/next") {
        say(Said::Ready);
        let Ok((event, deadline)) = waiting.lock().unwrap().recv() else { return Reply::Cut };
        let header = |name: &str, value: &str| (format!("Lambda-Runtime-{name}"), value.to_owned());
        // A process of its own has requests of its own: each is behind a port of its own.
        let port = request.headers.get("host").and_then(|host| host.rsplit(':').next()).unwrap_or_default();
        let headers = vec![
            header("Aws-Request-Id", &format!("request-{port}")),
            header("Deadline-Ms", &deadline.to_string()),
            header("Invoked-Function-Arn", "arn:aws:lambda:us-east-1:111122223333:function:f"),
            header("Trace-Id", "Root=1-0-0;Sampled=0"),
            ("Content-Type".to_owned(), "application/json".to_owned()),
        ];
        return Reply::Answer { status: 200, headers, body: event.into_bytes() };
    }
    let body = String::from_utf8_lossy(&request.body).into_owned();
    say(if request.path.ends_with("/response") { Said::Response(body) } else { Said::Error(body) });
    Reply::of(202, "application/json", "{}")
}
