/**
 * Tells line by line what surely is code or a formula between fences, where signs are letters. A fence is believed where nothing can
 * have taken it for its own: at the margin, and with nothing before it that could still be open. Behind what may be, nothing is sure.
 */
export class CodeFences {
  isSure = true;
  #open: { sign: string; length: number } | undefined;
  #isHtml = false;

  /** Whether this line, which follows those that were asked for, is a fence or between two. */
  has(line: string): boolean {
    if (this.#open) {
      const closing = /^ {0,3}(`+|~+|\$+)[ \t]*$/.exec(line)?.[1] ?? '';
      if (closing.startsWith(this.#open.sign) && closing.length >= this.#open.length) this.#open = undefined;
      return true;
    }
    if (/^[ \t]*$/.test(line)) this.#isHtml = false;
    // HTML goes on to the next empty line; some of it, and containers of directives, to an end of their own.
    if (/^ {0,3}</.test(line)) this.#isHtml = true;
    if (/^ {0,3}(?:<(?:script|pre|style|textarea|[!?])|:{3})/i.test(line) && !isComment(line))
      this.isSure = false;
    const fence = /^ {0,3}(?:`{3,}(?=[^`]*$)|~{3,}|\${2,}(?=[^$]*$))/.exec(line)?.[0];
    if (fence === undefined) return false;
    if (this.#isHtml || fence.startsWith(' ')) this.isSure = false;
    if (!this.isSure) return false;
    this.#open = { sign: fence[0]!, length: fence.length };
    return true;
  }
}

/** A comment that ends in the line in which it begins. */
function isComment(line: string): boolean {
  const start = line.trimStart().startsWith('<!--') ? line.indexOf('<!--') : -1;
  return start >= 0 && line.includes('-->', start + '<!--'.length + 1);
}
