import postgres from "postgres";

const sql = postgres();
const COLUMNS: Record<string, string> = { name: "name", age: "created_at" };
export const column = (by: unknown) => COLUMNS[String(by)] ?? "id";
export const byName = (name: unknown, by: string) =>
  sql.unsafe(`select * from users where name = $1 order by ${by}`, [name as string]);
