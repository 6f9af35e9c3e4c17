use serde::Serialize;
