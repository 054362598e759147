import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { png } from "../samples/maker/images.ts";
import { docx } from "../samples/maker/office.ts";
import { email } from "../samples/maker/written.ts";
import { slip } from "../samples/maker/written-samples.ts";
import { order } from "../samples/maker/written-texts.ts";
import { putDocument } from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { runProgram } from "../support/program.ts";
import { onePagePdf, pagesPdf, write } from "../support/raw-pdf.ts";

/** Reads the documents beside a good one, which has to come out well. */
async function readBeside(documents: Record<string, Uint8Array>, ...more: string[]) {
  const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
  const good = { "good.txt": Buffer.from("good"), "good.png": png(slip(["a good page"]), 150, 1) };
  for (const [key, bytes] of Object.entries({ ...documents, ...good })) await putDocument(source, key, bytes);
  const end = await runProgram([
    "--source",
    source,
    "--destination",
    destination,
    "--max-failure-percent",
    "99",
    ...more,
  ]);
  expect(end).toMatchObject({ exitCode: 0 });
  const outputs = await outputsOf(destination);
  expect(outputs.get("good.txt.txt")).toBe("good\n");
  expect(outputs.get("good.png.txt")).toBe("a good page\n");
  const { results } = await newestRun(destination);
  expect(results).toHaveLength(Object.keys(documents).length + 2);
  return new Map(results.map((result) => [result.key, result]));
}

/** A form that draws itself twice, and so on. */
const selfDrawing = () =>
  onePagePdf("/X Do", {
    resources: "/XObject<</X 5 0 R>>",
    more: [
      {
        dictionary: "/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<</X 5 0 R>>>>",
        stream: "/X Do /X Do",
      },
    ],
  });

/** So many states to come back to that no memory holds them. */
const pushing = () =>
  onePagePdf({ dictionary: "/Filter/FlateDecode", stream: deflateSync(Buffer.alloc(40_000_000, "q ")) });

test("documents that eat memory without end fail for it, and the others are read", async () => {
  const results = await readBeside({ "self-drawing.pdf": selfDrawing(), "pushing.pdf": pushing() });
  for (const key of ["self-drawing.pdf", "pushing.pdf"]) {
    expect(results.get(key), key).toMatchObject({ status: "failed", reason: "out-of-memory" });
  }
});

/** A page that is painted with a pattern whose steps are far smaller than a dot. */
const painted = () =>
  onePagePdf("/Pattern cs /P scn 0 0 300 200 re f", {
    resources: "/Pattern<</P 5 0 R>>",
    more: [
      {
        dictionary:
          "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.00001/YStep 0.00001/Resources<<>>",
        stream: "0 0 1 1 re f",
      },
    ],
  });

/** A page whose shades are computed by a program of 60,000 steps for each dot. */
const shaded = () =>
  onePagePdf("/S sh", {
    resources:
      "/Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[300 0 0 200 0 0]/Function 5 0 R>>>>",
    more: [
      {
        dictionary: "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]",
        stream: `{ ${"sin cos 2 mul exch ".repeat(15_000)} 0.5 }`,
      },
    ],
  });

test("pages that take hours fail for it, and the others are read", async () => {
  const results = await readBeside(
    { "painted.pdf": painted(), "shaded.pdf": shaded() },
    "--page-timeout-seconds",
    "10",
  );
  for (const key of ["painted.pdf", "shaded.pdf"]) {
    expect(results.get(key), key).toMatchObject({ status: "failed", reason: "timeout" });
  }
});

test("documents of more text than their pages could hold fail, on one page or on several", async () => {
  const letter = docx({ paragraphs: ["abcdefghi ".repeat(1500)] });
  const attachment = { name: "letter.docx", type: "application/octet-stream", content: letter };
  const results = await readBeside(
    {
      "one-page.pdf": pagesPdf(1, write("abcdefghi ".repeat(2500))),
      "pages.pdf": pagesPdf(4, write("abcdefghi ".repeat(600))),
      "letters.eml": email({ ...order, attachments: [attachment, attachment] }),
      "enough.pdf": pagesPdf(4, write("abcdefghi ".repeat(400))),
    },
    "--max-document-pages",
    "5",
  );
  for (const key of ["one-page.pdf", "pages.pdf", "letters.eml"]) {
    expect(results.get(key), key).toMatchObject({ status: "failed", reason: "too-large" });
  }
  expect(results.get("enough.pdf")).toMatchObject({ status: "done", pages: 4 });
});

test("long documents that are given up while several processes read them harm no other", async () => {
  const long = pagesPdf(40, write("abcdefghi ".repeat(500)));
  const keys = Array.from({ length: 10 }, (_, index) => `long-${index}.pdf`);
  const results = await readBeside(
    Object.fromEntries(keys.map((key) => [key, long])),
    "--max-document-pages",
    "40",
    "--processes",
    "3",
  );
  for (const key of keys) expect(results.get(key)).toMatchObject({ status: "failed", reason: "too-large" });
});
