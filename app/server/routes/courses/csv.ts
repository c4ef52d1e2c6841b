/** What a spreadsheet would take for a formula and carry out. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;
/** By it Excel knows that the text is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A table for spreadsheets; a field that begins like a formula gets an apostrophe. @see https://www.rfc-editor.org/rfc/rfc4180, with the semicolons that French ones expect */
export const csv = (lines: readonly (readonly string[])[]): string =>
  BYTE_ORDER_MARK + lines.map((fields) => `${fields.map(field).join(';')}\r\n`).join('');

function field(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
