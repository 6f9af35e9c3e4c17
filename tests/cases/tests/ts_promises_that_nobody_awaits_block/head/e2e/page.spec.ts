import { expect, test } from "@playwright/test";

test("shows the shop", async ({ page }) => {
  await page.goto("/");
  expect(page.getByText("Tea")).toBeVisible();
});
