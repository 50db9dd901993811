//! What a table answers, what it refuses, and that encoder and reader agree.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the tests build must be as they say; a panic fails the test"
)]

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::civil::date;
use proptest::prelude::*;
use trailwarden_model::NetworkKind;
use trailwarden_networks::encode::{CellRange, EncodeError, SystemEntry, TableSource};
use trailwarden_networks::{NetworkRef, NetworkTable, NetworksError, layout};

const KINDS: [NetworkKind; 6] = [
    NetworkKind::Unknown,
    NetworkKind::Residential,
    NetworkKind::Business,
    NetworkKind::Hosting,
    NetworkKind::Vpn,
    NetworkKind::Aws,
];

/// Neighbouring ranges from the first cell anyone may announce: (gap, length, system, country).
fn ranges(first: u64, parts: &[(u64, u64, u32, u8)]) -> Vec<CellRange> {
    let mut start = first;
    parts
        .iter()
        .map(|&(gap, length, asn, country)| {
            let range = CellRange {
                start: start + gap,
                end: start + gap + length,
                asn,
                country: (country < 5).then(|| [b'A' + country, b'Z']),
            };
            start = range.end;
            range
        })
        .collect()
}

fn source(v4: Vec<CellRange>, v6: Vec<CellRange>) -> TableSource {
    let systems: BTreeMap<u32, SystemEntry> = v4
        .iter()
        .chain(&v6)
        .map(|range| range.asn)
        .map(|asn| {
            let organisation = format!("Réseau {} Ltd", asn / 3);
            (asn, SystemEntry { organisation, kind: KINDS[asn as usize % KINDS.len()] })
        })
        .collect();
    let sources = "nobody in particular".to_owned();
    TableSource { built: date(2026, 6, 17), sources, systems, v4, v6 }
}

fn small() -> Vec<u8> {
    let v4 = ranges(0x01_0000, &[(0, 3, 7, 1), (5, 70_000, 8, 2), (0, 9, 8, 3), (0x1_0000, 2, 90_000, 9)]);
    let v6 = ranges(0x2600_0000_0000, &[(0, 1 << 16, 7, 1), (0, 1 << 20, 9, 4)]);
    source(v4, v6).encode().unwrap()
}

/// Writes the checksum that fits what stands before it.
fn reseal(bytes: &mut [u8]) {
    let content = bytes.len() - layout::CHECKSUM_BYTES;
    let sum = crc32fast::hash(&bytes[..content]);
    bytes[content..].copy_from_slice(&sum.to_le_bytes());
}

/// Asks a table, if it is one, for addresses all over: it says the same of them from memory and from a file.
fn ask_everywhere(bytes: Vec<u8>) {
    let left = NetworkTable::from_file(Cursor::new(bytes.clone()));
    let held = NetworkTable::from_bytes(bytes);
    assert_eq!(held.as_ref().err(), left.as_ref().err());
    for table in held.iter().chain(&left) {
        for step in 0..=512_u32 {
            let _ = table.lookup(IpAddr::V4(Ipv4Addr::from_bits(step << 23)));
            let _ = table.lookup(IpAddr::V4(Ipv4Addr::from_bits((1 << 24) + step)));
            let _ = table.lookup(IpAddr::V6(Ipv6Addr::from_bits(u128::from(step) << 119)));
            let _ = table.lookup(IpAddr::V6(Ipv6Addr::from_bits((0x2600 << 112) + (u128::from(step) << 80))));
        }
        let _ = (table.sources(), table.built(), table.systems());
    }
}

/// A file of which reads fail: from the nth on, or that one alone.
struct Failing {
    file: Cursor<Vec<u8>>,
    left: usize,
    once: bool,
}

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let fails = self.left == 0;
        self.left = if fails && self.once { usize::MAX } else { self.left.saturating_sub(1) };
        if fails { Err(io::Error::other("the disk is gone")) } else { self.file.read(into) }
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn a_file_that_fails_is_refused_and_one_that_fails_later_knows_nothing() {
    let (known, address) = (NetworkTable::from_bytes(small()).unwrap(), "1.0.0.0".parse().unwrap());
    for once in [false, true] {
        let open = |left| NetworkTable::from_file(Failing { file: Cursor::new(small()), left, once });
        let refused = (0..100).take_while(|left| open(*left).is_err()).count();
        // The header, the bytes of the checksum, the checksum, and each section that is read at once.
        assert_eq!(refused, 3 + 6, "each read of a start is needed");
        for left in 0..refused {
            assert!(matches!(open(left), Err(NetworksError::Unreadable(_))), "read {left}, once: {once}");
        }
        let table = open(refused).unwrap();
        assert_eq!((table.sources(), table.lookup(address)), (known.sources(), NetworkRef::default()));
        assert_eq!(table.lookup(address), if once { known.lookup(address) } else { NetworkRef::default() });
    }
}

#[test]
fn an_endless_number_of_systems_is_refused() {
    let mut bytes = small();
    let of = |section: usize, bytes: &[u8]| {
        let at = layout::HEADER_BYTES - 4 * (layout::SECTIONS.len() - section);
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    };
    // The number of systems becomes the largest there is, in ten bytes for one.
    let index = layout::HEADER_BYTES + (0..3).map(|section| of(section, &bytes)).sum::<usize>();
    let longer = u32::try_from(of(3, &bytes) + 9).unwrap();
    bytes.splice(index..=index, [[0xff; 9].as_slice(), &[1]].concat());
    let at = layout::HEADER_BYTES - 4 * (layout::SECTIONS.len() - 3);
    bytes[at..at + 4].copy_from_slice(&longer.to_le_bytes());
    reseal(&mut bytes);
    let refused = NetworkTable::from_bytes(bytes).err();
    assert!(matches!(refused, Some(NetworksError::Section { section: "system index", .. })), "{refused:?}");
}

#[test]
fn a_table_knows_its_date_and_whom_to_credit() {
    let table = NetworkTable::from_bytes(small()).unwrap();
    assert_eq!(table.built(), date(2026, 6, 17));
    assert_eq!(table.sources(), "nobody in particular");
    assert_eq!(table.systems(), 4);
}

#[test]
fn every_shorter_file_is_refused() {
    let whole = small();
    for length in 0..whole.len() {
        let cut = whole[..length].to_vec();
        assert!(NetworkTable::from_bytes(cut).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn any_changed_byte_is_refused() {
    let whole = small();
    for position in 0..whole.len() {
        let mut changed = whole.clone();
        changed[position] ^= 0x10;
        assert!(NetworkTable::from_bytes(changed).is_err(), "byte {position}");
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let check = |change: &dyn Fn(&mut Vec<u8>), expected: NetworksError| {
        let mut bytes = small();
        change(&mut bytes);
        reseal(&mut bytes);
        assert_eq!(NetworkTable::from_bytes(bytes).err(), Some(expected));
    };
    let length = small().len() as u64;
    check(&|bytes| bytes[0] = b'X', NetworksError::NotATable);
    check(&|bytes| bytes[8] = 9, NetworksError::Format { found: 9 });
    check(&|bytes| bytes[12] = 13, NetworksError::Date);
    check(&|bytes| bytes.push(0), NetworksError::Length { expected: length, actual: length + 1 });
    let countries = layout::HEADER_BYTES + "nobody in particular".len();
    let problem = "a code is not two capital letters";
    check(&|bytes| bytes[countries] = b'a', NetworksError::Section { section: "countries", problem });
    let mut bytes = small();
    bytes[countries] = b'Q';
    assert_eq!(NetworkTable::from_bytes(bytes).err(), Some(NetworksError::Checksum));
}

#[test]
fn an_empty_table_knows_what_is_private_and_nothing_else() {
    let table = NetworkTable::empty();
    assert_eq!(table.lookup("10.1.2.3".parse().unwrap()).kind, NetworkKind::Private);
    assert_eq!(table.lookup("8.8.8.8".parse().unwrap()), NetworkRef::default());
    let encoded = source(Vec::new(), Vec::new()).encode().unwrap();
    let table = NetworkTable::from_bytes(encoded).unwrap();
    assert_eq!(table.lookup("8.8.8.8".parse().unwrap()), NetworkRef::default());
}

#[test]
fn ranges_out_of_order_are_not_written() {
    let mut out_of_order = ranges(0x01_0000, &[(0, 3, 7, 1), (0, 4, 8, 2)]);
    out_of_order.swap(0, 1);
    let error = source(out_of_order, Vec::new()).encode().err();
    assert_eq!(error, Some(EncodeError::Order { start: 0x01_0000 }));
}

#[test]
fn long_names_are_cut_between_characters_and_lose_control_characters() {
    let mut source = source(ranges(0x01_0000, &[(0, 3, 7, 1)]), Vec::new());
    source.systems.get_mut(&7).unwrap().organisation = format!(" a\u{1b}[31m{}", "é".repeat(40));
    let table = NetworkTable::from_bytes(source.encode().unwrap()).unwrap();
    let name = table.lookup("1.0.0.0".parse().unwrap()).organisation.unwrap().to_string();
    assert_eq!(name, format!("a[31m{}", "é".repeat(17)));
}

fn parts(most: u64) -> impl Strategy<Value = Vec<(u64, u64, u32, u8)>> {
    let gap = prop_oneof![3 => Just(0_u64), 1 => 1..most];
    let length = prop_oneof![1..40_u64, 1..most, (1..8_u64).prop_map(|n| n << 16)];
    // Few systems hold many ranges: all sizes of rank occur.
    let asn = prop_oneof![0..9_u32, 0..400_u32, any::<u32>()];
    prop::collection::vec((gap, length, asn, 0..9_u8), 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_encoded_is_what_is_answered(v4 in parts(300), v6 in parts(1 << 24)) {
        let v4: Vec<_> = ranges(0x0b_0000, &v4).into_iter().filter(|range| range.end <= 0x63_ffff).collect();
        let v6 = ranges(0x2600_0000_0000, &v6);
        let source = source(v4.clone(), v6.clone());
        let table = NetworkTable::from_bytes(source.encode().unwrap()).unwrap();
        let left = NetworkTable::from_file(Cursor::new(source.encode().unwrap())).unwrap();
        let addresses = |cell: u64, v6: bool| -> [IpAddr; 2] {
            if v6 {
                let first = u128::from(cell) << 80;
                [first, first | ((1 << 80) - 1)].map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
            } else {
                let first = u32::try_from(cell << 8).unwrap();
                [first, first | 0xff].map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
            }
        };
        for (range, is_v6) in v4.iter().map(|r| (r, false)).chain(v6.iter().map(|r| (r, true))) {
            let entry = &source.systems[&range.asn];
            for address in [range.start, range.end - 1].map(|cell| addresses(cell, is_v6)).concat() {
                let network = table.lookup(address);
                prop_assert_eq!(&network, &left.lookup(address));
                prop_assert_eq!(network.asn, Some(range.asn));
                prop_assert_eq!(network.organisation.map(|name| name.to_string()), Some(entry.organisation.clone()));
                prop_assert_eq!(network.country.map(str::as_bytes), range.country.as_ref().map(<[u8; 2]>::as_slice));
                prop_assert_eq!(network.kind, entry.kind);
            }
        }
        for (before, after) in v4.iter().zip(v4.iter().skip(1)).filter(|(before, after)| before.end < after.start) {
            for address in [before.end, after.start - 1].map(|cell| addresses(cell, false)).concat() {
                prop_assert_eq!(table.lookup(address), NetworkRef::default());
            }
        }
    }

    #[test]
    fn no_bytes_make_a_table_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = small();
        for (position, value) in &changes {
            let position = position.index(bytes.len());
            bytes[position] = *value;
        }
        ask_everywhere(bytes.clone());
        // With a checksum that fits, what is behind it has to hold by itself.
        reseal(&mut bytes);
        ask_everywhere(bytes.clone());
        bytes.truncate(cut.index(bytes.len()));
        ask_everywhere(bytes);
    }

    #[test]
    fn arbitrary_sections_never_panic(sections in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), layout::SECTIONS.len())) {
        let mut bytes = small()[..14].to_vec();
        for section in &sections {
            bytes.extend_from_slice(&u32::try_from(section.len()).unwrap().to_le_bytes());
        }
        bytes.extend(sections.iter().flatten());
        bytes.extend_from_slice(&[0; layout::CHECKSUM_BYTES]);
        reseal(&mut bytes);
        ask_everywhere(bytes);
    }
}
