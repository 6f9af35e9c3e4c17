import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  // comes later
});

it.each([[1], [2]])("adds the tax to %d", () => {});
