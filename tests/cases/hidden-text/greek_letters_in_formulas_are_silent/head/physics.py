Δx = σ_max = 1
def αβ(µs): return ρv
