import { Router } from "express";
import { requireAdmin } from "./admin";
import { drop, list } from "./orders";

export const router = Router();
router.get("/orders", list);
