import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("takes a name", async () => {
  await expect(load("tea")).resolves.toBe(3);
});

it("needs a name", () => expect(load("")).rejects.toThrow(TypeError));

it("counts letters", () => {
  return load("milk").then((length) => {
    expect(length).toBe(4);
  });
});

it("counts all", async () => {
  await Promise.all([
    expect(load("a")).resolves.toBe(1),
    load("ab").then((length) => expect(length).toBe(2)),
  ]);
  const later = load("abc").then((length) => expect(length).toBe(3));
  await later;
});
