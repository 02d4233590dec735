//! All pairs of a large cluster: who can reach whom on which ports, folded to a grid of namespaces.
//!
//! Budgets: 150,000 pods x 10,000 policies within 1 s on two cores and 150 MiB; 1,000 pods x 500 policies within 5 ms. The first
//! lines measure whole runs, with the processor time of all threads beside the time on the clock, which is what counts on a machine
//! that others use, too; the rest is criterion's. `cargo bench --bench policy`.

#[path = "support/cluster.rs"]
mod cluster;

use cluster::Size;
use cnitui::policy::{Bound, Dialect, Reach, SPEC};
use cnitui::snapshot::Snapshot;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 2;
const SMALL: Size = Size { namespaces: 25, workloads: 14, pods: 1000, policies: 500 };
const LARGE: [Size; 3] = [
    Size { namespaces: 3000, workloads: 8, pods: 150_000, policies: 10_000 },
    Size { namespaces: 1000, workloads: 20, pods: 150_000, policies: 10_000 },
    Size { namespaces: 3000, workloads: 20, pods: 150_000, policies: 10_000 },
];

/// A field of a file of this process below `/proc/self`; 0 where the system does not say.
fn proc(file: &str, field: usize) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    text.split(' ').nth(field).and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

/// Resident memory in MiB.
fn resident() -> u64 {
    proc("statm", 1) * 4096 / 1024 / 1024
}

/// Processor time of all threads: `utime` and `stime`, in hundredths of a second.
fn processor() -> Duration {
    Duration::from_millis((proc("stat", 13) + proc("stat", 14)) * 10)
}

/// Every pair, by rows of namespaces shared by the threads; says how many rows there are.
fn all_pairs(snapshot: &Snapshot, dialect: &Dialect) -> usize {
    let reach = Reach::of(snapshot, dialect);
    let matrix = reach.matrix(Bound::Sure);
    let rows = reach.namespaces().count() + 1;
    let share = |nth: usize| rows * nth / THREADS..rows * (nth + 1) / THREADS;
    thread::scope(|scope| {
        let grid = |nth| reach.grid(&matrix, share(nth)).len();
        let others: Vec<_> = (1..THREADS).map(|nth| scope.spawn(move || grid(nth))).collect();
        grid(0) + others.into_iter().filter_map(|other| other.join().ok()).sum::<usize>()
    })
}

fn pairs(criterion: &mut Criterion) {
    let dialect = Dialect::of(Some(SPEC));
    for size in LARGE {
        let snapshot = cluster::cluster(size);
        let (before, begun, used) = (resident(), Instant::now(), processor());
        let rows = black_box(all_pairs(&snapshot, &dialect));
        let (clock, used) = (begun.elapsed(), processor().saturating_sub(used));
        let Size { namespaces, workloads, pods, policies } = size;
        println!("{pods} pods, {policies} policies, {namespaces} namespaces of {workloads} workloads, {rows} rows");
        println!(
            "  {:.2} s, processor {:.2} s, {} MiB more",
            clock.as_secs_f64(),
            used.as_secs_f64(),
            resident().saturating_sub(before)
        );
    }
    let small = cluster::cluster(SMALL);
    criterion.bench_function("all pairs of 1,000 pods and 500 policies", |b| b.iter(|| all_pairs(black_box(&small), &dialect)));
    let reach = Reach::of(&small, &dialect);
    let ends: Vec<_> = (0..small.pods.len()).filter_map(|at| reach.pod(at)).collect();
    let (from, to) = (ends[0], ends[ends.len() / 2]);
    criterion.bench_function("one pair", |b| b.iter(|| reach.between(black_box(from), black_box(to))));
}

criterion_group!(benches, pairs);
criterion_main!(benches);
