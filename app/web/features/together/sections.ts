import * as Y from 'yjs';
import { arrange, removeSection, SHARED, shownIn } from '#shared/schemas/together.ts';

/** Marks what somebody did to the sections themselves, so that it can be taken back apart from what was typed. */
const STRUCTURE = Symbol('sections');

export interface ShownSection {
  /** What Yjs calls it, the same for as long as it is there. */
  key: string;
  map: Y.Map<unknown>;
  title: Y.Text;
  body: Y.Text;
}

/** The sections of a course that is being written: their order, new ones, ones that go, and the way back. */
export class Sections {
  private readonly list: Y.Array<Y.Map<unknown>>;
  private readonly history: Y.UndoManager;

  constructor(list: Y.Array<Y.Map<unknown>>) {
    this.list = list;
    this.history = new Y.UndoManager(list, { trackedOrigins: new Set([STRUCTURE]), captureTimeout: 0 });
  }

  get shown(): ShownSection[] {
    return shownIn(this.list).flatMap((map) => {
      const [title, body] = [map.get(SHARED.title), map.get(SHARED.body)];
      return title instanceof Y.Text && body instanceof Y.Text ? [{ key: keyOf(map), map, title, body }] : [];
    });
  }

  /** A new section behind another one, or at the end. @returns its key */
  add(after?: string): string {
    const section = new Y.Map<unknown>();
    section.set(SHARED.title, new Y.Text('Nouvelle section'));
    section.set(SHARED.body, new Y.Text());
    this.change(() => {
      const order = this.shown.map(({ map }) => map);
      const at = this.shown.findIndex(({ key }) => key === after);
      this.list.push([section]);
      if (at >= 0) arrange(this.list, order.toSpliced(at + 1, 0, section));
    });
    return keyOf(section);
  }

  remove(key: string): void {
    const found = this.shown.find((each) => each.key === key);
    if (found) this.change(() => removeSection(found.map));
  }

  /** Puts a section at a place, counted from 0. */
  move(key: string, to: number): void {
    const order = this.shown.map(({ map }) => map);
    const from = this.shown.findIndex((each) => each.key === key);
    if (from < 0 || to < 0 || to >= order.length || from === to) return;
    const [moved] = order.splice(from, 1);
    order.splice(to, 0, moved!);
    this.change(() => arrange(this.list, order));
  }

  /** Takes back what was done to the sections here last. */
  undo(): void {
    this.history.undo();
  }

  private change(deed: () => void): void {
    this.list.doc?.transact(deed, STRUCTURE);
  }
}

const keyOf = (section: Y.Map<unknown>) =>
  section._item ? `${section._item.id.client}-${section._item.id.clock}` : 'none';
