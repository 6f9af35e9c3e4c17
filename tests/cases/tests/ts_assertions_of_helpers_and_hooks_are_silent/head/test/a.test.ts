import { afterEach, describe, expect, it } from "vitest";
import { price } from "../src/shop";

let total = 0;

describe("price", () => {
  function adds(n: number, sum: number) {
    expect(price(n)).toBe(sum);
  }

  afterEach(() => {
    expect(total).toBeGreaterThan(0);
  });

  it("of three", () => {
    total = price(3);
  });

  it("of two", () => {
    total = 1;
    adds(2, 2.4);
  });
});
