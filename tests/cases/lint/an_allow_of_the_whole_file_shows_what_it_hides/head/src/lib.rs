#![allow(dead_code)]
pub fn used() {}
fn unused() {}
fn unused_too() {}
