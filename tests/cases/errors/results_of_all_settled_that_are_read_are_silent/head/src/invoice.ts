import { db } from "./db";

export async function settle(id: string): Promise<number> {
  const bill = await db.find(id);
  try {
    await db.update(id, { paid: true });
  } catch (error) {
    throw new Error(`bill ${id} is open still`, { cause: error });
  }
  const done = await Promise.allSettled([db.note(id, "paid"), db.mail(id)]);
  if (done.some((one) => one.status === "rejected")) throw new Error(id);
  return bill.sum;
}
