//! Shares of namespaces against the list of pairs.

use super::*;

fn place(spaces: &[Text], party: &Party) -> usize {
    spaces.iter().position(|name| *name == party.namespace).unwrap_or(spaces.len())
}

/// The pairs of two places that hold some of the ports, or all: addresses count once.
fn counted(pairs: &Pairs, (from, to): (usize, usize), spaces: &[Text], is: impl Fn(&PortSet) -> bool) -> usize {
    let all = pairs.open.iter().filter(|pair| is(&pairs.ports[pair.ports as usize]));
    let ends = all.map(|pair| [pair.from, pair.to].map(|at| &pairs.parties[at as usize]));
    let here = ends.filter(|[a, b]| (place(spaces, a), place(spaces, b)) == (from, to));
    let one = |party: &Party| if party.is_pods() { Some((party.name.clone(), party.end)) } else { None };
    let mut here: Vec<_> = here.map(|[a, b]| (one(a), one(b))).collect();
    here.sort_unstable();
    here.dedup();
    here.len()
}

proptest! {
    #[test]
    fn shares_count_the_pairs_of_workloads(case in case(), port in prop::sample::select(PORTS.to_vec())) {
        let reach = compiled(&case, &dialect([Holds::Yes; 4]));
        let (pairs, spaces): (_, Vec<Text>) = (reach.pairs(Level::Workload), reach.namespaces().cloned().collect());
        let everywhere = 0..spaces.len() + 1;
        for ports in [PortSet::all(), PortSet::port(port.0, port.1)] {
            let matrix = reach.matrix(Bound::Sure);
            let shares = reach.shares(&matrix, &pairs.parties, (everywhere.clone(), everywhere.clone()), &ports);
            for (from, row) in shares.iter().enumerate() {
                for (to, share) in row.iter().enumerate() {
                    let some = counted(&pairs, (from, to), &spaces, |set| !set.intersection(&ports).is_empty());
                    prop_assert_eq!(share.some, some as u64, "{} {}", from, to);
                    prop_assert!(share.all <= share.some && share.some <= share.pairs);
                    if from.max(to) < spaces.len() {
                        let all = counted(&pairs, (from, to), &spaces, |set| set.contains(&ports));
                        prop_assert_eq!(share.all, all as u64, "{} {}", from, to);
                    }
                }
            }
        }
    }
}
