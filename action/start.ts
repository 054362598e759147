/** What `dist/main.mjs` begins with. Apart from `main.ts`, so that a stand-in for the runner can import that one. */
import { run } from "./main.ts";

await run(process.argv.slice(2));
