import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  price(3);
});
