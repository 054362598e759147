import type { Pluggable } from "@smithy/types";
import type { AwsClients } from "../../action/aws/clients.ts";

/** From here on, each call of these clients that may change something: `["CreateJobQueue", …]`. */
export function recordWrites({ region: _, ...clients }: AwsClients): string[] {
  const writes: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: the plug-in takes the commands of every client.
  const record: Pluggable<any, any> = {
    applyToStack(stack) {
      stack.add(
        (next, { commandName = "" }) =>
          (args) => {
            if (!/^(Describe|List|Get|BatchGet|Simulate)/.test(commandName)) {
              writes.push(commandName.replace(/Command$/, ""));
            }
            return next(args);
          },
        { step: "initialize", name: "recordWrites" },
      );
    },
  };
  for (const client of Object.values(clients)) client.middlewareStack.use(record);
  return writes;
}
