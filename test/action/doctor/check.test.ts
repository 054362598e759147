import { afterEach, describe, expect, it, vi } from "vitest";
import { AwsError } from "../../../action/aws/errors.ts";
import { check, ok } from "../../../action/doctor/check.ts";
import { StoreError } from "../../../worker/store.ts";

afterEach(() => void vi.useRealTimers());

describe("a check", () => {
  it("carries its name and what was found", async () => {
    expect(await check("role", async () => ok("it is there"))).toEqual({
      name: "role",
      state: "ok",
      message: "it is there",
    });
  });

  it.each([new AwsError("no role"), new StoreError("missing", "no role")])(
    "fails with a %s",
    async (error) => {
      expect(await check("role", () => Promise.reject(error))).toEqual({
        name: "role",
        state: "failed",
        message: "no role",
      });
    },
  );

  it("does not pass a fault of ours off as the account's", async () => {
    await expect(check("role", () => Promise.reject(new TypeError("x is undefined")))).rejects.toThrow(
      TypeError,
    );
  });

  it("fails when AWS does not answer in time", async () => {
    vi.useFakeTimers();
    const late = check("role", () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await late).toMatchObject({
      state: "failed",
      message: expect.stringContaining("within 8 seconds"),
    });
  });
});
