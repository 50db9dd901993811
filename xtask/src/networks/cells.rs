//! From rows of addresses to ranges of cells: rounded, disjoint, systems and countries laid over each other.

use std::collections::BTreeSet;

use trailwarden_networks::encode::{CellRange, CountryCode};

use super::rows::{Family, Row};

/// A stretch of cells: first, and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch<T> {
    start: u64,
    end: u64,
    value: T,
}

/// Ranges of cells announced by a system, each with its country.
pub(super) fn overlay(family: Family, systems: &[Row<u32>], countries: &[Row<CountryCode>]) -> Vec<CellRange> {
    let countries = rounded(family, countries);
    let mut countries = countries.as_slice();
    let mut ranges: Vec<CellRange> = Vec::new();
    for system in rounded(family, systems) {
        let mut start = system.start;
        while start < system.end {
            while let Some((_, rest)) = countries.split_first().filter(|(first, _)| first.end <= start) {
                countries = rest;
            }
            let (end, country) = match countries.first() {
                Some(next) if next.start <= start => (next.end.min(system.end), Some(next.value)),
                Some(next) => (next.start.min(system.end), None),
                None => (system.end, None),
            };
            ranges.push(CellRange { start, end, asn: system.value, country });
            start = end;
        }
    }
    ranges
}

/// Rows as disjoint stretches of whole cells: a cell takes what is said of its middle address.
///
/// Rows should not overlap, some do; the smallest row is the most specific and wins.
fn rounded<T: Copy>(family: Family, rows: &[Row<T>]) -> Vec<Stretch<T>> {
    let bits = family.cell_bits();
    let edge = |address: u128| u64::try_from((address + (1 << (bits - 1))) >> bits).unwrap_or(u64::MAX);
    let mut bounds: Vec<(u64, Bound, u128, usize)> = Vec::with_capacity(rows.len() * 2);
    for (index, row) in rows.iter().enumerate() {
        let (start, end) = (edge(row.first), edge(row.last.saturating_add(1)));
        if start < end {
            let size = row.last - row.first;
            bounds.extend([(start, Bound::Start, size, index), (end, Bound::End, size, index)]);
        }
    }
    bounds.sort_unstable();
    let mut stretches: Vec<Stretch<T>> = Vec::with_capacity(rows.len());
    let mut open: BTreeSet<(u128, usize)> = BTreeSet::new();
    let mut reached = 0;
    for (cell, bound, size, index) in bounds {
        let smallest = open.first().and_then(|&(_, smallest)| rows.get(smallest));
        if let Some(row) = smallest.filter(|_| reached < cell) {
            stretches.push(Stretch { start: reached, end: cell, value: row.value });
        }
        reached = cell;
        match bound {
            Bound::Start => open.insert((size, index)),
            Bound::End => open.remove(&(size, index)),
        };
    }
    stretches
}

/// Where a row begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Start,
    End,
}

#[cfg(test)]
mod tests {
    use super::overlay;
    use crate::networks::rows::{Family, Row};

    fn row<T>(first: u128, last: u128, value: T) -> Row<T> {
        Row { first: first << 8, last: (last << 8) - 1, value }
    }

    #[test]
    fn countries_divide_systems_and_never_reach_beyond_them() {
        let systems = [row(10, 20, 1_u32), row(30, 40, 2)];
        let countries = [row(5, 12, *b"DE"), row(15, 35, *b"FR")];
        let ranges: Vec<_> = overlay(Family::V4, &systems, &countries)
            .into_iter()
            .map(|range| (range.start, range.end, range.asn, range.country.map(|c| c[0])))
            .collect();
        assert_eq!(
            ranges,
            [
                (10, 12, 1, Some(b'D')),
                (12, 15, 1, None),
                (15, 20, 1, Some(b'F')),
                (30, 35, 2, Some(b'F')),
                (35, 40, 2, None),
            ]
        );
    }

    #[test]
    fn less_than_half_a_cell_is_left_out() {
        let rows = [Row { first: 256, last: 256 + 99, value: 1_u32 }, Row { first: 512, last: 1023, value: 2 }];
        let ranges = overlay(Family::V4, &rows, &[]);
        assert_eq!(ranges.iter().map(|r| (r.start, r.end, r.asn)).collect::<Vec<_>>(), [(2, 4, 2)]);
    }

    #[test]
    fn of_overlapping_rows_the_smallest_wins() {
        let rows = [row(10, 50, 1_u32), row(10, 20, 2), row(15, 17, 3)];
        let ranges = overlay(Family::V4, &rows, &[]);
        assert_eq!(
            ranges.iter().map(|r| (r.start, r.end, r.asn)).collect::<Vec<_>>(),
            [(10, 15, 2), (15, 17, 3), (17, 20, 2), (20, 50, 1)]
        );
    }
}
