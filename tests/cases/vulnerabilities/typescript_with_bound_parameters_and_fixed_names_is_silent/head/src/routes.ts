import { execFile } from "node:child_process";
import path from "node:path";
import { readFile } from "node:fs/promises";
import express from "express";
import { byName, column } from "./store.js";

const app = express();
const ROOT = path.resolve("files");
app.get("/users", async (req, res) => {
  const rows = await byName(req.query.name, column(req.query.sort));
  res.json(rows);
});
app.get("/file/:name", async (req, res) => {
  const place = path.resolve(ROOT, req.params.name);
  if (!place.startsWith(ROOT + path.sep)) {
    return res.sendStatus(403);
  }
  res.type("text/plain").send(await readFile(place, "utf8"));
});
app.post("/ping", (req, res) => {
  execFile("ping", ["-c", "1", req.body.host], () => res.end());
});
