import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { AwsError } from "../action/aws/errors.ts";

/** The number of the account that the credentials are of. */
export async function accountOf(sts: STSClient): Promise<string> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  if (Account === undefined) throw new AwsError("AWS does not say which account these credentials are of.");
  return Account;
}
