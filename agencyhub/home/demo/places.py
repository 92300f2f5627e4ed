"""Real cities with their ZIP codes, area codes and counties, and plausible streets."""

from typing import NamedTuple


class Place(NamedTuple):
    """A city as an address names it; ``weight`` says how many of the agency's people live there."""

    city: str
    state: str
    zip_codes: tuple[str, ...]
    area_code: str
    county: str
    weight: int


PLACES = (
    Place("Ames", "IA", ("50010", "50014"), "515", "Story", 9),
    Place("Des Moines", "IA", ("50309", "50310", "50312", "50315"), "515", "Polk", 14),
    Place("West Des Moines", "IA", ("50265", "50266"), "515", "Polk", 8),
    Place("Ankeny", "IA", ("50021", "50023"), "515", "Polk", 6),
    Place("Cedar Rapids", "IA", ("52402", "52403", "52404"), "319", "Linn", 7),
    Place("Iowa City", "IA", ("52240", "52245"), "319", "Johnson", 5),
    Place("Davenport", "IA", ("52803", "52806"), "563", "Scott", 5),
    Place("Sioux City", "IA", ("51104", "51106"), "712", "Woodbury", 4),
    Place("Council Bluffs", "IA", ("51501", "51503"), "712", "Pottawattamie", 4),
    Place("Omaha", "NE", ("68104", "68116", "68132", "68154"), "402", "Douglas", 8),
    Place("Lincoln", "NE", ("68502", "68506", "68516"), "402", "Lancaster", 5),
    Place("Minneapolis", "MN", ("55406", "55408", "55419"), "612", "Hennepin", 6),
    Place("Rochester", "MN", ("55901", "55902"), "507", "Olmsted", 3),
    Place("Madison", "WI", ("53703", "53705", "53711"), "608", "Dane", 4),
    Place("Milwaukee", "WI", ("53207", "53213", "53219"), "414", "Milwaukee", 4),
    Place("Peoria", "IL", ("61604", "61614"), "309", "Peoria", 3),
    Place("Springfield", "IL", ("62702", "62704"), "217", "Sangamon", 3),
    Place("Kansas City", "MO", ("64111", "64114", "64131"), "816", "Jackson", 5),
    Place("Springfield", "MO", ("65804", "65807"), "417", "Greene", 3),
    Place("Overland Park", "KS", ("66204", "66212"), "913", "Johnson", 3),
    Place("Wichita", "KS", ("67203", "67212"), "316", "Sedgwick", 3),
    Place("Sioux Falls", "SD", ("57103", "57106"), "605", "Minnehaha", 3),
    Place("Fargo", "ND", ("58102", "58103"), "701", "Cass", 2),
    Place("Houston", "TX", ("77008", "77035", "77055", "77087"), "713", "Harris", 7),
    Place("San Antonio", "TX", ("78201", "78212", "78228"), "210", "Bexar", 8),
    Place("El Paso", "TX", ("79902", "79912", "79925"), "915", "El Paso", 5),
    Place("Dallas", "TX", ("75206", "75214", "75228"), "214", "Dallas", 4),
    Place("Phoenix", "AZ", ("85014", "85018", "85022"), "602", "Maricopa", 7),
    Place("Mesa", "AZ", ("85203", "85206"), "480", "Maricopa", 5),
    Place("Tucson", "AZ", ("85704", "85710", "85716"), "520", "Pima", 5),
    Place("Albuquerque", "NM", ("87106", "87110", "87111"), "505", "Bernalillo", 3),
    Place("Miami", "FL", ("33125", "33135", "33165", "33175"), "305", "Miami-Dade", 9),
    Place("Hialeah", "FL", ("33010", "33012"), "305", "Miami-Dade", 5),
    Place("Orlando", "FL", ("32806", "32812", "32822"), "407", "Orange", 5),
    Place("Tampa", "FL", ("33604", "33611", "33614"), "813", "Hillsborough", 5),
    Place("Sarasota", "FL", ("34231", "34239"), "941", "Sarasota", 4),
    Place("Atlanta", "GA", ("30305", "30316", "30327"), "404", "Fulton", 3),
    Place("Charlotte", "NC", ("28205", "28210", "28226"), "704", "Mecklenburg", 3),
    Place("Columbus", "OH", ("43202", "43214", "43221"), "614", "Franklin", 3),
    Place("Denver", "CO", ("80205", "80210", "80220"), "303", "Denver", 3),
)  # fmt: skip
STREETS = (
    "Oak St", "Maple Ave", "Prairie View Dr", "Lincoln Way", "Elm St", "Cedar Ln", "Walnut St",
    "Park Ave", "Washington St", "Lakeview Dr", "Hickory Ct", "Sunset Blvd", "Church St",
    "Ridge Rd", "Franklin Ave", "Jefferson St", "Willow Creek Dr", "Meadow Ln", "2nd St",
    "5th Ave", "12th St", "Grand Ave", "Orchard Rd", "Chestnut St", "Highland Dr",
    "Country Club Rd", "Mill Rd", "Spruce St", "Valley View Rd", "Main St",
)  # fmt: skip
