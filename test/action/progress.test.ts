import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openProgressDisplay, type Progress, progressLine } from "../../action/progress.ts";

function progress(
  changes: Partial<Progress> & { done?: number; failed?: number; skipped?: number; total?: number },
) {
  const { done = 0, failed = 0, skipped = 0, total = 200, pages = 0, elapsedSeconds = 0 } = changes;
  return { documents: { total, done, failed, skipped }, pages, elapsedSeconds };
}

describe("a line", () => {
  test.each([
    { state: progress({}), expected: "0/200 documents, 0 failed, 0 pages" },
    {
      state: progress({ pages: 1, elapsedSeconds: 2 }),
      expected: "0/200 documents, 0 failed, 1 page, 0.5 pages/s",
    },
    {
      state: progress({ done: 47, failed: 2, skipped: 1, pages: 340, elapsedSeconds: 100 }),
      expected: "50/200 documents, 2 failed, 340 pages, 3.4 pages/s, 5 min left",
    },
    {
      state: progress({ done: 200, pages: 2400, elapsedSeconds: 100 }),
      expected: "200/200 documents, 0 failed, 2,400 pages, 24 pages/s",
    },
    { state: progress({ total: 0, elapsedSeconds: 1 }), expected: "0/0 documents, 0 failed, 0 pages" },
  ])("says: $expected", ({ state, expected }) => {
    expect(progressLine(state)).toBe(expected);
  });

  test("takes rates and the time left from what was done since the start", () => {
    const state = progress({ done: 110, pages: 1100, elapsedSeconds: 25 });
    expect(progressLine(state, { documents: 100, pages: 1000, elapsedSeconds: 5 })).toBe(
      "110/200 documents, 0 failed, 1,100 pages, 5 pages/s, 3 min left",
    );
  });
});

function written(): { stream: PassThrough; text: () => string; lines: () => string[] } {
  const stream = new PassThrough({ encoding: "utf8" });
  let text = "";
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  return { stream, text: () => text, lines: () => text.split("\n").slice(0, -1) };
}

describe("in a log", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function openLog() {
    const log = written();
    const display = openProgressDisplay(log.stream, { isTerminal: false, now: Date.now });
    return { display, lines: log.lines };
  }
  const documentsOf = (lines: string[]) => lines.map((line) => line.split("/")[0]);
  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

  test("the first state is written at once", () => {
    const { display, lines } = openLog();
    display.update(progress({ done: 3 }));
    expect(documentsOf(lines())).toEqual(["3"]);
    display.close();
  });

  test("the newest state is written every ten seconds and at the end", () => {
    const { display, lines } = openLog();
    for (let second = 0; second <= 24; second++) {
      display.update(progress({ done: second, elapsedSeconds: second }));
      pass(1);
    }
    display.close();
    expect(documentsOf(lines())).toEqual(["0", "9", "19", "24"]);
  });

  test("a state that stays the same is written again, with the time that has passed", () => {
    const { display, lines } = openLog();
    display.update(progress({ elapsedSeconds: 10 }));
    display.update(progress({ done: 100, pages: 100, elapsedSeconds: 20 }));
    pass(30);
    expect(lines().slice(1)).toEqual([
      "100/200 documents, 0 failed, 100 pages, 5 pages/s, 20 s left",
      "100/200 documents, 0 failed, 100 pages, 3.3 pages/s, 30 s left",
      "100/200 documents, 0 failed, 100 pages, 2.5 pages/s, 40 s left",
    ]);
    display.close();
  });

  test("the end is not written twice", () => {
    const { display, lines } = openLog();
    display.update(progress({ done: 200 }));
    display.close();
    display.close();
    pass(60);
    expect(lines()).toHaveLength(1);
  });

  test("nothing is written when nothing was known", () => {
    const { display, lines } = openLog();
    pass(60);
    display.close();
    expect(lines()).toEqual([]);
  });
});

describe("at a terminal", () => {
  function openTerminal() {
    const terminal = written();
    Object.assign(terminal.stream, { isTTY: true, columns: 200 });
    return { display: openProgressDisplay(terminal.stream, { isTerminal: true }), text: terminal.text };
  }

  test("a bar shows the first and the last state, and ends its line", () => {
    const { display, text } = openTerminal();
    display.update(progress({ done: 50, failed: 1 }));
    expect(text()).toMatch(/\[=+-+\] 51\/200 documents, 1 failed/);
    display.update(progress({ done: 199, failed: 1, pages: 900, elapsedSeconds: 90 }));
    display.close();
    expect(text()).toMatch(/\[=+\] 200\/200 documents, 1 failed, 900 pages, 10 pages\/s/);
    expect(text()).toMatch(/\n$/);
  });

  test("a run without documents has a bar too", () => {
    const { display, text } = openTerminal();
    display.update(progress({ total: 0 }));
    display.close();
    expect(text()).toContain("0/0 documents");
  });

  test("nothing is shown when nothing was known", () => {
    const { display, text } = openTerminal();
    display.close();
    expect(text()).toBe("");
  });
});
