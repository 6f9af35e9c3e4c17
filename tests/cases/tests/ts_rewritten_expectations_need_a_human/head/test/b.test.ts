import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it.each([
  [1, 1.2],
  [2, 2.5],
])("of %d is %d", (n, total) => {
  expect(price(n)).toBe(total);
});
