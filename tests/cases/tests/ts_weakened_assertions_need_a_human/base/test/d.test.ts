import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("needs a name", async () => {
  await expect(load("")).rejects.toThrow("a name is missing");
});
