import { defineConfig } from "vitest/config";

export default defineConfig({
  optimizeDeps: { exclude: ["test"] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["dist/**"],
    coverage: { exclude: ["test/**"] },
  },
});
