/** Leaves a word in each place where a page keeps something; runs in the page. */
export async function leaveInStores(word: string): Promise<void> {
  localStorage.setItem('left', word);
  sessionStorage.setItem('left', word);
  // biome-ignore lint/suspicious/noDocumentCookie: as a program of somebody else would
  document.cookie = `left=${word}`;
  await (await caches.open('left')).put('/left', new Response(word));
  const opening = indexedDB.open('left');
  opening.onupgradeneeded = () => opening.result.createObjectStore('left').add(word, 1);
  await new Promise((resolve) => {
    opening.onsuccess = resolve;
  });
  opening.result.close();
}

/** What a program in the page finds in each of these places; runs in the page. */
export async function readStores(): Promise<Record<string, string>> {
  const done = <Found>(request: IDBRequest<Found>) =>
    new Promise<Found>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const cached: string[] = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      cached.push(name, request.url, JSON.stringify([...answer!.headers]), await answer!.text());
    }
  }
  const indexed: unknown[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name!));
    for (const table of database.objectStoreNames) {
      const rows = database.transaction(table).objectStore(table);
      indexed.push(name, table, await done(rows.getAllKeys()), await done(rows.getAll()));
    }
    database.close();
  }
  return {
    localStorage: JSON.stringify(localStorage),
    sessionStorage: JSON.stringify(sessionStorage),
    cookies: document.cookie,
    caches: JSON.stringify(cached),
    indexedDB: JSON.stringify(indexed),
  };
}
