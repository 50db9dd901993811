//! The symbols names are packed with: up to 255 byte strings, chosen from the names themselves.
//!
//! After Boncz, Neumann and Leis, *FSST: Fast Random Access String Compression* (VLDB 2020), with longer symbols.

use std::collections::{BTreeMap, HashMap};

use crate::layout::{ESCAPE, SYMBOL_BYTES};

/// Rounds of choosing; more change the result by less than one percent.
const ROUNDS: usize = 12;

/// A choice of symbols, the most useful first.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    symbols: Vec<Vec<u8>>,
    codes: HashMap<Vec<u8>, u8>,
}

impl SymbolTable {
    /// Chooses symbols for `names`: each round joins what stood side by side in the round before.
    pub(crate) fn train<'n>(names: &(impl Iterator<Item = &'n str> + Clone)) -> Self {
        let mut table = Self::default();
        for _ in 0..ROUNDS {
            let mut gains: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
            for name in names.clone() {
                let mut before: &[u8] = &[];
                for piece in table.pieces(name.as_bytes()) {
                    *gains.entry(piece.to_vec()).or_default() += piece.len();
                    let joined = before.len() + piece.len();
                    if !before.is_empty() && joined <= SYMBOL_BYTES {
                        *gains.entry([before, piece].concat()).or_default() += joined;
                    }
                    before = piece;
                }
            }
            table = Self::of(gains);
        }
        table
    }

    /// The 255 symbols that save most; ties fall to the one that sorts first.
    fn of(gains: BTreeMap<Vec<u8>, usize>) -> Self {
        let mut ranked: Vec<_> = gains.into_iter().collect();
        ranked.sort_by_key(|(_, gain)| std::cmp::Reverse(*gain));
        ranked.truncate(usize::from(ESCAPE));
        let symbols: Vec<Vec<u8>> = ranked.into_iter().map(|(symbol, _)| symbol).collect();
        let codes = symbols.iter().cloned().zip(0..ESCAPE).collect();
        Self { symbols, codes }
    }

    /// The `symbols` section.
    pub(crate) fn section(&self) -> Vec<u8> {
        let mut section = Vec::new();
        for symbol in &self.symbols {
            section.push(u8::try_from(symbol.len()).unwrap_or(u8::MAX));
            section.extend_from_slice(symbol);
        }
        section
    }

    /// The fewest codes that stand for `name`.
    pub(crate) fn encode(&self, name: &str) -> Vec<u8> {
        let mut codes = Vec::with_capacity(name.len());
        for piece in self.pieces(name.as_bytes()) {
            match self.codes.get(piece) {
                Some(&code) => codes.push(code),
                None => codes.extend(piece.iter().flat_map(|&byte| [ESCAPE, byte])),
            }
        }
        codes
    }

    /// `text` cut so that its pieces take the fewest code bytes; a piece that is no symbol is one byte.
    fn pieces<'t>(&self, text: &'t [u8]) -> Vec<&'t [u8]> {
        // From the end: what the rest costs, and how long its first piece is.
        let mut best: Vec<(usize, usize)> = vec![(0, 0)];
        for start in (0..text.len()).rev() {
            let rest = text.get(start..).unwrap_or_default();
            let cost_after = |length: usize| {
                let cost = best.get(rest.len() - length);
                cost.map_or(usize::MAX / 2, |(cost, _)| *cost)
            };
            let choice = (1..=rest.len().min(SYMBOL_BYTES))
                .filter(|&length| rest.get(..length).is_some_and(|piece| self.codes.contains_key(piece)))
                .map(|length| (1 + cost_after(length), length))
                .chain([(2 + cost_after(1), 1)])
                .min_by_key(|&(cost, length)| (cost, std::cmp::Reverse(length)));
            best.push(choice.unwrap_or((usize::MAX / 2, 1)));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((piece, after)) = best.get(rest.len()).and_then(|&(_, length)| rest.split_at_checked(length)) {
            if piece.is_empty() {
                break;
            }
            pieces.push(piece);
            rest = after;
        }
        pieces
    }
}
