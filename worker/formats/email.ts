import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import type { Limits } from "../contract.ts";
import { isPicture, isTooSmallForText, type Open } from "./enclosed.ts";
import { textOfHtml } from "./html.ts";
import { isNamedAsText } from "./names.ts";
import { type Opening, refuse } from "./page.ts";
import { messageOf } from "./refusals.ts";
import { openWritten } from "./written.ts";

/**
 * An e-mail: who wrote what to whom and the names of all attachments as a page of text, then the pages of
 * each attachment that is a document itself.
 */
export async function openEmail(bytes: Uint8Array, limits: Limits, open: Open): Promise<Opening> {
  let email: Email;
  try {
    email = await PostalMime.parse(bytes);
  } catch (error) {
    const message = messageOf(error);
    // The library's own bounds: how deep parts are nested, how many bytes all headers have.
    const reason = message.startsWith("Maximum ") ? "too-large" : "corrupt";
    return refuse(reason, `The e-mail cannot be read. ${message}`);
  }
  const enclosed: Opening[] = [];
  for (const attachment of email.attachments) {
    const opening = await openAttachment(attachment, open);
    if (opening) enclosed.push(opening);
  }
  return openWritten({ format: "email", text: textOf(email, limits), enclosed }, limits);
}

/** `undefined` for what is no document: its name in the text is all that is said of it. */
async function openAttachment({ content, filename }: Attachment, open: Open): Promise<Opening | undefined> {
  const bytes = bytesOf(content);
  if (isPicture(bytes) && isTooSmallForText(bytes)) return undefined;
  const opening = await open(bytes);
  if (opening.outcome === "refused") {
    return opening.reason === "unsupported-format" || opening.reason === "empty" ? undefined : opening;
  }
  const isOtherText = opening.document.format === "text" && !isNamedAsText(filename ?? "");
  return isOtherText ? undefined : opening;
}

const bytesOf = (content: Attachment["content"]): Uint8Array =>
  typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);

function textOf(email: Email, limits: Limits): string {
  const { from, to, cc, date, subject, attachments } = email;
  const headers = [
    ["From", from && nameOf(from)],
    ["To", to?.map(nameOf).join(", ")],
    ["Cc", cc?.map(nameOf).join(", ")],
    ["Date", date],
    ["Subject", subject],
    ...attachments.map(({ filename, mimeType }) => ["Attachment", filename ?? mimeType]),
  ];
  const head = headers.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
  const body = email.text?.trim() ? email.text : textOfHtml(email.html ?? "", limits);
  return `${head.join("\n")}\n\n${body.replace(/\r\n?|\f/g, "\n").trim()}`;
}

function nameOf({ name, address, group }: Address): string {
  if (group) return `${name}: ${group.map(nameOf).join(", ")}`;
  return name ? `${name} <${address}>` : (address ?? "");
}
