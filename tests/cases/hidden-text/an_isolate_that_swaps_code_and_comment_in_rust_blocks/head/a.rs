fn main() {
    /*{{char:U+202E}} } {{char:U+2066}}if admin{{char:U+2069}} {{char:U+2066}} begin admins only */
        grant();
    /* end admins only {{char:U+202E}} { {{char:U+2066}}*/
}
