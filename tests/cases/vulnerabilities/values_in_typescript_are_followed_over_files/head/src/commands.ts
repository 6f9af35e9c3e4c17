import { execSync } from "child_process";

export function runIt(tool: string) {
  return execSync(`${tool} --version`);
}
