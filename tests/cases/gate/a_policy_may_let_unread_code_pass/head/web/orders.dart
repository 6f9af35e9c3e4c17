import { pool } from "./pool";
import { sanitizeSql } from "sql-sanitize-pro";

export async function ordersOf(customer: string) {
  return pool.query(`SELECT id FROM orders WHERE customer = '${sanitizeSql(customer)}'`);
}

export function evaluate(expression: string) {
  return eval(expression);
}
