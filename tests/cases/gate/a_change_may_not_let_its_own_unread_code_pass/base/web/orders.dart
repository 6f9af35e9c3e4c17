import { pool } from "./pool";

export async function ordersOf(customer: string) {
  return pool.query("SELECT id FROM orders WHERE customer = $1", [customer]);
}
