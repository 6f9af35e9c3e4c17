import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("is near", () => {
  expect(price(3)).toBeCloseTo(3.6, 1);
});
