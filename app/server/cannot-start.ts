/** Something outside our power keeps the app from starting; its message is one line that says what to do. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
