//! use quicktable::Table;
/// ```
/// use other_thing::X;
/// ```
pub const TEXT: &str = "use quicktable::Table;";

#[macro_export]
macro_rules! table {
    () => {
        $crate::quicktable::Table::new()
    };
}
