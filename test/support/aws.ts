/**
 * The AWS that end-to-end tests run against, as the environment names it: a stand-in at `AWS_ENDPOINT_URL`,
 * or, because it costs money, a real account only when `TEXTMILL_TEST_AWS` is "account".
 */
export const awsUnderTest: { isStandIn: boolean; name: string } | undefined = process.env.AWS_ENDPOINT_URL
  ? { isStandIn: true, name: process.env.AWS_ENDPOINT_URL }
  : process.env.TEXTMILL_TEST_AWS === "account"
    ? { isStandIn: false, name: "the account of the environment's credentials" }
    : undefined;

export const whyNoAws = "skipped: neither AWS_ENDPOINT_URL nor TEXTMILL_TEST_AWS=account is set";
