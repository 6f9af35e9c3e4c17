use quicktable::Table;
use serde::Serialize;
