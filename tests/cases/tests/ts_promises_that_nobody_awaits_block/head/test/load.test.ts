import { describe, expect, it } from "@jest/globals";
import { load, price } from "../src/shop";

it("takes a name", () => {
  expect(load("tea")).resolves.toBe(3);
});

it("needs a name", () => {
  expect(load("")).rejects.toThrow(TypeError);
});

it("counts letters", () => {
  load("milk").then((length) => {
    expect(length).toBe(4);
  });
});
