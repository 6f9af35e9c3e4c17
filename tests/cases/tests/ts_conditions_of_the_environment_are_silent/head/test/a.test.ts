import { describe, expect, it } from "vitest";
import { load } from "../src/shop";
import { isMysql } from "./db";

const dialect = process.env.DB ?? "pg";

describe("load", () => {
  it("counts letters", async function () {
    if (isMysql(dialect)) {
      return this.skip();
    }
    expect(await load("tea")).toBe(3);
  });

  it("counts more letters", async () => {
    if (!isMysql(dialect)) {
      expect(await load("milk")).toBe(4);
    }
  });
});
