import express, { type Request, type Response } from "express";
import { byName } from "./store/index.js";
import Files from "./files";
import { runIt as run } from "@/commands";

const app = express();
app.get("/users", async (request: Request, response: Response) => {
  response.json(await byName(request.query.name));
});
app.get("/file/:name", (request, response) => {
  response.json(new Files("/srv").read(request.params.name));
});
app.post("/run", ({ body }, response) => {
  run(body.tool);
  response.end();
});
