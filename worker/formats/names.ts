/** What a document's name promises. It never decides how the bytes are read, only what a failure means. */

const textExtension = /\.(?:txt|text)$/i;
const documentExtension =
  /\.(?:pdf|png|jpe?g|jp2|j2k|jpf|jpx|tiff?|bmp|webp|gif|doc[xm]?|dot[xm]?|odt|ott|rtf|html?|xhtml|eml|txt|text)$/i;

/** Whether a name promises a document, so that bytes of no known format mean one was lost. */
export const isNamedAsDocument = (key: string) => documentExtension.test(key);

/**
 * Plain text has no signature: source code, tables and logs are plain text too, and so is the error page
 * that a broken download left under the name of a PDF. So it takes the name to make it a document.
 */
export const isNamedAsText = (key: string) => textExtension.test(key);
