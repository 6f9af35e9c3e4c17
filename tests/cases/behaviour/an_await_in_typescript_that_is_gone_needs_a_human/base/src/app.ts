import express from "express";
import { auth } from "./auth";
import { db } from "./db";
import { mail } from "./mail";

const app = express();
app.use(express.json());
app.use(auth);

export async function remove(id: string, user?: { admin: boolean }): Promise<void> {
  if (!user || !user.admin) {
    throw new Error("not allowed");
  }
  await db.delete("orders", id);
  await mail.send("order " + id + " is gone");
}

export async function transfer(from: string, to: string, amount: number) {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    await client.query("update a set x = x - $1 where id = $2", [amount, from]);
    await client.query("update a set x = x + $1 where id = $2", [amount, to]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

export function page(rows: number[], size: number = 20): number[] {
  return rows.slice(0, size);
}

app.listen(3000);
