import { readFileSync } from "node:fs";

export default class Files {
  constructor(private readonly folder: string) {}

  read(name: string) {
    return readFileSync(this.folder + "/" + name, "utf8");
  }
}
