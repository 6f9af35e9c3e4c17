import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  price(3);
  expect(true).toBe(true);
});

it("has a price", () => {
  const total = price(3);
  expect(total).toBe(total);
});
