//! All pairs of a large cluster: who can reach whom on which ports, folded to a grid of namespaces.
//!
//! Budgets: 150,000 pods x 10,000 policies within 1 s on two cores and 150 MiB; 1,000 pods x 500 policies within 5 ms. The first
//! lines measure whole runs, with the processor time of all threads beside the time on the clock, which is what counts on a machine
//! that others use, too; the rest is criterion's. `cargo bench --bench policy`; `-- --smoke` does small ones.

#[path = "support/cluster.rs"]
mod cluster;

use cluster::Size;
use cnitui::policy::{Bound, Dialect, Reach, SPEC};
use cnitui::snapshot::Snapshot;
use criterion::Criterion;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 2;
const SMALL: Size = Size { namespaces: 25, workloads: 14, pods: 1000, policies: 500 };
const SMOKE: Size = Size { namespaces: 100, workloads: 8, pods: 5_000, policies: 500 };
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
    thread::scope(|scope| {
        let reach = &reach;
        for nth in 1..THREADS as u32 {
            scope.spawn(move || reach.prepare(nth, THREADS));
        }
        reach.prepare(0, THREADS);
    });
    let matrix = reach.matrix(Bound::Sure);
    let rows = reach.namespaces().count() + 1;
    let share = |nth: usize| rows * nth / THREADS..rows * (nth + 1) / THREADS;
    thread::scope(|scope| {
        let grid = |nth| reach.grid(&matrix, share(nth)).len();
        let others: Vec<_> = (1..THREADS).map(|nth| scope.spawn(move || grid(nth))).collect();
        grid(0) + others.into_iter().filter_map(|other| other.join().ok()).sum::<usize>()
    })
}

/// The best of `times` runs over all pairs, on the clock and in processor time of all threads.
fn measured(size: Size, times: usize, dialect: &Dialect) -> (Duration, Duration) {
    let snapshot = cluster::cluster(size);
    let before = resident();
    let mut rows = 0;
    let runs = (0..times).map(|_| {
        let (begun, used) = (Instant::now(), processor());
        rows = black_box(all_pairs(&snapshot, dialect));
        (begun.elapsed(), processor().saturating_sub(used))
    });
    let best = runs.min().unwrap_or_default();
    let Size { namespaces, workloads, pods, policies } = size;
    println!("{pods} pods, {policies} policies, {namespaces} namespaces of {workloads} workloads, {rows} rows");
    let more = resident().saturating_sub(before);
    println!("  {:.1} ms, processor {:.0} ms, {more} MiB more", best.0.as_secs_f64() * 1e3, best.1.as_secs_f64() * 1e3);
    best
}

fn against(what: &str, took: Duration, budget: Duration) {
    println!("  {what}: {:.2} of the budget of {} ms", took.as_secs_f64() / budget.as_secs_f64(), budget.as_millis());
}

fn main() {
    let dialect = Dialect::of(Some(SPEC));
    if std::env::args().any(|arg| arg == "--smoke") {
        measured(SMOKE, 3, &dialect);
        measured(SMALL, 10, &dialect);
        println!("a smoke run judges nothing");
        return;
    }
    for size in LARGE {
        against("on the clock", measured(size, 1, &dialect).0, Duration::from_secs(1));
    }
    against("on the clock", measured(SMALL, 50, &dialect).0, Duration::from_millis(5));
    let mut criterion = Criterion::default().configure_from_args();
    pairs(&mut criterion, &dialect);
    criterion.final_summary();
}

fn pairs(criterion: &mut Criterion, dialect: &Dialect) {
    let small = cluster::cluster(SMALL);
    criterion.bench_function("all pairs of 1,000 pods and 500 policies", |b| b.iter(|| all_pairs(black_box(&small), dialect)));
    let reach = Reach::of(&small, dialect);
    let ends: Vec<_> = (0..small.pods.len()).filter_map(|at| reach.pod(at)).collect();
    let (Some(from), Some(to)) = (ends.first().copied(), ends.get(ends.len() / 2).copied()) else { return };
    criterion.bench_function("one pair", |b| b.iter(|| reach.between(black_box(from), black_box(to))));
}
