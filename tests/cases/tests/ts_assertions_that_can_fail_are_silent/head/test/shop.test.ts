import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

describe("price", () => {
  it("adds the tax", () => {
    expect(price(3)).toBeCloseTo(3.6, 5);
    expect(price(3) > 3).toBe(true);
    expect(price(3) === 3).toBe(false);
  });

  it.each([
    [1, 1.2],
    [2, 2.4],
  ])("of %d is %d", (n, total) => {
    expect(price(n)).toBe(total);
  });

  it("is the same each time", () => {
    expect(price(3)).toEqual(price(3));
  });

  it("fails where it must", async () => {
    try {
      await load("");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
    }
  });

  it("does not throw for nothing", () => {
    price(0);
  });
});
