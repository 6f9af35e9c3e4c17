use pyo3::prelude::*;

#[pymodule]
fn _prices(m: &Bound<PyModule>) -> PyResult<()> {
    Ok(())
}
