import * as Y from 'yjs';

/**
 * Holds that every document can take an update in. Yjs believes that a client names only letters of its own that came
 * earlier, and that there is nothing of no length: it would break off in the midst of any other update.
 * @throws for what is no such update
 */
export function mustBeApplicable(update: Uint8Array): void {
  const { structs, ds } = Y.decodeUpdate(update);
  for (const struct of structs) {
    if (struct.length < 1) throw new Error('a part of it has no length');
    if (!(struct instanceof Y.Item)) continue;
    const { client, clock } = struct.id;
    for (const named of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (named instanceof Y.ID && named.client === client && named.clock >= clock)
        throw new Error('a part of it comes after one that is not there yet');
    }
  }
  for (const removed of ds.clients.values()) {
    if (removed.some(({ len }) => len < 1)) throw new Error('it removes nothing');
  }
}

/** Takes updates in. One that cannot be is left out, for it must not keep anybody from the rest. */
export function applyAll(doc: Y.Doc, updates: Uint8Array[], leftOut: (error: unknown) => void): Uint8Array[] {
  return updates.filter((update) => {
    try {
      Y.applyUpdate(doc, update);
      return true;
    } catch (error) {
      leftOut(error);
      return false;
    }
  });
}
