import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("lists all", () => {
  expect([price(1), price(2)]).toEqual([1.2, 2.4]);
});
