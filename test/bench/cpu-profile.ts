import { readFileSync } from "node:fs";

/** As V8 writes it: a tree of calls, and which of its nodes ran at each sample. */
interface WrittenProfile {
  /** Microseconds of the clock of `process.hrtime`, like all times here. */
  startTime: number;
  samples: number[];
  /** Each from the sample before it. */
  timeDeltas: number[];
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
}

export interface Call {
  functionName: string;
  /** Of the script, or of the WASM module. */
  url: string;
  /** In the function itself, within the span that was asked for. */
  selfMilliseconds: number;
  parent: Call | undefined;
  children: Call[];
}

/** The root of the calls between two times. Time in which the thread slept is left out. */
export function readProfile(path: string, span: { from: number; to: number }): Call {
  const profile: WrittenProfile = JSON.parse(readFileSync(path, "utf8"));
  const calls = new Map<number, Call>();
  for (const { id, callFrame } of profile.nodes) {
    const { functionName, url } = callFrame;
    calls.set(id, { functionName, url, selfMilliseconds: 0, parent: undefined, children: [] });
  }
  for (const { id, children = [] } of profile.nodes) {
    const call = callOf(calls, id);
    call.children = children.map((child) => callOf(calls, child));
    for (const child of call.children) child.parent = call;
  }
  let time = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const microseconds = profile.timeDeltas[index] ?? 0;
    time += microseconds;
    const call = callOf(calls, id);
    if (time < span.from || time > span.to || call.functionName === "(idle)") continue;
    call.selfMilliseconds += microseconds / 1000;
  }
  return callOf(calls, profile.nodes[0]?.id ?? 0);
}

function callOf(calls: Map<number, Call>, id: number): Call {
  const call = calls.get(id);
  if (call === undefined) throw new Error(`The profile has no node ${id}.`);
  return call;
}

/** With all that it called. */
export function totalMilliseconds({ selfMilliseconds, children }: Call): number {
  return children.reduce((sum, child) => sum + totalMilliseconds(child), selfMilliseconds);
}

export function allCalls(call: Call): Call[] {
  return [call, ...call.children.flatMap(allCalls)];
}

/** The nearest caller, or the call itself, of which `wanted` holds. */
export function nearest(call: Call | undefined, wanted: (call: Call) => boolean): Call | undefined {
  return call === undefined || wanted(call) ? call : nearest(call.parent, wanted);
}
