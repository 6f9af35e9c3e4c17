extern crate alloc;
extern crate quicktable;
