/** GitHub's expressions, evaluated by the library of GitHub's own editors. */
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** How the jobs or steps before ended, for `success()` and its like. */
export interface Status {
  isCancelled: boolean;
  hasFailed: boolean;
}

export type Contexts = Readonly<Record<string, unknown>>;

/** As `if` is: without a status function of its own it holds only after success. */
export function isMet(condition: string | boolean | undefined, contexts: Contexts, status: Status): boolean {
  const text = String(condition ?? "success()").replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, "$1");
  const hasStatus = /\b(?:always|cancelled|failure|success)\(\)/.test(text);
  return isTrue(evaluate(hasStatus ? text : `success() && (${text})`, contexts, status));
}

/** A text with its `${{ … }}` replaced by their values. */
export const filledIn = (text: unknown, contexts: Contexts): string =>
  String(text).replace(/\$\{\{([\s\S]*?)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts, { isCancelled: false, hasFailed: false }).coerceString(),
  );

function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

const statusFunctions = ({ isCancelled, hasFailed }: Status) =>
  Object.entries({
    always: true,
    cancelled: isCancelled,
    failure: hasFailed && !isCancelled,
    success: !hasFailed && !isCancelled,
  }).map(([name, value]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }));

/** https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals */
const isTrue = (value: data.ExpressionData) => !["", "0", "false"].includes(value.coerceString());
