import { db } from "./db";

export async function settle(id: string): Promise<number> {
  let bill;
  try {
    bill = await db.find(id);
  } catch (error) {
    if (error.code === "ENOENT") return 0;
    throw error;
  }
  try {
    await db.update(id, { paid: true });
  } catch (error) {
    throw new Error(`bill ${id} is open still`, { cause: error });
  }
  await db.note(id, "paid");
  return bill.sum;
}
