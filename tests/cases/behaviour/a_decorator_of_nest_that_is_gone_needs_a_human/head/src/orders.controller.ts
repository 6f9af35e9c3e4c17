import { Controller, Delete, Param, UseGuards } from "@nestjs/common";
import { AdminGuard } from "./admin.guard";
import { Orders } from "./orders";

@Controller("orders")
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Delete(":id")
  async remove(@Param("id") id: string): Promise<void> {
    return this.orders.remove(id);
  }
}
