/** Names of functions, operators and modifiers of PromQL. */
const WORDS = new Set(
  'abs absent and avg avg_over_time bool by changes count group_left group_right histogram_quantile ignoring increase max max_over_time min min_over_time offset on or predict_linear rate resets sum time topk unless vector without'.split(
    ' ',
  ),
);

/** The metrics that an expression reads: words that are no labels, numbers, functions or durations. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const words = bare.match(/(?<![\w.])[a-zA-Z_:][\w:]*/g) ?? [];
  return [...new Set(words)].filter((word) => !WORDS.has(word));
}
