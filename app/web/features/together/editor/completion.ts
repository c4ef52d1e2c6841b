import { autocompletion, type Completion, type CompletionSource } from '@codemirror/autocomplete';
import { referenceTo } from '#web/features/files/words.ts';

interface CourseFile {
  name: string;
  mediaType: string;
}

/** Offers the files of the course where `![` is typed, and writes the reference so that the text finds it, whatever is in its name. */
const namesOf = (filesNow: () => readonly CourseFile[]): CompletionSource => {
  return (context) => {
    const typed = context.matchBefore(/!\[[^\]]*/);
    if (!typed) return null;
    const beginning = typed.text.slice(2).toLocaleLowerCase('fr');
    const options: Completion[] = filesNow()
      .filter(({ name }) => name.toLocaleLowerCase('fr').includes(beginning))
      .map((file) => ({ label: file.name, apply: referenceTo(file) }));
    return { from: typed.from, options, filter: false };
  };
};

export const completion = (filesNow: () => readonly CourseFile[]) =>
  autocompletion({ override: [namesOf(filesNow)], icons: false, activateOnTyping: true });
