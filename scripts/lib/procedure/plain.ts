import type { Action, Procedure } from '#sites/schema/procedure.ts';

/**
 * A procedure as a person reads it before they agree.
 * @param state what earlier runs came to, by step
 */
export function plain(
  procedure: Procedure,
  state: (step: string) => string | undefined = () => undefined,
): string {
  const lines = procedure.steps.flatMap((step, index) => [
    `${index + 1}. ${step.title} (${step.id}${state(step.id) ? `, ${state(step.id)} before` : ''}; at most ${step.timeoutSeconds} s)`,
    `   why: ${step.why}`,
    ...(step.person ? [`   a person: ${step.person}`] : []),
    ...(step.do ? [`   at ${step.do.in}: ${wordsOf(step.do)}`] : []),
    ...step.until.map(
      (gate) => `   until, at ${gate.in}: ${shell(gate.command)}${gate.fails ? ' fails' : ''}`,
    ),
    `   back: ${step.undo.why}`,
  ]);
  return [`${procedure.title} (${procedure.id})`, `when: ${procedure.when}`, '', ...lines, ''].join('\n');
}
const wordsOf = (action: Action): string =>
  'command' in action
    ? shell(action.command)
    : `${shell(action.read)}, change ${action.set.length} values, ${shell(action.write)}`;
const shell = (command: string[]): string =>
  command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
