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
    let value_10 = compute(10, 30);
    let value_11 = compute(11, 33);
    let value_12 = compute(12, 36);
    let value_13 = compute(13, 39);
    let value_14 = compute(14, 42);
    let value_15 = compute(15, 45);
    let value_16 = compute(16, 48);
    let value_17 = compute(17, 51);
    let value_18 = compute(18, 54);
    let value_19 = compute(19, 57);
}
