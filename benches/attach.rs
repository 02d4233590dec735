//! Attaching to a cluster of 150,000 pods, against the bare parse of the same bytes.
//!
//! `cargo bench --bench attach`, or with `-- --smoke` 5,000 pods and only counts. This process renders the pages and serves them, 500
//! a page on loopback; each way of reading them is a process of its own, so that time and memory are the reader's alone.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/pods.rs"]
mod pods;

use cnitui::cluster::{ContextRef, Pace, attach};
use cnitui::snapshot::Kind;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const PODS: u64 = 150_000;
const SMOKE: u64 = 5_000;
const PAGE: u64 = 500;
/// Attaching may take this many times as long as the bare parse.
const BUDGET: f64 = 2.0;
/// Most memory that the attached process may have had, in mebibytes.
const MEMORY: f64 = 100.0;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, mode, address] = &arguments[..]
        && flag == "--read"
    {
        return child(mode, address.parse()?);
    }
    let smoke = arguments.iter().any(|argument| argument == "--smoke");
    let count = if smoke { SMOKE } else { PODS };
    let pages: Vec<String> = (0..count).step_by(PAGE as usize).map(|from| pods::page(from, PAGE, count)).collect();
    let bytes: usize = pages.iter().map(String::len).sum();
    let pages = Arc::new(pages);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || serve(&listener, &pages));

    println!("{:.0} MiB of pods on {address}", bytes as f64 / f64::from(1 << 20));
    println!("{:<28} {:>8} {:>8} {:>10}", "", "wall s", "CPU s", "peak MiB");
    let mut walls = Vec::new();
    let mut peak = 0.0;
    for (mode, what) in [("raw", "download"), ("bare", "download, bare parse"), ("attach", "cnitui attached")] {
        let (wall, cpu, memory) = measure(mode, address, if smoke { 1 } else { 3 })?;
        println!("{what:<28} {wall:>8.2} {cpu:>8.2} {memory:>10.1}");
        walls.push(wall);
        peak = memory;
    }
    if smoke {
        println!("{} pods attached in {:.2} s; a smoke run judges nothing", count, walls[2]);
        return Ok(());
    }
    let ratio = walls[2] / walls[1];
    println!("attached / bare parse: {ratio:.2} (budget {BUDGET:.1}); memory {peak:.0} MiB (budget {MEMORY:.0})");
    if ratio > BUDGET || peak > MEMORY {
        return Err("over budget".into());
    }
    Ok(())
}

/// The best of `times` runs, and the largest memory: other programs make it slower, never faster.
fn measure(mode: &str, address: SocketAddr, times: usize) -> Fallible<(f64, f64, f64)> {
    let (mut wall, mut cpu, mut memory) = (f64::MAX, f64::MAX, 0.0_f64);
    for _ in 0..times {
        let output = Command::new(std::env::current_exe()?).args(["--read", mode, &address.to_string()]).output()?;
        let text = String::from_utf8(output.stdout)?;
        let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [one_wall, one_cpu, one_memory] = numbers[..] else {
            return Err(format!("{mode}: {text}{}", String::from_utf8_lossy(&output.stderr)).into());
        };
        (wall, cpu, memory) = (wall.min(one_wall), cpu.min(one_cpu), memory.max(one_memory));
    }
    Ok((wall, cpu, memory))
}

fn serve(listener: &TcpListener, pages: &Arc<Vec<String>>) {
    for stream in listener.incoming().flatten() {
        let pages = Arc::clone(pages);
        std::thread::spawn(move || answer(stream, &pages));
    }
}

fn answer(mut stream: TcpStream, pages: &[String]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let empty = r#"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"9000000"},"items":[]}"#;
    loop {
        let (mut first, mut line) = (String::new(), String::new());
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let url = first.split(' ').nth(1).unwrap_or_default();
        if url.contains("watch=1") {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            // Nothing happens in this cluster.
            continue;
        }
        let from: u64 = url.split_once("continue=").map_or(0, |(_, token)| token.parse().unwrap_or(0));
        let body = match url {
            "/version" => r#"{"gitVersion":"v1.36.2"}"#,
            _ if url.starts_with("/api/v1/pods?") => pages.get((from / PAGE) as usize).map_or(empty, String::as_str),
            _ => empty,
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
    }
}

fn child(mode: &str, address: SocketAddr) -> Fallible<()> {
    let began = Instant::now();
    match mode {
        "raw" => download(address, |body| Ok(body.len()))?,
        "bare" => download(address, |body| Ok(bare::bare(std::str::from_utf8(body)?)))?,
        _ => attached(address)?,
    }
    let wall = began.elapsed().as_secs_f64();
    println!("{wall} {} {}", cpu()?, peak()?);
    Ok(())
}

fn download(address: SocketAddr, read: impl Fn(&[u8]) -> Fallible<usize>) -> Fallible<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(1 << 18, stream.try_clone()?);
    let (mut body, mut from) = (Vec::new(), 0);
    loop {
        let request = format!("GET /api/v1/pods?limit={PAGE}&continue={from} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line)? > 2 {
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse()?;
            }
            line.clear();
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        if std::hint::black_box(read(&body)?) == 0 {
            return Err("an empty page".into());
        }
        from += PAGE;
        if !body[..body.len().min(200)].windows(10).any(|window| window == b"\"continue\"") {
            return Ok(());
        }
    }
}

fn attached(address: SocketAddr) -> Fallible<()> {
    let file = tempfile::NamedTempFile::new()?;
    let cluster = format!("clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]");
    std::fs::write(file.path(), format!("current-context: b\ncontexts: [{{name: b, context: {{cluster: c}}}}]\n{cluster}\n"))?;
    let context = ContextRef { kubeconfig: Some(file.path().to_owned()), context: None };
    let (mut snapshots, _attachment) = attach(context, Vec::new(), None, Pace::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let last = runtime.block_on(snapshots.wait_for(|now| Kind::ALL.into_iter().all(|kind| now.sources.is_live(kind))))?.clone();
    if last.pods.len() < SMOKE as usize || !last.problems.is_empty() {
        return Err(format!("{} pods, {:?}", last.pods.len(), last.problems.first()).into());
    }
    Ok(())
}

/// Seconds of CPU that this process used.
fn cpu() -> Fallible<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

/// The most memory that this process had, in mebibytes.
fn peak() -> Fallible<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
