import { describe, expect, it } from "vitest";
import { driftOf, driftTable } from "../../../action/aws/drift.ts";

describe("drift", () => {
  it("is what differs, in the order given", () => {
    expect(
      driftOf([
        { what: "a", wanted: 1, found: 2 },
        { what: "b", wanted: "same", found: "same" },
        { what: "c", wanted: ["x"], found: undefined },
        { what: "d", wanted: ["x", "y"], found: ["y", "x"] },
        { what: "e", wanted: undefined, found: 7 },
      ]),
    ).toEqual([
      { what: "a", wanted: "1", found: "2" },
      { what: "c", wanted: "x", found: "none" },
    ]);
  });

  it("is shown in aligned columns", () => {
    const table = driftTable([
      { what: "max vCPUs", wanted: "64", found: "256" },
      { what: "subnets", wanted: "subnet-1, subnet-2", found: "none" },
    ]);
    expect(table).toEqual([
      "             wanted              found",
      "  max vCPUs  64                  256",
      "  subnets    subnet-1, subnet-2  none",
    ]);
  });
});
