#![allow(warnings)]
pub fn f() {}
