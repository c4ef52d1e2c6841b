/** A generated file: its path, from the folder that the caller names, and its whole text. */
export type TextFile = [path: string, text: string];

/** The same files, with their paths from one folder further up. */
export const below = (folder: string, files: readonly TextFile[]): TextFile[] =>
  files.map(([path, text]) => [`${folder}/${path}`, text]);
