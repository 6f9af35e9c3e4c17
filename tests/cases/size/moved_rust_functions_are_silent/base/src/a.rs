pub fn f0(x: u64) -> u64 {
    x + 0
}

pub fn f1(x: u64) -> u64 {
    x + 1
}

pub fn f2(x: u64) -> u64 {
    x + 2
}

pub fn f3(x: u64) -> u64 {
    x + 3
}

pub fn f4(x: u64) -> u64 {
    x + 4
}

pub fn f5(x: u64) -> u64 {
    x + 5
}

pub fn f6(x: u64) -> u64 {
    x + 6
}

pub fn f7(x: u64) -> u64 {
    x + 7
}

pub fn f8(x: u64) -> u64 {
    x + 8
}

pub fn f9(x: u64) -> u64 {
    x + 9
}

