import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

describe("price", () => {
  it("adds the tax", () => {
    expect(price(3));
  });

  it("is more than nothing", () => {
    expect(price(2)).toBe(2.4);
    expect(price(3)).toBeGreaterThan;
  });
});
