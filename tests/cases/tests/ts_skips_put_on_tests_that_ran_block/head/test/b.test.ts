import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

describe("price", () => {
  xit("adds the tax", () => {
    expect(price(3)).toBe(3.6);
  });

  it("is nothing for nothing", () => {
    expect(price(0)).toBe(0);
  });
});
