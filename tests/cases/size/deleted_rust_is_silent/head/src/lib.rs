pub fn go() {
    let value_0 = compute(0, 0);
    let value_1 = compute(1, 3);
    let value_2 = compute(2, 6);
    let value_3 = compute(3, 9);
    let value_4 = compute(4, 12);
    let value_5 = compute(5, 15);
    let value_6 = compute(6, 18);
    let value_7 = compute(7, 21);
    let value_8 = compute(8, 24);
    let value_9 = compute(9, 27);
}
