import test from "ava";
import { load } from "../src/shop";

test("needs a name", async (t) => {
  await t.throwsAsync(() => load(""));
  t.is(await load("tea"), 3);
});
