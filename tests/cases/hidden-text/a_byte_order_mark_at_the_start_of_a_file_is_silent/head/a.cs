{{char:U+FEFF}}class A {}
