//! What it costs to keep the pods of a large cluster: against parsing the same bytes and forgetting them, and in memory.
//!
//! `cargo bench --bench facts`. The first lines say the bytes per pod and the ratio that the budget is about (150,000 pods attached
//! within twice the bare parse, 100 MiB resident for the whole program); the rest is criterion's.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/pods.rs"]
mod pods;

use bare::bare;
use cnitui::snapshot::{Kind, Origin, Store};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use std::hint::black_box;
use std::time::{Duration, Instant};

const PODS: u64 = 150_000;
const PAGE: u64 = 500;

/// Resident memory of this process in bytes; 0 where the system does not say.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).map_or(0, |pages| pages * 4096)
}

/// Reads all pods once, a page at a time, and prints what it took.
fn whole_cluster() {
    let (mut bytes, mut parse, mut keep) = (0, Duration::ZERO, Duration::ZERO);
    drop(pods::page(0, PAGE, PODS));
    let before = resident();
    let mut store = Store::new(Origin::None);
    store.begin_list(Kind::Pod);
    for from in (0..PODS).step_by(PAGE as usize) {
        let body = pods::page(from, PAGE, PODS);
        bytes += body.len();
        let start = Instant::now();
        assert_eq!(bare(&body) as u64, PAGE);
        parse += start.elapsed();
        let start = Instant::now();
        let page = store.page(Kind::Pod, &body);
        keep += start.elapsed();
        assert_eq!(page.map(|page| page.items as u64), Ok(PAGE));
    }
    store.finish_list(Kind::Pod);
    let snapshot = store.snapshot(Timestamp::UNIX_EPOCH);
    let kept = resident().saturating_sub(before);
    let start = Instant::now();
    black_box(store.snapshot(Timestamp::UNIX_EPOCH));
    let (count, mib) = (snapshot.pods.len() as u64, 1024.0 * 1024.0);
    println!("{count} pods, {:.0} MiB of JSON, {} bytes a pod", bytes as f64 / mib, bytes as u64 / PODS);
    println!("kept:          {:.1} MiB, {} bytes a pod", kept as f64 / mib, kept / count);
    println!("bare parse:    {:.2} s", parse.as_secs_f64());
    println!("Store::page:   {:.2} s, {:.2} times that", keep.as_secs_f64(), keep.as_secs_f64() / parse.as_secs_f64());
    println!("snapshot:      {:.0} us", start.elapsed().as_secs_f64() * 1e6);
}

fn pages(criterion: &mut Criterion) {
    whole_cluster();
    let body = pods::page(0, PAGE, PODS);
    let mut group = criterion.benchmark_group("page of 500 pods");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("bare parse", |b| b.iter(|| bare(black_box(&body))));
    group.bench_function("into an empty store", |b| {
        b.iter(|| Store::new(Origin::None).page(Kind::Pod, black_box(&body)));
    });
    let mut full = Store::new(Origin::None);
    group.bench_function("once more, unchanged", |b| b.iter(|| full.page(Kind::Pod, black_box(&body))));
    group.finish();
    let object = pods::pod(7);
    criterion.bench_function("an event that changes nothing", |b| b.iter(|| full.apply(Kind::Pod, black_box(&object))));
}

criterion_group!(benches, pages);
criterion_main!(benches);
