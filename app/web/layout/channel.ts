import { useSyncExternalStore } from 'react';

/** A value that parts of the page share, whoever drew them. */
export interface Channel<Value> {
  get(): Value;
  set(value: Value): void;
  /** The value, in a component that is drawn again whenever it changes. */
  use(): Value;
}

/** @param drawn what the server draws, which knows of no browser */
export function channel<Value>(drawn: Value): Channel<Value> {
  let now = drawn;
  const listeners = new Set<() => void>();
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => now;
  return {
    get,
    set(value) {
      now = value;
      for (const each of listeners) each();
    },
    use: () => useSyncExternalStore(listen, get, () => drawn),
  };
}
