/** Numbers for people: in the log, the summary and the terminal's bar alike. */

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `1 document`, `2 documents`; `2 processes` with a plural of its own. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Two or three digits that matter: `0.04`, `3.2`, `15`, `1,204`. */
export function rate(value: number): string {
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** Never `0%` for something, never `100%` for less than all. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const value = (part * 100) / whole;
  if (value < 0.01) return "less than 0.01%";
  if (part < whole && value > 99.99) return "more than 99.99%";
  return `${value.toLocaleString("en-US", { maximumFractionDigits: value < 1 || value > 99 ? 2 : 1 })}%`;
}

/** `$1,234`, `$12.34`, `$0.0004`: an amount of money that is not negative; never `$0.00` for something. */
export function usd(value: number): string {
  if (value === 0) return "$0.00";
  if (value < 0.0001) return "less than $0.0001";
  return `$${value.toLocaleString("en-US", dollarDigits(value))}`;
}

/** From 0.0995 and 999.995 on, rounding makes it an amount of the next kind. */
function dollarDigits(value: number): Intl.NumberFormatOptions {
  if (value < 0.0995) return { maximumSignificantDigits: 2 };
  const digits = value < 999.995 ? 2 : 0;
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

/** `4.2 s`, `45 s`, `12 min`, `3 h 20 min`, `2 d 5 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return pair(minutes, 60, "h", "min");
  return pair(Math.round(minutes / 60), 24, "d", "h");
}

function pair(value: number, base: number, large: string, small: string): string {
  const rest = value % base;
  return `${count(Math.floor(value / base))} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** `812 B`, `4.2 KiB`, `120 MiB`, in the units of the input max-document-mib. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${count(bytes)} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  // From 1,023.5 on, the next unit: rounding would make 1,024 of it.
  const power = Math.min(
    units.length,
    Math.max(1, Math.floor(Math.log(bytes / 1023.5) / Math.log(1024)) + 1),
  );
  return `${rate(bytes / 1024 ** power)} ${units[power - 1]}`;
}
