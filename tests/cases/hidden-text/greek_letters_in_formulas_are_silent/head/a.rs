fn f(Δt: f64) -> f64 { let θ_0 = Δt; θ_0 }
