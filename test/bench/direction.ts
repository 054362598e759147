/**
 * How exactly pages that lie turned and skewed are straightened, what is read of them, and what that costs.
 * `npx tsx test/bench/direction.ts`
 */

import { startRecogniser } from "../../worker/ocr.ts";
import { textOfLines } from "../../worker/page-text.ts";
import { textDirection } from "../../worker/recognition/direction.ts";
import { glyphBoxes } from "../../worker/recognition/glyph-boxes.ts";
import { recognisePage } from "../../worker/recognition/recognise-page.ts";
import { straighten } from "../../worker/recognition/straighten.ts";
import { characterErrors } from "../support/accuracy.ts";
import { laidDown, pageOfProse } from "../support/lying-pages.ts";

const skews = [-10, -5, -2, -0.5, 0, 0.2, 1, 3, 7, 10];
const turns = [0, 90, 180, 270];
const scans = { clean: { noise: 4 }, noisy: { noise: 60, blur: 0.8 } };

const recogniser = await startRecogniser(["eng"]);
const { page, lines } = pageOfProse();
const truth = lines.join("\n");
await recogniser.read(laidDown(page, {}));

console.log(
  "| scan | turn | skew | found | CER as it lies | CER straightened | detection | straightening | share |",
);
console.log("|---|---|---|---|---|---|---|---|---|");
for (const [scan, options] of Object.entries(scans)) {
  for (const turn of turns) {
    for (const skewDegrees of skews) {
      const image = laidDown(page, { turn, skewDegrees, ...options });
      const asItLies = await measured(async () => textOfLines((await recogniser.read(image)).lines));
      const detection = await measured(() => textDirection(glyphBoxes(image)));
      const straightening = await measured(() => straighten(image, detection.result));
      const reading = await measured(async () => (await recognisePage(recogniser, image)).text);
      const ownMs = detection.ms + straightening.ms;
      console.log(
        `| ${[
          scan,
          turn,
          skewDegrees,
          `${detection.result.turn} ${detection.result.skewDegrees.toFixed(2)}`,
          rate(asItLies.result),
          rate(reading.result),
          `${detection.ms.toFixed(1)} ms`,
          `${straightening.ms.toFixed(1)} ms`,
          `${((100 * ownMs) / reading.ms).toFixed(1)}%`,
        ].join(" | ")} |`,
      );
    }
  }
}
process.exit();

/** CPU time of all threads. */
async function measured<Result>(
  work: () => Result | Promise<Result>,
): Promise<{ result: Result; ms: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

function rate(text: string): string {
  const { errors, characters } = characterErrors(text, truth);
  return `${((errors * 100) / characters).toFixed(2)}%`;
}
