//! A box in a process of its own, which is the program that measures, again.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use amo_api::Client;
use amo_auth::LongLived;
use amo_sandbox::{RateLimit, Sandbox, demo};
use amo_transport::RateLimiter;
use serde_json::{Value, json};

pub(crate) type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a program is told to be the box; the settings follow.
const BOX: &str = "--the-box";

/// A box in a process of its own, which ends with this.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Server {
    /// Settings are `leads=N`, `rich=N` (leads with ten custom fields), `latency=MS` and `rate=N`.
    pub(crate) fn start(settings: &[&str]) -> Done<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(BOX).args(settings).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let said = process.stdout.take().ok_or("the box says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let mut line =
            || lines.next().ok_or("the box ended")?.map_err(Box::<dyn Error + Send + Sync>::from);
        Ok(Self { address: line()?, token: line()?, process })
    }

    pub(crate) fn client(&self, limiter: impl RateLimiter) -> Done<Client> {
        let token = LongLived::new(self.token.clone());
        Ok(Client::builder(self.address.as_str()).auth(token).rate_limiter(limiter).build()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until whoever started it is gone, if that is what this program is told to do.
pub(crate) async fn is_the_box() -> Done<bool> {
    let mut arguments = std::env::args().skip_while(|argument| argument != BOX);
    if arguments.next().is_none() {
        return Ok(false);
    }
    let mut settings = HashMap::new();
    for setting in arguments {
        let (name, value) = setting.split_once('=').ok_or("a setting is name=number")?;
        settings.insert(name.to_owned(), value.parse::<u64>()?);
    }
    let setting = |name: &str| settings.get(name).copied();
    let rate = setting("rate").map_or(RateLimit::Off, |rate| RateLimit::PerSecond(rate as u32));
    let latency = Duration::from_millis(setting("latency").unwrap_or_default());
    let sandbox = Sandbox::builder()
        .leads(setting("leads").unwrap_or_default() as usize)
        .rate_limit(rate)
        .latency(latency)
        .build();
    for batch in 0..setting("rich").unwrap_or_default().div_ceil(250) {
        let leads: Vec<Value> = (0..250).map(|lead| rich(batch * 250 + lead)).collect();
        let (status, answer) = sandbox.act("POST", "/api/v4/leads", &Value::Array(leads));
        if status != 200 {
            return Err(answer.to_string().into());
        }
    }
    let server = sandbox.serve("127.0.0.1:0").await?;
    println!("{}", server.base_url());
    println!("{}", sandbox.connection().long_lived_token);
    std::io::stdout().flush()?;
    let end = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(end).await??;
    Ok(true)
}

/// A lead with ten custom fields.
fn rich(number: u64) -> Value {
    let set = |field: i64, value: Value| json!({"field_id": field, "values": [value]});
    json!({
        "name": format!("Order {number} of office chairs"),
        "price": 1_000 + number % 90_000,
        "custom_fields_values": [
            set(demo::LEAD_ORDER_NUMBER, json!({"value": format!("A-{number:06}")})),
            set(demo::LEAD_CHANNEL, json!({"enum_id": demo::CHANNEL_SITE})),
            set(demo::LEAD_DELIVERY_DAY, json!({"value": 1_760_000_000 + number * 86_400 % 9_000_000})),
            set(demo::LEAD_MEETING, json!({"value": 1_759_000_000 + number})),
            set(demo::LEAD_ORDER_LINK, json!({"value": format!("https://shop.example.test/orders/{number}")})),
            set(demo::LEAD_WISHES, json!({"value": "Стулья офисные, 12 штук, доставка до двери"})),
            set(demo::LEAD_PAYMENT, json!({"enum_id": demo::PAYMENT_CARD})),
            set(demo::LEAD_UTM_SOURCE, json!({"value": "newsletter"})),
            set(demo::LEAD_UTM_MEDIUM, json!({"value": "email"})),
            set(demo::LEAD_UTM_CAMPAIGN, json!({"value": "autumn"})),
        ],
    })
}

/// The time that this process has spent computing: of all of its threads that are alive.
pub(crate) fn computing() -> Done<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let said = fs::read_to_string(thread?.path().join("schedstat"))?;
        let first = said.split_whitespace().next().ok_or("no time in schedstat")?;
        nanoseconds += first.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}
