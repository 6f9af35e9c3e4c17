import { Pool } from "pg";

const pool = new Pool();
export const byName = (name: unknown) => pool.query(`select * from users where name = '${name}'`);
