import { describe, expect, it } from "vitest";
import { quotaLines } from "../../../infra-scripts/setup/run-time.ts";

const region = "eu-west-1";

describe("the quota", () => {
  it.each([
    [4000, /4,000 vCPUs at a time; at that, a million pages take about \d+ min/, 1],
    [6, /6 vCPUs at a time; at that, a million pages take about \d+ d/, 2],
    [0, /no vCPUs at all/, 2],
    ["AccessDenied: no\nmore", /could not be read: AccessDenied: no$/, 2],
  ])("of %s is told by what it means", (quota, says, lines) => {
    const told = quotaLines("spot", quota, region);
    expect(told[0]).toMatch(says);
    expect(told).toHaveLength(lines);
    if (lines === 2) expect(told[1]).toMatch(/L-36FBB829 --desired-value 4000 --region eu-west-1$/);
  });
});
