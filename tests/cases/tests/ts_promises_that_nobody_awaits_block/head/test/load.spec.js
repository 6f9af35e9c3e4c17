import assert from "node:assert";
import { test } from "node:test";
import { load } from "../src/shop";

test("needs a name", () => {
  assert.rejects(load(""), TypeError);
});
