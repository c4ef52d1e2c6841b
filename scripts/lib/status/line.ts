/** How urgent a line is: 1 of the exit code are those that are `wrong`. */
export interface Line {
  state: 'good' | 'note' | 'wrong';
  about: string;
  text: string;
}
