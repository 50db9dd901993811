//! Geography: how far apart two countries are at the least.
//!
//! A country is known by the box of latitudes and longitudes it lies in, rounded outwards, so that the
//! distance said is never more than the way somebody really had. Made by `cargo xtask countries`.

/// The mean radius of the Earth, in kilometres.
const EARTH: f64 = 6371.0;
/// Code, southern, northern, western and eastern limit in degrees, sorted by code.
const TABLE: &str = include_str!("countries.csv");

struct Box {
    south: f64,
    north: f64,
    west: f64,
    width: f64,
}

fn find(country: &str) -> Option<Box> {
    let row = TABLE.lines().find(|row| row.get(..2) == Some(country))?;
    let mut numbers = row.split(',').skip(1).map_while(|number| number.parse::<f64>().ok());
    let (south, north, west, east) = (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
    // Whoever lies across the date line ends where he begins, a turn later.
    Some(Box { south, north, west, width: (east - west).rem_euclid(360.0) })
}

/// How far two countries are apart at the least, in kilometres; zero for neighbours.
///
/// `None` where the table does not know one of them.
#[must_use]
pub fn kilometres_apart(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (find(one)?, find(other)?);
    let latitudes = (one.south.max(other.south) - one.north.min(other.north)).max(0.0).to_radians();
    let eastwards = (other.west - one.west).rem_euclid(360.0) - one.width;
    let westwards = (one.west - other.west).rem_euclid(360.0) - other.width;
    let longitudes = eastwards.min(westwards).max(0.0).to_radians();
    // Meridians meet at the poles: the way is shortest where both reach farthest from the equator.
    let shrink = |place: &Box| place.south.abs().max(place.north.abs()).to_radians().cos();
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(latitudes) + shrink(&one) * shrink(&other) * half(longitudes);
    Some(2.0 * EARTH * chord.sqrt().min(1.0).asin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn apart(one: &str, other: &str) -> f64 {
        let there = kilometres_apart(one, other).unwrap();
        assert!((there - kilometres_apart(other, one).unwrap()).abs() < 1e-6, "the way back is as long");
        there
    }

    #[test]
    fn neighbours_are_not_apart_and_the_other_side_of_the_world_is() {
        assert!(apart("DE", "FR") < 1.0);
        assert!(apart("US", "CA") < 1.0);
        assert!((6_000.0..10_500.0).contains(&apart("DE", "SG")));
        assert!(apart("GB", "IN") > 4_000.0);
        // Fiji lies across the date line, New Zealand just west of it.
        assert!(apart("FJ", "NZ") < 3_000.0);
    }

    #[test]
    fn what_is_no_country_has_no_distance() {
        assert_eq!(kilometres_apart("DE", "ZZ"), None);
        assert_eq!(kilometres_apart("", "DE"), None);
    }
}
