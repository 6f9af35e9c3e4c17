import { db } from "./db";

export async function settle(id: string): Promise<number> {
  const bill = await db.find(id);
  try {
    await db.update(id, { paid: true });
  } catch (error) {
    throw new Error(`bill ${id} is open still`, { cause: error });
  }
  await db.note(id, "paid");
  return bill.sum;
}
