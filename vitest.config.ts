import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/global-setup.ts",
    sequence: { shuffle: true },
    // Whole-program tests recognise real pages, on machines as small as one core.
    testTimeout: 400_000,
    hookTimeout: 120_000,
    // They import JSON without saying so, which Node does not take.
    server: { deps: { inline: [/@actions\/(languageservice|workflow-parser)/] } },
  },
});
