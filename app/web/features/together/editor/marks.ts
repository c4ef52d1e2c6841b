import { type ChangeSpec, EditorSelection, type StateCommand } from '@codemirror/state';

/** Puts signs around what is chosen, or takes them away where they are already. */
export const around =
  (before: string, after = before): StateCommand =>
  ({ state, dispatch }) => {
    const edit = state.changeByRange((range) => {
      const { from, to } = range;
      const isMarked =
        state.sliceDoc(from - before.length, from) === before &&
        state.sliceDoc(to, to + after.length) === after;
      if (isMarked)
        return {
          changes: [
            { from: from - before.length, to: from },
            { from: to, to: to + after.length },
          ],
          range: EditorSelection.range(from - before.length, to - before.length),
        };
      return {
        changes: [
          { from, insert: before },
          { from: to, insert: after },
        ],
        range: EditorSelection.range(from + before.length, to + before.length),
      };
    });
    dispatch(state.update(edit, { scrollIntoView: true, userEvent: 'input' }));
    return true;
  };

/** Begins every chosen line with signs, or takes them away where all have them. */
export const atLines =
  (sign: string): StateCommand =>
  ({ state, dispatch }) => {
    const changes: ChangeSpec[] = [];
    const lines = new Map<number, string>();
    for (const { from, to } of state.selection.ranges)
      for (let at = from; at <= to; ) {
        const line = state.doc.lineAt(at);
        lines.set(line.from, line.text);
        at = line.to + 1;
      }
    const isMarked = [...lines.values()].every((text) => text.startsWith(sign));
    for (const from of lines.keys())
      changes.push(isMarked ? { from, to: from + sign.length } : { from, insert: sign });
    dispatch(state.update({ changes, scrollIntoView: true, userEvent: 'input' }));
    return true;
  };

/** Makes a link of what is chosen, and leaves its address to be typed. */
export const link: StateCommand = ({ state, dispatch }) => {
  const { from, to } = state.selection.main;
  const words = state.sliceDoc(from, to) || 'texte du lien';
  const insert = `[${words}](https://)`;
  const at = from + insert.length - 1;
  dispatch(
    state.update({
      changes: { from, to, insert },
      selection: { anchor: at - 'https://'.length, head: at },
      scrollIntoView: true,
      userEvent: 'input',
    }),
  );
  return true;
};
