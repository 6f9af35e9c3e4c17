fn f() {
    a();
    // ... rest of the function unchanged ...
}
