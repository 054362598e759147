/**
 * Keys that S3 allows and that shells, URLs, XML, HTML or file systems would like to change. A folder can
 * hold them all at once: none is the folder of another.
 */
export const hostileKeys: readonly string[] = [
  "two  spaces.pdf",
  " leading space.pdf",
  "trailing space ",
  "plus+sign.pdf",
  "percent%.pdf",
  "percent%20twenty.pdf",
  "percent%2Fslash.pdf",
  "hash#fragment.pdf",
  "question?mark=1&and=2.pdf",
  "single'quote.pdf",
  'double"quote.pdf',
  "back`tick $(touch x) $y.pdf",
  "<b>bold</b>.pdf",
  "&amp; entity &#x41;.pdf",
  "back\\slash.pdf",
  "new\nline.pdf",
  "tab\tcharacter.pdf",
  "carriage\rreturn.pdf",
  "bell\u0007and\u001besc.pdf",
  "star*[a-z]{b,c}|pipe:colon;.pdf",
  "--option.pdf",
  "dots/../up.pdf",
  "dots/./here.pdf",
  "dots/...",
  "end/..",
  "end/.",
  "../above.pdf",
  "./here.pdf",
  "/leading slash.pdf",
  "//leading slashes.pdf",
  "double//slash.pdf",
  "marker/",
  "%",
  "%2E",
  "%2E%2E",
  "%25",
  "%252E",
  "%252E%2E",
  "%2525",
  "%2e",
  "escapes/%2E/%/%25/%2E%2E/a.pdf",
  "bmp \uffee.pdf",
  "emoji \u{1f4c4}.pdf",
  "private \ue000.pdf",
  "composed \u00e9.pdf",
  "decomposed e\u0301.pdf",
  "right\u202eto left.pdf",
  "byte order \ufeff.pdf",
  "replacement \ufffd.pdf",
  // A walk that compares folders without their slash gets these wrong: - is before /, 0 after it.
  "folder-1.pdf",
  "folder/a.pdf",
  "folder0.pdf",
];

/** A key of exactly so many bytes, none of its segments longer than a file's name may be. */
export function keyOfBytes(bytes: number): string {
  const segment = `${"\u00e9".repeat(127)}/`;
  const whole = segment.repeat(Math.floor(bytes / 255));
  const rest = bytes - Buffer.byteLength(whole);
  return `${whole}${"x".repeat(rest)}`;
}
