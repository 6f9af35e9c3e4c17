import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  expect(price(3)).toBe(3.6);
});
