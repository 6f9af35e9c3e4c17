import { expect, test } from "@playwright/test";

test("shows the shop", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByText("Tea")).toBeVisible();
});
