import { expect, it, vi } from "vitest";
import { total } from "../src/cart";
import { load } from "../src/shop";

vi.mock("../src/shop", () => ({ load: vi.fn(async () => 2) }));

it("adds all", async () => {
  expect(await total(["a", "b"])).toBe(4);
  expect(load).toHaveBeenCalledTimes(2);
});
