/**
 * How exactly pages that lie turned and skewed are straightened, what is read of them, and what that costs.
 * `npx tsx test/bench/direction.ts`
 */
import { type Direction, textDirection } from "../../worker/direction.ts";
import type { GreyImage } from "../../worker/formats/page.ts";
import { type Recognition, startRecogniser } from "../../worker/ocr.ts";
import { straighten } from "../../worker/straighten.ts";
import { characterErrors } from "../support/accuracy.ts";
import { laidDown, pageOfProse } from "../support/lying-pages.ts";

const skews = [-10, -5, -2, -0.5, 0, 0.2, 1, 3, 7, 10];
const turns = [0, 90, 180, 270];
const scans = { clean: { noise: 4 }, noisy: { noise: 60, blur: 0.8 } };
/** Turns where the recogniser would read the page the other way round, too. */
const leastConfidence = 60;

const recogniser = await startRecogniser(["eng"]);
const { page, lines } = pageOfProse();
const truth = lines.join("\n");
await recogniser.recognise(laidDown(page, {}));

console.log(
  "| scan | turn | skew | found | CER as it lies | CER straightened | detection | straightening | share |",
);
console.log("|---|---|---|---|---|---|---|---|---|");
for (const [scan, options] of Object.entries(scans)) {
  for (const turn of turns) {
    for (const skewDegrees of skews) {
      const image = laidDown(page, { turn, skewDegrees, ...options });
      const asItLies = await measured(() => recogniser.recognise(image));
      const detection = await measured(() => textDirection(image));
      const straightening = await measured(() => straighten(image, detection.result));
      const reading = await measured(() => readEitherWay(image, detection.result));
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
          `${((100 * ownMs) / (ownMs + reading.ms)).toFixed(1)}%`,
        ].join(" | ")} |`,
      );
    }
  }
}
process.exit();

async function readEitherWay(image: GreyImage, direction: Direction): Promise<Recognition> {
  const first = await recogniser.recognise(straighten(image, direction).image);
  if (first.confidence >= leastConfidence) return first;
  const opposite = { ...direction, turn: ((direction.turn + 180) % 360) as Direction["turn"] };
  const second = await recogniser.recognise(straighten(image, opposite).image);
  return second.confidence > first.confidence ? second : first;
}

/** CPU time of all threads. */
async function measured<Result>(
  work: () => Result | Promise<Result>,
): Promise<{ result: Result; ms: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

function rate(recognition: Recognition): string {
  const { errors, characters } = characterErrors(recognition.text, truth);
  return `${((errors * 100) / characters).toFixed(2)}%`;
}
