import { total } from "../src/order";
