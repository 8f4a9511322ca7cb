//! Segments of customers: what their tables do not say.

use crate::Segment;

impl Segment {
    /// The colours that a segment can be given.
    pub const COLORS: [&str; 40] = [
        "10599d", "2176ff", "006acc", "07a0c3", "247ba0", "177e89", "046e8f", "598381", "0c7c59",
        "495f41", "00a44b", "08605f", "bf2600", "06d6a0", "e14945", "79b473", "ae003f", "a2ad59",
        "cd0f53", "8e936d", "832161", "2e5339", "bf126f", "6f7c12", "ff5376", "dd1c1a", "bb304e",
        "631d76", "9d2b32", "4a001f", "b118c8", "6a0f49", "6610f2", "b38a58", "8963ba", "4b3666",
        "932f6d", "6b2d5c", "6461a0", "4f517d",
    ];
}
